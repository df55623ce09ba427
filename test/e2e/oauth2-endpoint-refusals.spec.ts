import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { rejection } from '../support/rejection.js';
import { CLIENT_SECRET, useTokenBench } from '../support/token-bench.js';
import type { TokenMail } from '../support/token-bench.js';
import type { TokenAnswer } from '../support/token-endpoint.js';

const tokens = useTokenBench();

const ENTRA = [
  'AADSTS7000215: Invalid client secret provided. Ensure the secret being sent in the request is the client secret value.',
  'Trace ID: 0b33ab5a-7d3c-4b3a-8d07-2f5b6c9d1e00',
  'Correlation ID: 9a1b2c3d-0000-4111-8222-333344445555',
  'Timestamp: 2026-11-28 22:00:00Z',
].join('\r\n');

async function failWith(answer: TokenAnswer) {
  const mail = await tokens.start();
  mail.endpoint.always(answer);
  const error = await rejection(mail.send());
  expect(mail.gate.logins).toEqual([]);
  expect(mail.server.commands('AUTH')).toEqual([]);
  return { ...mail, error };
}

describe('A token endpoint that refuses', () => {
  it.each([
    [401, 'invalid_client'],
    [400, 'invalid_client'],
    [400, 'unauthorized_client'],
    [401, 'unauthorized_client'],
    [400, 'invalid_grant'],
    [403, 'invalid_grant'],
  ])('for good (%i %s) fails the mail in phase auth, not to be tried again', async (status, error) => {
    const failed = await failWith({ status, body: { error, error_description: 'The reason.' } });
    expect(failed.error).toMatchObject({
      code: 'EMAILAUTH',
      phase: 'auth',
      retryable: false,
      message: expect.stringMatching(new RegExp(`${error}.*The reason\\.`)),
    });
    expect(failed.error).not.toHaveProperty('responseCode', expect.anything());
    expect(failed.endpoint.requests).toHaveLength(1);
  });

  it('is named in the message', async () => {
    const { error, endpoint } = await failWith({ status: 400, body: { error: 'invalid_client' } });
    expect(error).toMatchObject({ message: expect.stringContaining(`127.0.0.1:${endpoint.port}`) });
  });

  it('tells the first line of its description and no more', async () => {
    const { error } = await failWith({
      status: 401,
      body: { error: 'invalid_client', error_description: ENTRA },
    });
    const { message } = error as Error;
    expect(message).toContain('AADSTS7000215: Invalid client secret provided.');
    expect(message).not.toMatch(/Trace ID|Correlation|Timestamp|[\r\n]/);
  });

  it.each([
    ['a line feed', 'First.\nSecond.'],
    ['a carriage return', 'First.\rSecond.'],
    ['a line separator', 'First.\u2028Second.'],
    ['a line before it', '\r\nFirst.\r\nSecond.'],
  ])('tells the first line where the second one follows %s', async (_, error_description) => {
    const { error } = await failWith({ status: 400, body: { error: 'invalid_grant', error_description } });
    expect((error as Error).message).toContain('First.');
    expect((error as Error).message).not.toContain('Second.');
  });

  it.each([
    [400, 'invalid_scope'],
    [400, 'invalid_request'],
    [400, 'unsupported_grant_type'],
    [400, 'invalid_resource'],
  ])('by another code (%i %s) is told with it', async (status, error) => {
    const failed = await failWith({
      status,
      body: { error, error_description: 'AADSTS70011: no such scope' },
    });
    expect(failed.error).toMatchObject({
      code: 'EMAILAUTH',
      phase: 'auth',
      message: expect.stringMatching(new RegExp(`${error}.*AADSTS70011`)),
    });
  });

  const passing: [string, TokenAnswer][] = [
    ['500', { status: 500, body: { error: 'server_error' } }],
    ['500 with a code for good', { status: 500, body: { error: 'invalid_client' } }],
    ['502 with HTML', { status: 502, body: '<html>Bad Gateway</html>' }],
    ['503 with nothing', { status: 503 }],
    ['503 with JSON', { status: 503, body: { error: 'temporarily_unavailable' } }],
    ['504', { status: 504, body: 'upstream timed out' }],
    ['599', { status: 599 }],
    ['429', { status: 429, body: { error: 'too_many_requests' } }],
    ['429 with HTML', { status: 429, body: '<html>slow down</html>' }],
    ['429 with a code for good', { status: 429, body: { error: 'invalid_grant' } }],
    ['200 with HTML', { status: 200, body: '<!doctype html><title>Sign in to the hotel’s network</title>' }],
    ['200 with nothing', { status: 200 }],
    [
      '200 with half of a JSON',
      { status: 200, headers: { 'Content-Type': 'application/json' }, body: '{"access_' },
    ],
    ['400 with HTML', { status: 400, body: '<html>Bad Request</html>' }],
    ['401 with HTML', { status: 401, body: '<html>Who are you?</html>' }],
    ['403 with HTML of a proxy', { status: 403, body: '<html>Blocked by your company</html>' }],
    ['404 with HTML', { status: 404, body: '<h1>Not Found</h1>' }],
    ['302 to a page', { status: 302, headers: { Location: '/login' }, body: 'moved' }],
    ['a cut connection', { fault: 'reset' }],
    ['a cut body', { fault: 'half', body: { access_token: 'x'.repeat(100), token_type: 'Bearer' } }],
  ];

  it.each(passing)(
    'for the moment (%s) fails the mail in phase auth, to be tried again',
    async (_, answer) => {
      const { error } = await failWith(answer);
      expect(error).toMatchObject({
        code: 'EMAILAUTH',
        phase: 'auth',
        retryable: true,
        message: expect.stringContaining('127.0.0.1'),
      });
      expect((error as Error).message).not.toMatch(/[\r\n]/);
    },
  );

  it('for the moment is asked again by the next mail', async () => {
    const mail = await tokens.start();
    mail.endpoint.next({ status: 503 });
    await rejection(mail.send());
    expect(await mail.send()).toMatchObject({ status: 'accepted' });
    expect(mail.endpoint.requests).toHaveLength(2);
  });

  it('for good is asked again by a later mail, as the administrator may have mended it', async () => {
    const mail = await tokens.start();
    mail.endpoint.next({ status: 401, body: { error: 'invalid_client' } });
    await rejection(mail.send());
    expect(await mail.send()).toMatchObject({ status: 'accepted' });
  });

  it('is asked by one connection at a time, however many mails wait', async () => {
    const mail = await tokens.start();
    mail.endpoint.always({ status: 503, delayMs: 20 });
    const ends = await mail.sendMany(25);
    expect(ends.filter(({ status }) => status === 'fulfilled')).toEqual([]);
    expect(mail.endpoint.mostAtOnce).toBe(1);
  });

  it('lets verify() fail with the same words', async () => {
    const mail = await tokens.start();
    mail.endpoint.always({
      status: 400,
      body: { error: 'invalid_grant', error_description: 'AADSTS700082: expired' },
    });
    expect(await rejection(mail.app.mail.verify())).toMatchObject({
      code: 'EMAILAUTH',
      phase: 'auth',
      retryable: false,
      message: expect.stringMatching(/invalid_grant.*AADSTS700082: expired/),
    });
  });

  const odd: [string, TokenAnswer][] = [
    ['an error that is an object', { status: 400, body: { error: { code: 403, message: 'denied' } } }],
    ['an error that is a number', { status: 400, body: { error: 12 } }],
    ['no error', { status: 400, body: { message: 'denied' } }],
    ['a list', { status: 400, body: ['no'] }],
    ['null', { status: 400, headers: { 'Content-Type': 'application/json' }, body: 'null' }],
    ['a text', { status: 200, headers: { 'Content-Type': 'application/json' }, body: '"token"' }],
    ['no token', { status: 200, body: { token_type: 'Bearer', expires_in: 3600 } }],
    ['an empty token', { status: 200, body: { access_token: '', token_type: 'Bearer' } }],
    ['a token that is a number', { status: 200, body: { access_token: 12, token_type: 'Bearer' } }],
    ['an error with 200', { status: 200, body: { error: 'invalid_client', error_description: 'no' } }],
    ['a token of another kind', { status: 200, body: { access_token: 'tok', token_type: 'mac' } }],
    ['201 without a body', { status: 201 }],
    ['204', { status: 204 }],
  ];

  it.each(odd)('in an odd way (%s) fails the mail with words', async (_, answer) => {
    const { error } = await failWith(answer);
    expect(error).toMatchObject({ code: 'EMAILAUTH', phase: 'auth' });
    expect((error as Error).message).not.toMatch(/\[object|undefined|null\b|NaN/);
    expect((error as Error).message).toContain('127.0.0.1');
  });

  it('with control characters and at length is told on one line and shortened', async () => {
    const { error } = await failWith({
      status: 400,
      body: { error: `invalid_grant\u001b[31m\r\nX`, error_description: `${'long '.repeat(4000)}\u0007` },
    });
    const { message } = error as Error;
    // oxlint-disable-next-line no-control-regex -- that is what must not stand there
    expect(message).not.toMatch(/[\u0000-\u001f\u007f]/);
    expect(message.length).toBeLessThan(1500);
  });

  it('and quotes secret and link tells neither', async () => {
    const quoted = `secret ${CLIENT_SECRET} (${encodeURIComponent(CLIENT_SECRET)}, ${Buffer.from(CLIENT_SECRET).toString('base64')}), see https://login.example/reset?code=abc123`;
    const { error } = await failWith({
      status: 401,
      body: { error: 'invalid_client', error_description: quoted },
    });
    const { message } = error as Error;
    expect(message).toContain('***');
    for (const form of [CLIENT_SECRET, encodeURIComponent(CLIENT_SECRET), 'abc123'])
      expect(message).not.toContain(form);
    expect(message).not.toContain(Buffer.from(CLIENT_SECRET).toString('base64'));
  });

  it.each([
    ['HTML', { body: '<html>' }, 'answered with text/html in place of a JSON object'],
    ['a list', { body: [1] }, 'answered with something else in place of a JSON object'],
    [
      'broken JSON',
      { headers: { 'Content-Type': 'application/json' }, body: '{' },
      'something else in place',
    ],
  ])('with %s is told in words that fit', async (_, answer, words) => {
    expect((await failWith(answer)).error).toMatchObject({ message: expect.stringContaining(words) });
  });

  it('makes the mail leave by the fallback', async () => {
    const sink = await tokens.bench.sink();
    const mail = await tokens.start({
      options: { fallback: { Host: sink.host, Port: sink.port } },
    });
    mail.endpoint.always({ status: 401, body: { error: 'invalid_client' } });
    expect(await mail.send()).toMatchObject({ status: 'accepted', fallback: true });
    expect(sink.messages).toHaveLength(1);
  });

  it('for the moment is asked again by a retry', async () => {
    const mail = await tokens.start({ options: { retry: { attempts: 3, backoff: 20 } } });
    mail.endpoint.next({ status: 503 }, { fault: 'reset' });
    expect(await mail.send()).toMatchObject({ status: 'accepted' });
    expect(mail.endpoint.requests).toHaveLength(3);
  });

  it('for good is not asked again by a retry', async () => {
    const mail = await tokens.start({ options: { retry: { attempts: 3, backoff: 20 } } });
    mail.endpoint.always({ status: 400, body: { error: 'unauthorized_client' } });
    await rejection(mail.send());
    expect(mail.endpoint.requests).toHaveLength(1);
  });
});

describe('Retry-After', () => {
  /** When a whole second of a clock begins that is so far ahead: that is as fine as a date in a header can be. */
  const httpDate = (ms: number): string => new Date(Math.ceil(ms / 1000) * 1000).toUTCString();

  /** Whether a mail fails that is sent while nobody may ask. */
  async function failsMeanwhile(mail: TokenMail): Promise<void> {
    const error = await rejection(mail.send({ timeoutMs: 300 }));
    expect(error).toMatchObject({ retryable: true, code: expect.stringMatching(/^EMAIL(?:AUTH|TIMEOUT)$/) });
  }

  /** Milliseconds between the first two requests, of which there are two. */
  function pauseIn({ endpoint }: TokenMail): number {
    expect(endpoint.requests).toHaveLength(2);
    const [first, second] = endpoint.requests;
    return (second?.at ?? 0) - (first?.at ?? 0);
  }

  it('in seconds is waited for, whatever the status: nobody asks before it is over, and then it goes on', async () => {
    const one = async (status: number): Promise<void> => {
      const mail = await tokens.start();
      mail.endpoint.next({ status, headers: { 'Retry-After': '2' }, body: { error: 'slow_down' } });
      expect(await rejection(mail.send())).toMatchObject({
        code: 'EMAILAUTH',
        phase: 'auth',
        retryable: true,
      });
      const refused = performance.now();
      for (let mails = 0; mails < 3; mails++) await failsMeanwhile(mail);
      await delay(refused + 2100 - performance.now());
      expect(await mail.send()).toMatchObject({ status: 'accepted' });
      expect(pauseIn(mail)).toBeGreaterThan(1990);
    };
    await Promise.all([429, 503, 500].map(one));
  });

  it('as a date is understood by the clock of the endpoint, right or an hour ahead or behind', async () => {
    const one = async (clockAheadMs: number): Promise<void> => {
      const mail = await tokens.start({ endpoint: { clockAheadMs } });
      const until = httpDate(Date.now() + clockAheadMs + 2000);
      mail.endpoint.next({ status: 429, headers: { 'Retry-After': until } });
      await rejection(mail.send());
      await failsMeanwhile(mail);
      // By then a second has been let pass, at least, and three at most.
      await delay(3100);
      expect(await mail.send()).toMatchObject({ status: 'accepted' });
      expect(pauseIn(mail)).toBeGreaterThan(1000);
    };
    await Promise.all([0, 3_600_000, -3_600_000].map(one));
  });

  it('holds for verify() too', async () => {
    const mail = await tokens.start();
    mail.endpoint.next({ status: 429, headers: { 'Retry-After': '60' } });
    await rejection(mail.send());
    expect(await rejection(mail.app.mail.verify({ timeoutMs: 500 }))).toMatchObject({ retryable: true });
    expect(mail.endpoint.requests).toHaveLength(1);
  });

  it.each(['soon', '-5', '', '1.5e', 'Wed, 99 Foo 2026'])(
    'that means nothing (%j) is no wait',
    async value => {
      const mail = await tokens.start();
      mail.endpoint.next({ status: 429, headers: { 'Retry-After': value } });
      await rejection(mail.send());
      expect(await mail.send()).toMatchObject({ status: 'accepted' });
    },
  );

  it('of an endpoint does not hold back a mailer with another one', async () => {
    const held = await tokens.start();
    const free = await tokens.start();
    held.endpoint.next({ status: 429, headers: { 'Retry-After': '60' } });
    await rejection(held.send());
    expect(await free.send()).toMatchObject({ status: 'accepted' });
  });

  it('does not hold back mails while there is a token that is good', async () => {
    const mail = await tokens.start();
    await mail.send();
    mail.endpoint.next({ status: 429, headers: { 'Retry-After': '60' } });
    expect(await mail.send()).toMatchObject({ status: 'accepted' });
    expect(mail.endpoint.requests).toHaveLength(1);
  });
});
