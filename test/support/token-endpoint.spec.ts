import { createHash, randomUUID, X509Certificate } from 'node:crypto';
import { afterEach, describe, expect, it } from '@jest/globals';
import { createSelfSignedCertificate } from './certificates.js';
import { readJwt, signJwt } from './json-web-token.js';
import { TokenEndpoint } from './token-endpoint.js';
import type { TokenEndpointOptions } from './token-endpoint.js';

const certificate = createSelfSignedCertificate({ hosts: ['app'], rsaBits: 2048 });
const other = createSelfSignedCertificate({ hosts: ['app'], rsaBits: 2048 });
const endpoints: TokenEndpoint[] = [];

async function start(options: TokenEndpointOptions = {}): Promise<TokenEndpoint> {
  const endpoint = await TokenEndpoint.start({
    clients: { app: { secret: 's&cret' }, signed: { certificate: certificate.cert }, phone: {} },
    serviceAccounts: { robot: { publicKey: certificate.cert, subjects: ['ann@contoso.test'] } },
    refreshTokens: { first: 'phone' },
    ...options,
  });
  endpoints.push(endpoint);
  return endpoint;
}

afterEach(async () => {
  for (const endpoint of endpoints.splice(0)) await endpoint.close();
});

async function ask(endpoint: TokenEndpoint, form: Record<string, string>) {
  const reply = await fetch(endpoint.url, { method: 'POST', body: new URLSearchParams(form) });
  const body: unknown = await reply.json();
  return { status: reply.status, body };
}

const seconds = (): number => Math.floor(Date.now() / 1000);

function assertion(aud: string, change: { claims?: object; header?: object; key?: string } = {}): string {
  const header = {
    'x5t#S256': createHash('sha256').update(new X509Certificate(certificate.cert).raw).digest('base64url'),
  };
  const now = seconds();
  const claims = { iss: 'signed', sub: 'signed', aud, jti: randomUUID(), iat: now, nbf: now, exp: now + 300 };
  return signJwt(
    { ...header, ...change.header },
    { ...claims, ...change.claims },
    'PS256',
    change.key ?? certificate.key,
  );
}

const byAssertion = (client_assertion: string) => ({
  grant_type: 'client_credentials',
  client_id: 'signed',
  client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
  client_assertion,
});

const bearer = (aud: string, claims: object = {}) => {
  const now = seconds();
  const all = {
    iss: 'robot',
    sub: 'ann@contoso.test',
    scope: 'mail',
    aud,
    iat: now,
    exp: now + 3600,
    ...claims,
  };
  return {
    grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
    assertion: signJwt({}, all, 'RS256', certificate.key),
  };
};

