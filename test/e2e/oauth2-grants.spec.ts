import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { until } from '../support/bounded-send.js';
import { createCertificateAuthority, createSelfSignedCertificate } from '../support/certificates.js';
import { readJwt } from '../support/json-web-token.js';
import { rejection } from '../support/rejection.js';
import { runNode } from '../support/run-script.js';
import {
  CLIENT_ID,
  CLIENT_SECRET,
  MAILBOX,
  oAuth2For,
  SCOPE,
  settingsFor,
  TRUST,
  useTokenBench,
} from '../support/token-bench.js';
import type { TokenMail } from '../support/token-bench.js';
import { TokenGate } from '../support/token-gate.js';

const tokens = useTokenBench();

const certificate = createSelfSignedCertificate({ hosts: ['mail-app'], rsaBits: 2048 });
const other = createSelfSignedCertificate({ hosts: ['other-app'], rsaBits: 2048 });

/** Writes a text into a file of its own. */
function file(name: string, content: string): string {
  const path = join(tokens.bench.folder().path, name);
  writeFileSync(path, content);
  return path;
}

async function signInAnew(mail: TokenMail): Promise<void> {
  mail.endpoint.revokeAll();
  mail.server.cutConnections();
  await until(() => mail.server.openConnections === 0);
  await mail.send();
}

describe('Client credentials', () => {
  it.each([
    ['with all kinds of characters', 'a+b/c=d&e%f g~h.i_j-k!*\'()"<>ü€'],
    ['with percent signs', '%41%2B%%'],
    ['that is short', 'x'],
  ])('with a secret %s get a token', async (_, secret) => {
    const mail = await tokens.start({
      endpoint: { clients: { [CLIENT_ID]: { secret } } },
      oAuth2: { ClientSecret: secret },
    });
    expect(await mail.send()).toMatchObject({ status: 'accepted' });
  });

  it('with a secret in a file get a token, its one line end taken off', async () => {
    const mail = await tokens.start({
      oAuth2: { ClientSecret: undefined, ClientSecretFile: file('secret', `${CLIENT_SECRET}\r\n`) },
    });
    expect(await mail.send()).toMatchObject({ status: 'accepted' });
  });

  it('with a wrong secret fail for good', async () => {
    const mail = await tokens.start({ oAuth2: { ClientSecret: 'wr0ng-s3cret' } });
    expect(await rejection(mail.send())).toMatchObject({
      code: 'EMAILAUTH',
      retryable: false,
      message: expect.stringContaining('invalid_client'),
    });
  });

  it('with a name and a scope of all kinds of characters get a token', async () => {
    const client = 'api://mail app+1&x=y';
    const Scope = 'api://mail+app/.default offline&access';
    const mail = await tokens.start({
      endpoint: { clients: { [client]: { secret: 's3cret+/=' } } },
      oAuth2: { ClientId: client, ClientSecret: 's3cret+/=', Scope },
    });
    expect(await mail.send()).toMatchObject({ status: 'accepted' });
    expect(mail.endpoint.issued).toMatchObject([{ clientId: client, scope: Scope }]);
  });

  it('without a scope ask without one', async () => {
    const mail = await tokens.start({ oAuth2: { Scope: undefined } });
    await mail.send();
    expect(mail.endpoint.requests[0]?.form.has('scope')).toBe(false);
  });

  it('get a token by keys of any case, as the environment may write them', async () => {
    const endpoint = await tokens.endpoint();
    const mail = await tokens.start({
      oAuth2: null,
      gate: { accepts: token => endpoint.accepts(token) },
      settings: {
        oauth2: {
          tokenendpoint: endpoint.url,
          CLIENTID: CLIENT_ID,
          clientSecret: CLIENT_SECRET,
          scope: SCOPE,
          granttype: 'clientcredentials',
        },
      },
    });
    expect(await mail.send()).toMatchObject({ status: 'accepted' });
  });
});

