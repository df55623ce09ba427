import { createPrivateKey } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import type { SmtpOptions } from 'nest-mailroom';
import { until } from '../support/bounded-send.js';
import { createSelfSignedCertificate } from '../support/certificates.js';
import { ownTime } from '../support/own-time.js';
import { rejection } from '../support/rejection.js';
import { MAILBOX, useTokenBench } from '../support/token-bench.js';
import type { TokenCircumstances, TokenMail } from '../support/token-bench.js';
import { startMailboxApp } from '../testing/mailbox-app.js';

const tokens = useTokenBench();

/** Starts with credentials in code and a server that takes these tokens. */
function start(
  auth: SmtpOptions['auth'],
  good: readonly string[] = ['good'],
  more: TokenCircumstances = {},
): Promise<TokenMail> {
  return tokens.start({
    oAuth2: null,
    smtp: { auth },
    ...more,
    gate: { accepts: (token, user) => good.includes(token) && user === MAILBOX, ...more.gate },
  });
}

async function endConnections({ server }: TokenMail): Promise<void> {
  server.cutConnections();
  await until(() => server.openConnections === 0);
  await delay(20);
}

/** What can be awaited and is no Promise of this realm, as libraries of promises make it. */
function anotherPromise(value: string): PromiseLike<string> {
  const made = Promise.resolve(value);
  return new Proxy(made, {
    get: (target, name) => (name === 'then' ? target.then.bind(target) : undefined),
    getPrototypeOf: () => null,
  });
}