describe('The token endpoint of the tests', () => {
  it('gives a token for the right secret, and tells whether it is good', async () => {
    const endpoint = await start({ username: 'box@contoso.test' });
    const form = { grant_type: 'client_credentials', client_id: 'app', client_secret: 's&cret', scope: 'x' };
    const { status, body } = await ask(endpoint, form);
    const [token = ''] = endpoint.tokens;
    expect({ status, body }).toEqual({
      status: 200,
      body: { token_type: 'Bearer', access_token: token, expires_in: 3600 },
    });
    expect(readJwt(token)?.claims).toMatchObject({ aud: 'https://outlook.office365.com', appid: 'app' });
    const tells = async () =>
      (await fetch(`${endpoint.introspectionUrl}?token=${token}`)).json() as Promise<object>;
    expect(await tells()).toMatchObject({ active: true, username: 'box@contoso.test' });
    endpoint.revoke(token);
    expect(await tells()).toEqual({ active: false });
  });

  it.each([
    ['a wrong secret', { client_id: 'app', client_secret: 'secret' }, 'invalid_client', 401],
    ['no secret', { client_id: 'app' }, 'invalid_client', 401],
    ['a client that is not there', { client_id: 'nobody', client_secret: 's&cret' }, 'invalid_client', 401],
    ['a public client', { client_id: 'phone' }, 'unauthorized_client', 400],
    ['another grant', { client_id: 'app', grant_type: 'password' }, 'unsupported_grant_type', 400],
  ])('refuses %s', async (_, form, error, status) => {
    const endpoint = await start();
    const answer = await ask(endpoint, { grant_type: 'client_credentials', ...form });
    expect(answer).toMatchObject({ status, body: { error } });
    expect(endpoint.tokens).toEqual([]);
  });

  it('takes a client assertion once', async () => {
    const endpoint = await start();
    const form = byAssertion(assertion(endpoint.url));
    expect(await ask(endpoint, form)).toMatchObject({ status: 200 });
    expect(await ask(endpoint, form)).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
  });

  it.each([
    ['signed by another key', { key: other.key }],
    ['of another certificate', { header: { 'x5t#S256': 'AAAA' } }],
    ['for another endpoint', { claims: { aud: 'https://login.example/token' } }],
    ['of another client', { claims: { iss: 'app' } }],
    ['that has ended', { claims: { exp: seconds() - 1 } }],
    ['that is good for a day', { claims: { exp: seconds() + 86_400 } }],
    ['without an end', { claims: { exp: undefined } }],
    ['without a name', { claims: { jti: undefined } }],
    ['from the future', { claims: { nbf: seconds() + 3000, exp: seconds() + 3300 } }],
  ])('refuses a client assertion %s', async (_, change) => {
    const endpoint = await start();
    const answer = await ask(endpoint, byAssertion(assertion(endpoint.url, change)));
    expect(answer).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
  });

  it('judges assertions by its own clock', async () => {
    const endpoint = await start({ clockAheadMs: 3_600_000 });
    expect(await ask(endpoint, byAssertion(assertion(endpoint.url)))).toMatchObject({ status: 401 });
  });

  it('takes the assertion of a service account for the mailboxes that it may use', async () => {
    const endpoint = await start();
    expect(await ask(endpoint, bearer(endpoint.url))).toMatchObject({ status: 200 });
    expect(endpoint.issued[0]).toMatchObject({ username: 'ann@contoso.test', scope: 'mail' });
    expect(await ask(endpoint, bearer(endpoint.url, { sub: 'bob@contoso.test' }))).toMatchObject({
      body: { error: 'unauthorized_client' },
    });
    expect(await ask(endpoint, bearer(endpoint.url, { exp: seconds() + 3700 }))).toMatchObject({
      body: { error: 'invalid_grant' },
    });
  });

  it('replaces a refresh token where that is wanted', async () => {
    const endpoint = await start({ rotate: true, form: 'opaque' });
    const form = { grant_type: 'refresh_token', client_id: 'phone', refresh_token: 'first' };
    const { body } = await ask(endpoint, form);
    expect(body).toMatchObject({ refresh_token: expect.stringMatching(/^refresh-/) });
    expect(await ask(endpoint, form)).toMatchObject({ status: 400, body: { error: 'invalid_grant' } });
    expect(await ask(endpoint, { ...form, ...(body as { refresh_token: string }) })).toMatchObject({
      status: 200,
    });
  });

  it('says what it was told to say before it gives real answers, and keeps what it was asked', async () => {
    const endpoint = await start();
    endpoint.next(
      { status: 503, headers: { 'Retry-After': '7' }, body: { error: 'busy' } },
      { fault: 'reset' },
    );
    const form = { grant_type: 'client_credentials', client_id: 'app', client_secret: 's&cret' };
    expect(await ask(endpoint, form)).toEqual({ status: 503, body: { error: 'busy' } });
    await expect(ask(endpoint, form)).rejects.toThrow('fetch failed');
    expect(await ask(endpoint, form)).toMatchObject({ status: 200 });
    expect(endpoint.requests.map(request => request.form.get('client_secret'))).toEqual(
      Array(3).fill('s&cret'),
    );
  });
});