describe('Client credentials with a certificate', () => {
  const start = (more: { endpoint?: object; oAuth2?: object } = {}): Promise<TokenMail> =>
    tokens.start({
      endpoint: { clients: { [CLIENT_ID]: { certificate: certificate.cert } }, ...more.endpoint },
      oAuth2: {
        ClientSecret: undefined,
        CertificateFile: file('app.crt', certificate.cert),
        PrivateKeyFile: file('app.key', certificate.key),
        ...more.oAuth2,
      },
    });

  it('get a token by an assertion, a new one for each token', async () => {
    const mail = await start();
    await mail.send();
    await signInAnew(mail);
    expect(mail.endpoint.tokens).toHaveLength(2);
    const forms = mail.endpoint.requests.map(({ form }) => form);
    expect(forms.map(form => form.has('client_secret'))).toEqual([false, false]);
    const assertions = forms.map(form => readJwt(form.get('client_assertion') ?? ''));
    expect(new Set(assertions.map(assertion => assertion?.claims['jti'])).size).toBe(2);
    expect(assertions[0]).toMatchObject({
      header: { alg: 'PS256', typ: 'JWT', 'x5t#S256': expect.stringMatching(/^[\w-]{43}$/) },
      claims: { iss: CLIENT_ID, sub: CLIENT_ID, aud: mail.endpoint.url },
    });
  });

  it('get a token from one file that holds certificate and key', async () => {
    const both = file('app.pem', `${certificate.key}${certificate.cert}`);
    const mail = await start({ oAuth2: { CertificateFile: both, PrivateKeyFile: both } });
    expect(await mail.send()).toMatchObject({ status: 'accepted' });
  });

  it('that the endpoint does not know fail for good', async () => {
    const mail = await start({ endpoint: { clients: { [CLIENT_ID]: { certificate: other.cert } } } });
    expect(await rejection(mail.send())).toMatchObject({
      code: 'EMAILAUTH',
      retryable: false,
      message: expect.stringContaining('invalid_client'),
    });
  });

  it.each([
    ['an hour ahead', 3_700_000],
    ['an hour behind', -3_700_000],
  ])('towards an endpoint whose clock is %s fail with words about the clock', async (_, clockAheadMs) => {
    const mail = await start({ endpoint: { clockAheadMs } });
    expect(await rejection(mail.send())).toMatchObject({
      code: 'EMAILAUTH',
      message: expect.stringMatching(/invalid_client.*clock/),
    });
  });
});

