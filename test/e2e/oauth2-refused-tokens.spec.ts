import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { until } from '../support/bounded-send.js';
import { closedGate } from '../support/gate.js';
import { rejection } from '../support/rejection.js';
import { useTokenBench } from '../support/token-bench.js';
import type { TokenCircumstances, TokenMail } from '../support/token-bench.js';
import type { TokenLogin, TokenRefusalForm } from '../support/token-gate.js';

const tokens = useTokenBench();

const FORMS: TokenRefusalForm[] = ['challenge', 'at-once'];
const GOOGLE =
  '535-5.7.8 Username and Password not accepted. For more information, go to\r\n535 5.7.8 https://support.example/answer';

/** Starts with a server that lets in only the tokens of the endpoint that stand in this set, by their order. */
async function startWith(good: ReadonlySet<number>, more: TokenCircumstances = {}): Promise<TokenMail> {
  const issued: { list(): readonly string[] } = { list: () => [] };
  const accepts = (token: string): boolean => good.has(issued.list().indexOf(token));
  const mail = await tokens.start({ ...more, gate: { accepts, ...more.gate } });
  issued.list = () => mail.endpoint.tokens;
  return mail;
}

const verbs = (mail: TokenMail): string[] =>
  mail.server.commands('AUTH').map(line => line.split(' ').slice(0, 2).join(' '));

describe.each(FORMS)('A token that is refused (%s)', refusal => {
  it('is replaced once, and the new one is tried on the same connection', async () => {
    const mail = await startWith(new Set([1]), { gate: { refusal } });
    expect(await mail.send()).toMatchObject({ status: 'accepted' });
    expect(mail.endpoint.requests).toHaveLength(2);
    expect(mail.gate.tokens).toEqual(mail.endpoint.tokens);
    expect(mail.gate.logins.map(({ connection }) => connection)).toEqual([0, 0]);
    expect(mail.server.connections).toBe(1);
    expect(mail.gate.logins[0]?.acknowledged).toBe(refusal === 'challenge' ? '' : undefined);
  });

  it('is replaced by OAUTHBEARER, too', async () => {
    const mail = await startWith(new Set([1]), { gate: { refusal }, offered: 'OAUTHBEARER' });
    expect(await mail.send()).toMatchObject({ status: 'accepted' });
    expect(mail.gate.logins).toMatchObject([
      { mechanism: 'OAUTHBEARER', accepted: false, connection: 0 },
      { mechanism: 'OAUTHBEARER', accepted: true, connection: 0 },
    ]);
    expect(mail.gate.logins[0]?.acknowledged).toBe(refusal === 'challenge' ? 'AQ==' : undefined);
  });

  it('over STARTTLS is replaced on the same connection', async () => {
    const mail = await startWith(new Set([1]), { gate: { refusal }, tls: 'starttls' });
    expect(await mail.send()).toMatchObject({ status: 'accepted' });
    expect(mail.gate.logins).toMatchObject([{ secure: true }, { secure: true, connection: 0 }]);
    expect(mail.server.connections).toBe(1);
  });

  it('after it was good for a while is replaced once, and mails go on', async () => {
    const mail = await tokens.start({ gate: { refusal } });
    await mail.send();
    mail.endpoint.revokeAll();
    mail.server.cutConnections();
    await until(() => mail.server.openConnections === 0);
    await delay(20);
    await mail.send();
    const [first, second] = mail.endpoint.tokens;
    expect(mail.gate.tokens).toEqual([first, first, second]);
    expect(mail.endpoint.requests).toHaveLength(2);
  });

  it('a second time is an error for good that tells what the server said, and no third one is tried', async () => {
    const mail = await startWith(new Set(), { gate: { refusal } });
    const error = await rejection(mail.send());
    expect(error).toMatchObject({
      code: 'EMAILAUTH',
      phase: 'auth',
      retryable: false,
      responseCode: 535,
      enhancedCode: '5.7.3',
      message: expect.stringContaining('535 5.7.3 Authentication unsuccessful'),
    });
    // The status that a challenge gives is all that some servers say of the reason.
    if (refusal === 'challenge')
      expect(error).toMatchObject({
        message: expect.stringContaining('400'),
      });
    expect(error).toMatchObject({ message: expect.not.stringMatching(/[\r\n]/) });
    expect(mail.endpoint.requests).toHaveLength(2);
    expect(mail.gate.tokens).toEqual(mail.endpoint.tokens);
    expect(mail.server.commands('MAIL')).toEqual([]);
  });

  it('a second time is not tried by another mail', async () => {
    const mail = await startWith(new Set([2]), { gate: { refusal } });
    await rejection(mail.send());
    expect(await mail.send()).toMatchObject({ status: 'accepted' });
    expect(mail.gate.tokens).toEqual(mail.endpoint.tokens);
    expect(mail.endpoint.requests).toHaveLength(3);
  });

  it('by a reply of several lines is replaced once', async () => {
    const mail = await startWith(new Set([1]), { gate: { refusal, reply: GOOGLE } });
    expect(await mail.send()).toMatchObject({ status: 'accepted' });
    expect(mail.endpoint.requests).toHaveLength(2);
  });

  it('before the server closed the connection is not used again', async () => {
    const mail = await startWith(new Set([1, 2, 3]), {
      gate: { refusal, reply: { say: '535 5.7.3 Authentication unsuccessful', end: 'close' } },
    });
    await mail.send().catch(() => undefined);
    expect(await mail.send()).toMatchObject({ status: 'accepted' });
    expect(mail.gate.tokens.filter(token => token === mail.endpoint.tokens[0])).toHaveLength(1);
  });

  it('on five connections at once is replaced once', async () => {
    const all = closedGate();
    let held = 0;
    const hold = (login: TokenLogin): Promise<unknown> | undefined => {
      if (login.accepted) return undefined;
      if (++held === 5) all.open();
      // A client that opens fewer connections at a time gets its replies all the same.
      return Promise.race([all.opened, delay(1000, undefined, { ref: false })]);
    };
    const mail = await startWith(new Set([1]), { gate: { refusal, hold }, server: { delayDotMs: 20 } });
    const ends = await mail.sendMany(20);
    expect(ends.filter(({ status }) => status === 'rejected')).toEqual([]);
    expect(held).toBeGreaterThan(1);
    expect(mail.endpoint.requests).toHaveLength(2);
  });

  it('on a connection that was slow to say so costs no token that was got since', async () => {
    const gate = closedGate();
    let refused = 0;
    const hold = (login: TokenLogin): Promise<unknown> | undefined =>
      // The first refusal is told at once, each further one when a mail has left.
      login.accepted || ++refused === 1 ? undefined : gate.opened;
    const mail = await startWith(new Set([1]), {
      gate: { refusal, hold },
      policy: {
        DATA: () => {
          gate.open();
          return undefined;
        },
      },
      server: { delayDotMs: 200 },
    });
    const ends = await mail.sendMany(10);
    expect(ends.filter(({ status }) => status === 'rejected')).toEqual([]);
    expect(mail.endpoint.requests).toHaveLength(2);
    expect(new Set(mail.gate.logins.filter(({ accepted }) => accepted).map(({ token }) => token))).toEqual(
      new Set([mail.endpoint.tokens[1]]),
    );
  });

  it.each([
    ['454 4.7.0 Temporary authentication failure', 454],
    ['432 4.7.12 A password transition is needed', 432],
  ])('for the moment alone is kept (%s)', async (reply, responseCode) => {
    const state = { busy: true };
    const mail = await tokens.start({
      gate: { refusal, accepts: () => !state.busy, reply },
      settings: { ConnectionTimeout: 1 },
    });
    expect(await rejection(mail.send())).toMatchObject({
      code: 'EMAILAUTH',
      phase: 'auth',
      retryable: true,
      responseCode,
    });
    state.busy = false;
    expect(await mail.send()).toMatchObject({ status: 'accepted' });
    expect(new Set(mail.gate.tokens).size).toBe(1);
    expect(mail.endpoint.requests).toHaveLength(1);
  });

  it('is replaced by nothing when the endpoint has none, and the error tells both', async () => {
    const mail = await startWith(new Set(), { gate: { refusal } });
    mail.endpoint.next(
      { body: { access_token: 'first', token_type: 'Bearer', expires_in: 3600 } },
      { status: 400, body: { error: 'invalid_grant', error_description: 'the mailbox is gone' } },
    );
    expect(await rejection(mail.send())).toMatchObject({
      code: 'EMAILAUTH',
      phase: 'auth',
      retryable: false,
      message: expect.stringMatching(/invalid_grant.*the mailbox is gone/),
    });
    expect(mail.gate.tokens).toEqual(['first']);
  });

  it('lets verify() fail with the same words, and succeed when the new one is good', async () => {
    const bad = await startWith(new Set(), { gate: { refusal } });
    expect(await rejection(bad.app.mail.verify())).toMatchObject({
      code: 'EMAILAUTH',
      phase: 'auth',
      responseCode: 535,
    });
    const good = await startWith(new Set([1]), { gate: { refusal } });
    await good.app.mail.verify();
    expect(good.endpoint.requests).toHaveLength(2);
  });
});

