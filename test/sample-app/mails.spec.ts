import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { INestApplication, INestApplicationContext } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Test } from '@nestjs/testing';
import { Mailbox, MailTestingModule } from 'nest-mailroom/testing';
import { AgentModule } from '../../sample-app/agent/agent.module.js';
import { ResetRequestService } from '../../sample-app/agent/reset/reset-request.service.js';
import { ServerModule } from '../../sample-app/server/server.module.js';

const PASSWORD = 'correct horse battery';
const FORM = { 'content-type': 'application/x-www-form-urlencoded' };

/** What the preview says of a mail. */
interface PreviewedMail {
  readonly subject: string;
  readonly to: readonly { readonly address: string }[];
  readonly template?: string;
  readonly status: string;
  readonly links: readonly string[];
}

let server: INestApplication;
let agent: INestApplicationContext;
let url: string;
beforeEach(async () => {
  const secret = { TokenSigning__Secret: randomBytes(32).toString('hex') };
  const serverModule = await Test.createTestingModule({
    imports: [ServerModule.register(secret), MailTestingModule.forRoot()],
  }).compile();
  server = serverModule.createNestApplication<NestExpressApplication>({ forceCloseConnections: true });
  await server.listen(0, '127.0.0.1');
  url = (await server.getUrl()).replace('[::1]', '127.0.0.1');
  agent = await Test.createTestingModule({
    imports: [
      AgentModule.register({
        ...secret,
        PasswordResetSettings__TwoFactorSettings__ResetConfirmationUri: `${url}/reset-password?token=`,
      }),
      MailTestingModule.forRoot(),
    ],
  }).compile();
});
afterEach(async () => {
  await agent?.close();
  await server?.close();
});

async function post(path: string, form: Record<string, string> = {}): Promise<Response> {
  const headers = { ...FORM, accept: 'application/json' };
  return fetch(`${url}${path}`, { method: 'POST', headers, body: new URLSearchParams(form) });
}

async function previewed(query: string): Promise<PreviewedMail[]> {
  return (await (await fetch(`${url}/mail/api/messages?${query}`)).json()) as PreviewedMail[];
}

/** Where a mail is not set as its language sets it: blanks at which French lines would break, typewriter quotes. */
function slipsIn(shown: unknown, culture: string): string[] {
  const { rendered } = shown as { rendered: { subject: string; html: string; text: string } };
  const words = [rendered.subject, rendered.text, rendered.html.replace(/<style.*?<\/style>|<[^>]*>/gs, '')];
  const slips = culture === 'fr' ? /.{0,20}(?: [:;!?»]|« |["']).{0,20}/g : /.{0,20}(?:\s[:;!?]|["']).{0,20}/g;
  return words.flatMap(text => text.match(slips) ?? []);
}

describe('the mails of the sample, in a test without a mail server', () => {
  it('go to the reviewers, each in their own language', async () => {
    const mailbox = server.get(Mailbox);
    expect((await post('/provisioning/reviews/r-1041/notify')).status).toBe(200);
    mailbox.assertCount(2, { template: 'provisioning/review-pending' });
    mailbox.assertSent({ to: 'ann.miller@contoso.example', subject: /^Review pending/, text: 'Ann Miller' });
    const mail = mailbox.assertSent({
      to: 'bruno.lefevre@contoso.example',
      culture: 'fr',
      subject: /^Revue/,
    });
    expect((await fetch(mailbox.linkIn(mail, /#r-1041$/))).status).toBe(200);
  });

  it('that the server defers are outcomes, and the next one goes', async () => {
    const mailbox = server.get(Mailbox);
    mailbox.failNext({ responseCode: 451 });
    expect((await post('/jobs/j-220/notify')).status).toBe(502);
    mailbox.assertNothingSent();
    expect((await post('/jobs/j-220/notify')).status).toBe(200);
    mailbox.assertSent({ template: 'job/finished', subject: /2 errors/ });
  });

  it('let a person in again by the link that the Agent has just sent', async () => {
    await agent.get(ResetRequestService, { strict: false }).requestReset('ann');
    const mail = agent
      .get(Mailbox)
      .assertSent({ to: 'ann.miller@contoso.example', template: 'reset-password' });
    const link = new URL(agent.get(Mailbox).linkIn(mail, /reset-password/));
    expect((await fetch(link)).status).toBe(200);

    const token = link.searchParams.get('token') ?? '';
    const done = await post('/reset-password', { token, password: PASSWORD, repeated: PASSWORD });

    expect(done.status).toBe(200);
    expect((await post('/login', { login: 'ann', password: PASSWORD })).status).toBe(200);
    server.get(Mailbox).assertSent({ to: 'ann.miller@contoso.example', template: 'password-changed' });
  });

  it('stand in the preview as JSON, with their links to be followed', async () => {
    await post('/certifications/c-7/notify');
    const [mail] = await previewed('to=chloe.tremblay@contoso.example');
    expect(mail).toMatchObject({ template: 'certification/pending', status: 'accepted' });
    const link = mail?.links.find(candidate => candidate.endsWith('#c-7')) ?? '';
    expect((await fetch(link)).status).toBe(200);
    await fetch(`${url}/mail/api/messages`, { method: 'DELETE' });
    expect(await previewed('')).toEqual([]);
  });

  it.each(['certification/pending', 'job/finished', 'provisioning/review-pending'])(
    'render with every sample in every language: %s',
    async name => {
      const file = join('sample-app', 'server', 'templates', name, 'samples.json');
      const samples = Object.keys(JSON.parse(readFileSync(file, 'utf8')) as object);
      for (const sample of samples) {
        for (const culture of ['en', 'fr', 'de']) {
          const query = new URLSearchParams({ sample, culture });
          const answer = await fetch(`${url}/mail/api/templates/${encodeURIComponent(name)}?${query}`);
          const shown: unknown = await answer.json();
          expect(shown).toMatchObject({ rendered: { culture }, problems: [] });
          expect(slipsIn(shown, culture)).toEqual([]);
        }
      }
    },
  );

  it.each([
    ['en', 'With errors'],
    ['fr', 'Avec erreurs'],
    ['de', 'Mit Fehlern'],
  ])('say in words of the sample how a job has ended: %s', async (culture, words) => {
    const query = new URLSearchParams({ sample: 'with errors', culture });
    const answer = await fetch(`${url}/mail/api/templates/${encodeURIComponent('job/finished')}?${query}`);
    expect(JSON.stringify(await answer.json())).toContain(`>&nbsp;${words}&nbsp;<`);
  });
});