describe('A refresh token', () => {
  const start = (more: { endpoint?: object; oAuth2?: object; smtp?: object } = {}): Promise<TokenMail> =>
    tokens.start({
      endpoint: {
        clients: { [CLIENT_ID]: { secret: CLIENT_SECRET } },
        refreshTokens: { 'first/refresh+token=': CLIENT_ID },
        username: MAILBOX,
        ...more.endpoint,
      },
      oAuth2: { RefreshToken: 'first/refresh+token=', ...more.oAuth2 },
      ...(more.smtp && { smtp: more.smtp }),
    });
  const used = (mail: TokenMail): (string | null)[] =>
    mail.endpoint.requests.map(({ form }) => form.get('refresh_token'));

  it('gets access tokens, each time the same one', async () => {
    const mail = await start();
    await mail.send();
    await signInAnew(mail);
    expect(mail.endpoint.requests[0]?.form.get('grant_type')).toBe('refresh_token');
    expect(used(mail)).toEqual(['first/refresh+token=', 'first/refresh+token=']);
  });

  it('in a file gets access tokens', async () => {
    const mail = await start({
      oAuth2: { RefreshToken: undefined, RefreshTokenFile: file('refresh', 'first/refresh+token=\n') },
    });
    expect(await mail.send()).toMatchObject({ status: 'accepted' });
  });

  it('of a client without a secret gets access tokens', async () => {
    const mail = await start({
      endpoint: { clients: { [CLIENT_ID]: {} } },
      oAuth2: { ClientSecret: undefined },
    });
    expect(await mail.send()).toMatchObject({ status: 'accepted' });
    expect(mail.endpoint.requests[0]?.form.has('client_secret')).toBe(false);
  });

  it('that the endpoint replaces is not used again: the next request has the new one, and the application is told', async () => {
    const told: unknown[] = [];
    const mail = await start({
      endpoint: { rotate: true },
      smtp: { onRefreshToken: (token: string) => void told.push(token) },
    });
    await mail.send();
    await signInAnew(mail);
    await signInAnew(mail);
    expect(mail.endpoint.tokens).toHaveLength(3);
    expect(used(mail)).toEqual(['first/refresh+token=', told[0], told[1]]);
    expect(told).toHaveLength(3);
  });

  it('that the endpoint gives back unchanged is not told', async () => {
    const told: unknown[] = [];
    const mail = await start({ smtp: { onRefreshToken: (token: string) => void told.push(token) } });
    mail.endpoint.next({
      body: {
        access_token: 'x',
        token_type: 'Bearer',
        expires_in: 3600,
        refresh_token: 'first/refresh+token=',
      },
    });
    await mail.send();
    expect(told).toEqual([]);
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('the disk is full');
      },
    ],
    ['rejects', () => Promise.reject(new Error('the disk is full'))],
    ['never settles', () => new Promise(() => undefined)],
  ])(
    'that is replaced lets the mail go out although the function that is told %s',
    async (how, onRefreshToken) => {
      const mail = await start({ endpoint: { rotate: true }, smtp: { onRefreshToken } });
      expect(await mail.send()).toMatchObject({ status: 'accepted' });
      await signInAnew(mail);
      expect(mail.endpoint.tokens).toHaveLength(2);
      if (how === 'never settles') return;
      const warnings = mail.app.logger.warnings.join('\n');
      expect(warnings).toMatch(/refresh token|onRefreshToken/);
      expect(warnings).toContain('the disk is full');
      for (const token of used(mail)) expect(warnings).not.toContain(token);
    },
  );

  it.each([
    ['empty', ''],
    ['a number', 12],
    ['null', null],
  ])('is kept when the endpoint gives one that is %s', async (_, refresh_token) => {
    const mail = await start();
    mail.endpoint.next({ body: { access_token: 'x', token_type: 'Bearer', expires_in: 1, refresh_token } });
    await mail.send().catch(() => undefined);
    await signInAnew(mail);
    expect(used(mail)[1]).toBe('first/refresh+token=');
  });

  it('that was replaced elsewhere, and is lost, fails for good with words', async () => {
    const mail = await start({ endpoint: { refreshTokens: {} } });
    expect(await rejection(mail.send())).toMatchObject({
      code: 'EMAILAUTH',
      phase: 'auth',
      retryable: false,
      message: expect.stringMatching(/invalid_grant.*refresh token/i),
    });
  });

  it('is replaced once for a crowd', async () => {
    const told: unknown[] = [];
    const mail = await start({
      endpoint: { rotate: true },
      smtp: { onRefreshToken: (token: string) => void told.push(token) },
    });
    const ends = await mail.sendMany(20);
    expect(ends.filter(({ status }) => status === 'rejected')).toEqual([]);
    expect(told).toHaveLength(1);
  });
});

