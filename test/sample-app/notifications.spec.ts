import { afterEach, describe, expect, it } from '@jest/globals';
import { RunningSample } from './running-sample.js';

describe('the notifications of the sample', () => {
  let sample: RunningSample | undefined;

  async function start(env?: NodeJS.ProcessEnv): Promise<RunningSample> {
    sample = await RunningSample.start(env);
    return sample;
  }

  /** The mails by recipient. */
  async function mails(
    running: RunningSample,
    count: number,
  ): Promise<Record<string, { subject: string; text: string; html: string }>> {
    const messages = await running.sink.waitForMessages(count);
    const entries = await Promise.all(
      messages.map(async message => {
        const { subject = '', text = '', html } = await message.parse();
        return [
          message.envelope.to.join(),
          { subject, text, html: html === false ? '' : (html ?? '') },
        ] as const;
      }),
    );
    return Object.fromEntries(entries);
  }

  afterEach(async () => {
    await sample?.close();
    sample = undefined;
  });

  it('tell every reviewer about a pending review, each in their own language', async () => {
    const running = await start();

    const answer = await running.call('/provisioning/reviews/r-1041/notify');

    expect(answer.status).toBe(200);
    expect(JSON.parse(answer.body)).toEqual([
      expect.objectContaining({ person: 'ann', culture: 'en', status: 'accepted', dropped: [] }),
      expect.objectContaining({ person: 'bruno', culture: 'fr', status: 'accepted', dropped: [] }),
    ]);
    const byRecipient = await mails(running, 2);
    const ann = byRecipient['ann.miller@contoso.example'];
    expect(ann?.subject).toBe('Review pending: Finance – payment approver for Dieter Vogel');
    expect(ann?.text).toContain(`${running.url}/#r-1041`);
    expect(ann?.html).toContain('<html lang="en"');
    const bruno = byRecipient['bruno.lefevre@contoso.example'];
    expect(bruno?.subject).toBe('Revue en attente\u00a0: Finance – payment approver pour Dieter Vogel');
    expect(bruno?.text).toContain('Bonjour Bruno Lefèvre,');
    expect(bruno?.html).toContain('<html lang="fr"');
  });

  it('tell the certifiers who have something left, with numbers in the form of their country', async () => {
    const running = await start();

    await running.call('/certifications/c-7/notify');

    const byRecipient = await mails(running, 2);
    expect(Object.keys(byRecipient).sort()).toEqual([
      'bruno.lefevre@contoso.example',
      'chloe.tremblay@contoso.example',
    ]);
    expect(byRecipient['bruno.lefevre@contoso.example']?.subject).toBe(
      'ERP\u00a0: 1 droit d’accès à certifier',
    );
    expect(byRecipient['chloe.tremblay@contoso.example']?.subject).toMatch(
      /^ERP\u00a0: 1\s284 droits d’accès à certifier$/,
    );
  });

  it('tell the person who launched a job how it ended', async () => {
    const running = await start();

    await running.call('/jobs/j-220/notify');

    const { subject, text } = (await mails(running, 1))['ann.miller@contoso.example'] ?? {};
    expect(subject).toBe('Job finished with 2 errors: Synchronise Active Directory');
    expect(text).toContain('after 1 hour, 32 minutes.');
    expect(text).toContain('Changed: 1,730');
  });

  it.each([
    ['a review that does not exist', '/provisioning/reviews/none/notify', 404],
    ['a certification that does not exist', '/certifications/none/notify', 404],
    ['a job that does not exist', '/jobs/none/notify', 404],
    ['a job that still runs', '/jobs/j-221/notify', 409],
  ])('are not sent for %s', async (_case, path, status) => {
    const running = await start();
    expect((await running.call(path)).status).toBe(status);
    expect(running.sink.connections).toBe(0);
  });

  it('are not sent for a review that was decided', async () => {
    const running = await start();
    const decided = await running.post('/provisioning/reviews/r-1041/decision', { decision: 'approved' });
    expect(decided.status).toBe(303);
    expect((await running.call('/provisioning/reviews/r-1041/notify')).status).toBe(409);
  });

  it('can be sent from the page, which then shows what became of them', async () => {
    const running = await start();
    const before = await running.get('/');
    expect(before.body).toContain('Bruno Lefèvre');
    expect(before.body).toContain('action="/jobs/j-220/notify"');
    expect(before.body).not.toContain('action="/jobs/j-221/notify"');

    const posted = await running.post('/jobs/j-220/notify');

    expect(posted.status).toBe(303);
    expect(posted.headers.get('location')).toBe('/#outbox');
    expect((await running.get('/')).body).toMatch(
      /job\/finished<\/td>\s*<td>ann<\/td>\s*<td>accepted<\/td>\s*<td>ann\.miller@contoso\.example/,
    );
  });

  it('name the recipients that the settings drop', async () => {
    const running = await start({ MailSettings__AllowedDomains: 'contoso.test' });
    const { body } = await running.call('/jobs/j-220/notify');
    expect(JSON.parse(body)).toEqual([
      expect.objectContaining({
        status: 'suppressed',
        dropped: [
          expect.objectContaining({ address: 'ann.miller@contoso.example', rule: 'allowed-domains' }),
        ],
      }),
    ]);
    expect((await running.get('/')).body).toContain('ann.miller@contoso.example (allowed-domains)');
  });

  it('that fail are answered with 502 and do not undo what they are about', async () => {
    const running = await start({ MailSettings__Port: '1' });
    const { status, body } = await running.call('/jobs/j-220/notify');
    expect(status).toBe(502);
    expect(JSON.parse(body)).toEqual([
      expect.objectContaining({ status: 'failed', problem: expect.stringContaining('127.0.0.1') }),
    ]);
    const token = await running.resetToken('ann');
    expect((await running.setPassword(token, 'correct horse battery')).status).toBe(200);
    expect(await running.signIn('ann', 'correct horse battery')).toBe(200);
  });

  it('are not sent for a form on the page of somebody else', async () => {
    const running = await start();
    const foreign = await running.post('/jobs/j-220/notify', {}, { 'sec-fetch-site': 'cross-site' });
    expect(foreign.status).toBe(403);
    expect(running.sink.messages).toHaveLength(0);
  });

  it('come beside pages that say what is not there without repeating the address', async () => {
    const running = await start();
    const missing = await running.get('/no-such-page?token=secret');
    expect(missing.status).toBe(404);
    expect(missing.body).not.toContain('secret');
  });
});