describe('A function that gets an access token', () => {
  it.each([
    ['a text', 'good'],
    ['a token', { token: 'good' }],
    ['a token with a date', { token: 'good', expiresAt: new Date(Date.now() + 3_600_000) }],
    ['a token with a number', { token: 'good', expiresAt: Date.now() + 3_600_000 }],
  ])('may resolve with %s', async (_, given) => {
    const mail = await start({ accessToken: async () => given });
    expect(await mail.send()).toMatchObject({ status: 'accepted' });
    expect(mail.gate.logins).toMatchObject([{ user: MAILBOX, token: 'good' }]);
  });

  it('signs in the mailbox in auth.user, before that in Username', async () => {
    const auth = { user: 'other@contoso.test', accessToken: async () => 'good' };
    const accepts = (token: string, user: string): boolean =>
      token === 'good' && user === 'other@contoso.test';
    for (const settings of [{}, { Username: undefined }]) {
      const mail = await start(auth, [], { settings, gate: { accepts } });
      expect(await mail.send()).toMatchObject({ status: 'accepted' });
    }
  });

  it('counts more than the Password in the settings', async () => {
    const mail = await start({ accessToken: async () => 'good' }, ['good'], {
      settings: { Password: 's3cret-p4ssword' },
      offered: 'PLAIN XOAUTH2',
    });
    expect(await mail.send()).toMatchObject({ status: 'accepted' });
    expect(mail.gate.tokens).toEqual(['good']);
  });

  it('is not called where mails go to the mailbox of a test, which needs no secrets either', async () => {
    let calls = 0;
    const accessToken = async (): Promise<string> => {
      calls++;
      return 'good';
    };
    const oAuth2 = {
      TokenEndpoint: 'https://login.example/t',
      ClientId: 'app',
      ClientSecretFile: '/no/such/file',
    };
    const options = [{ smtp: { auth: { accessToken } } }, {}];
    for (const option of options) {
      const app = await startMailboxApp(
        { Username: MAILBOX, ...(option.smtp ? {} : { OAuth2: oAuth2 }) },
        option,
      );
      tokens.bench.closing(app);
      await app.mail.send({ subject: 's', to: 'ann@contoso.test', text: 'Hello' });
      expect(app.mailbox.mails).toHaveLength(1);
    }
    expect(calls).toBe(0);
  });

  it('needs a mailbox, which is told at start', async () => {
    const error = await rejection(
      start({ accessToken: async () => 'good' }, [], { settings: { Username: undefined } }),
    );
    expect(error).toMatchObject({
      name: 'MailSettingsError',
      message: expect.stringMatching(/Username|smtp\.auth\.user/),
    });
  });

  it('is not called before there is a mail, and then once for a crowd', async () => {
    let calls = 0;
    const accessToken = async (): Promise<string> => {
      calls++;
      await delay(50);
      return 'good';
    };
    const mail = await start({ accessToken }, ['good'], { server: { delayDotMs: 20 } });
    await delay(30);
    expect(calls).toBe(0);
    const ends = await mail.sendMany(30);
    expect(ends.filter(({ status }) => status === 'rejected')).toEqual([]);
    expect(mail.server.connections).toBeGreaterThan(1);
    expect(calls).toBe(1);
  });

  it('is called again when 80 % of the life are over', async () => {
    let calls = 0;
    const accessToken = async () => ({ token: `t${++calls}`, expiresAt: Date.now() + 3000 });
    const mail = await start({ accessToken }, ['t1', 't2']);
    await mail.send();
    await endConnections(mail);
    await delay(2900);
    await mail.send();
    expect(mail.gate.tokens).toEqual(['t1', 't2']);
  });

  it.each(['challenge', 'at-once'] as const)(
    'is called once more when the server refuses the token (%s), and told so',
    async refusal => {
      const renewed: unknown[] = [];
      const given = ['stale', 'good'];
      const accessToken = async (call?: { readonly renew?: boolean }): Promise<string> => {
        renewed.push(call?.renew);
        return given.shift() ?? 'none';
      };
      const mail = await start({ accessToken }, ['good'], { gate: { refusal } });
      await mail.send();
      expect(mail.gate.logins).toMatchObject([
        { token: 'stale', connection: 0 },
        { token: 'good', connection: 0 },
      ]);
      expect(renewed).toHaveLength(2);
    },
  );

  it('that gives the refused token again makes an error, not a loop', async () => {
    let calls = 0;
    const mail = await start({
      accessToken: async () => {
        calls++;
        return 'stale';
      },
    });
    expect(await rejection(mail.send())).toMatchObject({
      code: 'EMAILAUTH',
      phase: 'auth',
      retryable: false,
      responseCode: 535,
    });
    expect(calls).toBe(2);
    expect(mail.gate.logins.length).toBeLessThanOrEqual(2);
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('no account in the cache');
      },
    ],
    ['rejects', () => Promise.reject(new Error('no account in the cache'))],
  ])('and %s makes an error with its words', async (_, accessToken) => {
    const mail = await start({ accessToken: accessToken as () => Promise<string> });
    expect(await rejection(mail.send())).toMatchObject({
      code: 'EMAILAUTH',
      phase: 'auth',
      message: expect.stringContaining('no account in the cache'),
    });
    expect(mail.server.commands('AUTH')).toEqual([]);
  });

  it.each([
    ['throws undefined', () => Promise.reject(undefined)],
    ['throws a text', () => Promise.reject('no')],
    ['gives nothing', async () => undefined],
    ['gives null', async () => null],
    ['gives an empty text', async () => ''],
    ['gives a number', async () => 12],
    ['gives an object without a token', async () => ({})],
    ['gives an empty token', async () => ({ token: '' })],
    ['gives a token that is no text', async () => ({ token: 5 })],
    ['gives a list', async () => ['good']],
    ['gives an end that is no date', async () => ({ token: 'good', expiresAt: 'tomorrow' })],
    ['gives a date that is none', async () => ({ token: 'good', expiresAt: new Date(Number.NaN) })],
    ['gives a token that has ended', async () => ({ token: 'good', expiresAt: new Date(Date.now() - 1000) })],
    [
      'gives an end in seconds',
      async () => ({ token: 'good', expiresAt: Math.floor(Date.now() / 1000) + 3600 }),
    ],
  ])('and %s makes an error that names it, and nothing is sent', async (_, accessToken) => {
    const mail = await start({ accessToken: accessToken as () => Promise<string> });
    const error = await rejection(mail.send());
    expect(error).toMatchObject({
      code: 'EMAILAUTH',
      phase: 'auth',
      message: expect.stringContaining('accessToken'),
    });
    expect((error as Error).message).not.toMatch(/\[object|good/);
    expect(mail.server.commands('AUTH')).toEqual([]);
  });

  it.each([
    ['a function without a promise', () => 'good'],
    ['another promise', () => anotherPromise('good')],
  ])('may be %s', async (_, accessToken) => {
    const mail = await start({ accessToken: accessToken as () => Promise<string> });
    expect(await mail.send()).toMatchObject({ status: 'accepted' });
  });

  it('that failed is called again by the next mail', async () => {
    let calls = 0;
    const accessToken = async (): Promise<string> => {
      if (++calls === 1) throw new Error('no network');
      return 'good';
    };
    const mail = await start({ accessToken });
    await rejection(mail.send());
    expect(await mail.send()).toMatchObject({ status: 'accepted' });
  });

  it('that never settles is left after ConnectionTimeout, with words that name it', async () => {
    const mail = await start({ accessToken: () => new Promise<string>(() => undefined) }, [], {
      settings: { ConnectionTimeout: 1 },
    });
    const begun = ownTime();
    expect(await rejection(mail.send())).toMatchObject({
      phase: 'auth',
      retryable: true,
      message: expect.stringContaining('accessToken'),
    });
    expect(ownTime() - begun).toBeLessThan(4000);
  });

  it('that never settles is left at once when a signal ends the send, and at shutdown', async () => {
    const mail = await start({ accessToken: () => new Promise<string>(() => undefined) }, [], {
      settings: { ConnectionTimeout: 30 },
      options: { shutdownTimeoutMs: 100 },
    });
    const controller = new AbortController();
    const sending = rejection(mail.send({ signal: controller.signal }));
    await until(() => mail.server.commands('EHLO').length > 0);
    await delay(50);
    const begun = ownTime();
    controller.abort();
    expect(await sending).toMatchObject({ code: 'EMAILABORTED' });
    const other = rejection(mail.send());
    await delay(50);
    await mail.app.close();
    expect(await other).toMatchObject({ code: 'EMAILCLOSED' });
    expect(ownTime() - begun).toBeLessThan(5000);
  });

  it('gets a signal that ends with the request', async () => {
    let ended = false;
    const accessToken = (call?: { readonly signal?: AbortSignal }): Promise<string> =>
      new Promise((_, reject) => {
        call?.signal?.addEventListener('abort', () => {
          ended = true;
          reject(new Error('aborted'));
        });
      });
    const mail = await start({ accessToken }, [], { settings: { ConnectionTimeout: 1 } });
    await rejection(mail.send());
    await until(() => ended);
    expect(ended).toBe(true);
  });
});