describe('The assertion of a service account', () => {
  const ACCOUNT = 'mailer@project-1.iam.example';
  const GOOGLE = 'https://mail.google.com/';
  const accounts = { [ACCOUNT]: { publicKey: certificate.cert, subjects: [MAILBOX], scopes: [GOOGLE] } };
  const start = (more: { endpoint?: object; oAuth2?: object } = {}): Promise<TokenMail> =>
    tokens.start({
      endpoint: { serviceAccounts: accounts, ...more.endpoint },
      oAuth2: {
        ClientId: ACCOUNT,
        ClientSecret: undefined,
        Scope: GOOGLE,
        GrantType: 'JwtBearer',
        PrivateKeyFile: file('account.pem', certificate.key),
        ...more.oAuth2,
      },
    });

  it('gets a token for the mailbox', async () => {
    const mail = await start();
    await mail.send();
    expect(mail.endpoint.issued).toMatchObject([{ clientId: ACCOUNT, username: MAILBOX, scope: GOOGLE }]);
    const { form } = mail.endpoint.requests[0] ?? {};
    expect(form?.get('grant_type')).toBe('urn:ietf:params:oauth:grant-type:jwt-bearer');
    const assertion = readJwt(form?.get('assertion') ?? '');
    expect(assertion).toMatchObject({
      header: { alg: 'RS256', typ: 'JWT' },
      claims: { iss: ACCOUNT, sub: MAILBOX, scope: GOOGLE, aud: mail.endpoint.url },
    });
  });

  it('is the default with a private key alone', async () => {
    const mail = await start({ oAuth2: { GrantType: undefined } });
    expect(await mail.send()).toMatchObject({ status: 'accepted' });
  });

  it('is made from a key file in JSON, with the name of the key', async () => {
    const endpoint = await tokens.endpoint({
      serviceAccounts: { [ACCOUNT]: { ...accounts[ACCOUNT], publicKey: certificate.cert, keyId: 'key-7' } },
    });
    const json = JSON.stringify({
      type: 'service_account',
      project_id: 'project-1',
      private_key_id: 'key-7',
      private_key: certificate.key,
      client_email: ACCOUNT,
      client_id: '1234567890',
      token_uri: endpoint.url,
    });
    const mail = await tokens.start({
      gate: { accepts: token => endpoint.accepts(token) },
      oAuth2: {
        TokenEndpoint: undefined,
        ClientId: undefined,
        ClientSecret: undefined,
        Scope: GOOGLE,
        PrivateKeyFile: file('account.json', json),
      },
    });
    expect(await mail.send()).toMatchObject({ status: 'accepted' });
  });

  it('is a new one for each token', async () => {
    const mail = await start();
    await mail.send();
    await signInAnew(mail);
    expect(mail.endpoint.tokens).toHaveLength(2);
  });

  it.each([
    ['of another key', { serviceAccounts: { [ACCOUNT]: { publicKey: other.cert } } }, /invalid_grant/],
    [
      'of an account that may not use the mailbox',
      { serviceAccounts: { [ACCOUNT]: { publicKey: certificate.cert, subjects: [] } } },
      /unauthorized_client/,
    ],
    ['of an account that is not there', { serviceAccounts: {} }, /invalid_grant/],
  ])('%s fails for good', async (_, endpoint, told) => {
    const mail = await start({ endpoint });
    expect(await rejection(mail.send())).toMatchObject({
      code: 'EMAILAUTH',
      retryable: false,
      message: expect.stringMatching(told),
    });
  });

  it('towards an endpoint whose clock is an hour ahead fails with words about the clock', async () => {
    const mail = await start({ endpoint: { clockAheadMs: 3_700_000 } });
    expect(await rejection(mail.send())).toMatchObject({ message: expect.stringMatching(/clock/) });
  });
});

describe('Over HTTPS', () => {
  it('an endpoint with a certificate that the process trusts gives tokens', async () => {
    const authority = createCertificateAuthority();
    const endpoint = await tokens.endpoint({
      certificate: authority.issue({ hosts: ['localhost', '127.0.0.1'] }),
      clients: { [CLIENT_ID]: { certificate: certificate.cert } },
      host: 'localhost',
    });
    const gate = new TokenGate({ accepts: token => endpoint.accepts(token) });
    const server = await tokens.server(gate);
    const settings = {
      ...settingsFor(server),
      OAuth2: {
        ...oAuth2For(endpoint),
        ClientSecret: undefined,
        Certificate: certificate.cert,
        PrivateKey: certificate.key,
      },
    };
    // Closes the application itself, and ends when nothing holds the process any more.
    const task = { settings, options: { smtp: TRUST }, count: 1, raiseAfter: 1, closing: 1 };
    const { code, stdout, stderr } = await runNode(
      ['test/e2e/shutdown-children/send-many.mjs', JSON.stringify(task)],
      {
        env: { NODE_EXTRA_CA_CERTS: file('authority.crt', authority.cert) },
        timeoutMs: 20_000,
      },
    );
    expect({ code, stdout, stderr }).toEqual({
      code: 0,
      stdout: 'pending\n{"id":"mail-0","status":"accepted"}\n',
      stderr: '',
    });
    expect(gate.logins).toMatchObject([{ accepted: true }]);
  });
});