describe('The status in a challenge', () => {
  const refusedWith = async (challenge: string) =>
    rejection((await startWith(new Set(), { gate: { challenge } })).send());

  it.each([
    ['of Google', '{"status":"400","schemes":"Bearer","scope":"https://mail.google.com/"}', /400/],
    ['of RFC 7628', '{"status":"invalid_token","scope":"example_scope"}', /invalid_token/],
    ['of Outlook', '{"status":"401","schemes":"bearer mac","scope":"https://mail.example/"}', /401/],
  ])('(%s) is told', async (_, challenge, told) => {
    expect(await refusedWith(challenge)).toMatchObject({
      code: 'EMAILAUTH',
      responseCode: 535,
      message: expect.stringMatching(told),
    });
  });

  it.each([
    ['that is empty', ''],
    ['that is no JSON', '<html>no</html>'],
    ['that is null', 'null'],
    ['that is a list', '[1, 2]'],
    ['whose values are no texts', '{"status":{"a":1},"schemes":[true]}'],
    ['that is not UTF-8', 'ÿþ\u0000'],
    ['with line ends and control characters', '{"status":"4\\r\\n535 forged \\u001b[31m"}'],
    ['that is long', JSON.stringify({ status: 'x'.repeat(5000) })],
  ])('%s does no harm', async (_, challenge) => {
    const error = await refusedWith(challenge);
    expect(error).toMatchObject({ code: 'EMAILAUTH', phase: 'auth', responseCode: 535 });
    const { message } = error as Error;
    // oxlint-disable-next-line no-control-regex -- that is what must not stand there
    expect(message).not.toMatch(/[\u0000-\u001f\u007f]/);
    expect(message.length).toBeLessThan(1500);
  });

  it('is acknowledged as each mechanism wants it, and AUTH is said once for each try', async () => {
    const mail = await startWith(new Set([1]));
    await mail.send();
    expect(verbs(mail)).toEqual(['AUTH XOAUTH2', 'AUTH XOAUTH2']);
    expect(mail.gate.logins[0]?.acknowledged).toBe('');
  });
});