describe('Credentials in code that are wrong', () => {
  const type = 'OAuth2' as const;

  it.each([
    [
      'an address in clear',
      { type, refreshToken: 'r3fresh', clientId: 'app', accessUrl: 'http://login.contoso.test/x' },
      'accessUrl',
    ],
    [
      'a mailbox with control characters',
      { user: 'a\u0001b@contoso.test', accessToken: async () => 'good' },
      'user',
    ],
    [
      'a mailbox with invisible characters',
      { user: 'a\u200Bb@contoso.test', accessToken: async () => 'good' },
      'user',
    ],
    ['a token that is no text', { type, accessToken: 5 }, 'accessToken'],
    ['another mechanism', { accessToken: async () => 'good', method: 'PLAIN' }, 'method'],
  ])('(%s) are the one problem that is told at start', async (_, auth, key) => {
    const error = await rejection(start(auth as SmtpOptions['auth']));
    expect(error).toMatchObject({
      name: 'MailSettingsError',
      problems: [{ key: `smtp.auth.${key}` }],
    });
  });
});

describe('OAuth2 in code as nodemailer takes it', () => {
  const type = 'OAuth2' as const;
  const user = MAILBOX;

  it('with a token signs in with it', async () => {
    const mail = await start({ type, user, accessToken: 'good' });
    expect(await mail.send()).toMatchObject({ status: 'accepted' });
  });

  it('with a token that is refused makes an error for good, after one try', async () => {
    const mail = await start({ type, user, accessToken: 'stale' });
    expect(await rejection(mail.send())).toMatchObject({
      code: 'EMAILAUTH',
      phase: 'auth',
      retryable: false,
      responseCode: 535,
    });
    expect(mail.gate.logins).toHaveLength(1);
  });

  /** An endpoint, and options that lead to its tokens by a refresh token. */
  async function withRefreshToken() {
    const endpoint = await tokens.endpoint({
      clients: { app: { secret: 's3cret' } },
      refreshTokens: { r3fresh: 'app' },
    });
    const client = { clientId: 'app', clientSecret: 's3cret', refreshToken: 'r3fresh' };
    return { endpoint, auth: { type, user, ...client, accessUrl: endpoint.url } };
  }

  it('takes a token that the application has renewed in the object', async () => {
    const auth = { type, user, accessToken: 'stale' };
    const mail = await start(auth);
    await rejection(mail.send());
    auth.accessToken = 'good';
    expect(await mail.send()).toMatchObject({ status: 'accepted' });
  });

  it('with a refresh token asks at accessUrl, once for a crowd', async () => {
    const { endpoint, auth } = await withRefreshToken();
    const mail = await start(auth, [], { gate: { accepts: token => endpoint.accepts(token) } });
    const ends = await mail.sendMany(20);
    expect(ends.filter(({ status }) => status === 'rejected')).toEqual([]);
    expect(endpoint.requests).toHaveLength(1);
    expect(Object.fromEntries(endpoint.requests[0]?.form ?? [])).toMatchObject({
      grant_type: 'refresh_token',
      client_id: 'app',
      client_secret: 's3cret',
      refresh_token: 'r3fresh',
    });
  });

  it.each(['challenge', 'at-once'] as const)(
    'with a token that is refused (%s) and a refresh token gets a new one on the same connection',
    async refusal => {
      const { endpoint, auth } = await withRefreshToken();
      const mail = await start({ ...auth, accessToken: 'stale' }, [], {
        gate: { refusal, accepts: token => endpoint.accepts(token) },
      });
      await mail.send();
      expect(mail.gate.tokens).toEqual(['stale', endpoint.tokens[0]]);
      expect(mail.server.connections).toBe(1);
    },
  );

  it('with a token whose time is over before the first mail gets another one first', async () => {
    const endpoint = await tokens.endpoint({
      clients: { app: { secret: 's3cret' } },
      refreshTokens: { r3fresh: 'app' },
    });
    const mail = await start(
      {
        type,
        user,
        clientId: 'app',
        clientSecret: 's3cret',
        refreshToken: 'r3fresh',
        accessToken: 'good',
        timeout: 1,
        accessUrl: endpoint.url,
      },
      [],
      { gate: { accepts: token => token === 'good' || endpoint.accepts(token) } },
    );
    await delay(1050);
    await mail.send();
    expect(mail.gate.tokens).toEqual(endpoint.tokens);
    expect(endpoint.requests).toHaveLength(1);
  });

  it('with a refresh token that is replaced uses the new one', async () => {
    const told: unknown[] = [];
    const endpoint = await tokens.endpoint({
      clients: { app: {} },
      refreshTokens: { r3fresh: 'app' },
      rotate: true,
    });
    const auth = { type, user, clientId: 'app', refreshToken: 'r3fresh', accessUrl: endpoint.url };
    const mail = await start(auth, [], {
      smtp: { auth, onRefreshToken: (token: string) => void told.push(token) },
      gate: { accepts: token => endpoint.accepts(token) },
    });
    await mail.send();
    endpoint.revokeAll();
    await endConnections(mail);
    await mail.send();
    expect(endpoint.requests.map(({ form }) => form.get('refresh_token'))).toEqual(['r3fresh', told[0]]);
  });

  it('with a service account signs an assertion, from a PEM or a key object', async () => {
    const certificate = createSelfSignedCertificate({ hosts: ['app'], rsaBits: 2048 });
    const endpoint = await tokens.endpoint({
      serviceAccounts: { robot: { publicKey: certificate.cert, subjects: [MAILBOX] } },
    });
    for (const privateKey of [certificate.key, createPrivateKey(certificate.key)]) {
      const auth = { type, user, serviceClient: 'robot', privateKey, accessUrl: endpoint.url };
      const mail = await start(auth as SmtpOptions['auth'], [], {
        gate: { accepts: token => endpoint.accepts(token) },
      });
      expect(await mail.send()).toMatchObject({ status: 'accepted' });
    }
    expect(endpoint.issued).toMatchObject([
      { username: MAILBOX, scope: 'https://mail.google.com/' },
      { username: MAILBOX },
    ]);
  });

  it('with provisionCallback asks it, and says when it wants another token', async () => {
    const asked: [string, boolean][] = [];
    const provisionCallback: NonNullable<
      Extract<SmtpOptions['auth'], { provisionCallback?: unknown }>['provisionCallback']
    > = (name, renew, callback) => {
      asked.push([name, renew]);
      callback(null, renew ? 'good' : 'stale', Date.now() + 3_600_000);
    };
    const mail = await start({ type, user, provisionCallback });
    await mail.send();
    expect(asked).toEqual([
      [MAILBOX, false],
      [MAILBOX, true],
    ]);
    expect(mail.gate.logins).toMatchObject([{ connection: 0 }, { connection: 0, accepted: true }]);
  });

  it.each([
    [
      'fails',
      (callback: (error: Error | null, token?: string) => void) => callback(new Error('vault is sealed')),
    ],
    [
      'throws',
      () => {
        throw new Error('vault is sealed');
      },
    ],
  ])('with a provisionCallback that %s makes an error with its words', async (_, act) => {
    const mail = await start({
      type,
      user,
      provisionCallback: (_name, _renew, callback) => act(callback),
    });
    expect(await rejection(mail.send())).toMatchObject({
      code: 'EMAILAUTH',
      phase: 'auth',
      message: expect.stringContaining('vault is sealed'),
    });
  });

  it('with a provisionCallback that never calls back is left after ConnectionTimeout', async () => {
    const mail = await start({ type, user, provisionCallback: () => undefined }, [], {
      settings: { ConnectionTimeout: 1 },
    });
    expect(await rejection(mail.send())).toMatchObject({ phase: 'auth', retryable: true });
  });

  it.each([
    ['invalid_grant', false],
    ['server_error', true],
  ])('whose endpoint refuses with %s tells so', async (error, retryable) => {
    const endpoint = await tokens.endpoint();
    endpoint.always({ status: retryable ? 500 : 400, body: { error, error_description: 'why' } });
    const mail = await start({
      type,
      user,
      clientId: 'app',
      clientSecret: 's3cret',
      refreshToken: 'r3fresh',
      accessUrl: endpoint.url,
    });
    expect(await rejection(mail.send())).toMatchObject({
      code: 'EMAILAUTH',
      phase: 'auth',
      retryable,
      message: expect.stringContaining(error),
    });
  });
});
