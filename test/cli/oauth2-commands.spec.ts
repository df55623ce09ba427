import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { runCli } from '../support/cli.js';
import { iisMail, publish } from '../support/relay-app.js';
import type { RunResult } from '../support/run-script.js';
import type { TemporaryDirectory } from '../support/temporary-directory.js';
import {
  CLIENT_ID,
  CLIENT_SECRET,
  issued,
  MAILBOX,
  oAuth2For,
  settingsFor,
  TRUST,
  useTokenBench,
} from '../support/token-bench.js';
import type { TokenEndpointOptions } from '../support/token-endpoint.js';
import { TokenGate } from '../support/token-gate.js';
import type { TokenGateOptions } from '../support/token-gate.js';

const tokens = useTokenBench();

/** Settings in a file, the secret in a file beside it, and a server that takes the tokens of an endpoint. */
async function place(
  given: { endpoint?: TokenEndpointOptions; gate?: TokenGateOptions; more?: object } = {},
) {
  const endpoint = await tokens.endpoint(given.endpoint);
  const gate = new TokenGate({
    accepts: (token, user) => endpoint.accepts(token) && user === MAILBOX,
    ...given.gate,
  });
  const server = await tokens.server(gate);
  const folder: TemporaryDirectory = tokens.bench.folder();
  folder.write('secrets/client', `${CLIENT_SECRET}\n`);
  folder.write('pickup/.keep', '');
  writeFileSync(join(folder.path, 'authority.crt'), String(TRUST.tls?.ca));
  const settings = {
    ...settingsFor(server),
    PickupDirectory: 'pickup',
    OAuth2: { ...oAuth2For(endpoint), ClientSecret: undefined, ClientSecretFile: 'secrets/client' },
    ...given.more,
  };
  folder.write('appsettings.json', JSON.stringify({ MailSettings: settings }));
  const run = (args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<RunResult> =>
    runCli(args, {
      cwd: folder.path,
      env: { NODE_EXTRA_CA_CERTS: join(folder.path, 'authority.crt'), ...env },
    });
  return { endpoint, gate, server, folder, run };
}

describe('With the setting OAuth2', () => {
  it('send-test signs in by a token, with a secret from a file beside the settings', async () => {
    const { endpoint, gate, server, run } = await place();
    const { code, stdout, stderr } = await run(['send-test', '--to', 'ann@contoso.test']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(server.messages).toHaveLength(1);
    expect(gate.logins).toMatchObject([{ user: MAILBOX, accepted: true }]);
    for (const secret of [CLIENT_SECRET, ...endpoint.tokens]) expect(stdout).not.toContain(secret);
  });

  it('the secret may come from the environment', async () => {
    const { gate, run } = await place({
      more: { OAuth2: undefined },
    });
    const { endpoint } = await place();
    const { url } = endpoint;
    const { code, stdout } = await run(['send-test', '--to', 'ann@contoso.test', '--json'], {
      MailSettings__OAuth2__TokenEndpoint: url,
      MAILSETTINGS__OAUTH2__CLIENTID: CLIENT_ID,
      MailSettings__oAuth2__clientSecret: CLIENT_SECRET,
    });
    // The server does not know the tokens of that endpoint; that they came to it is what counts here.
    expect(code).not.toBe(0);
    expect(gate.tokens).toEqual(endpoint.tokens);
    expect(endpoint.tokens).toHaveLength(2);
    for (const secret of [CLIENT_SECRET, ...endpoint.tokens]) expect(stdout).not.toContain(secret);
  });

  it('check tells endpoint, grant and claims, and neither token nor secret', async () => {
    const { endpoint, run } = await place({ endpoint: { audience: 'https://outlook.office365.com' } });
    for (const format of [[], ['--json']]) {
      const { code, stdout, stderr } = await run(['check', ...format]);
      expect({ code, stderr, stdout }).toMatchObject({ code: 0, stderr: '' });
      for (const part of [
        endpoint.url,
        'ClientCredentials',
        'https://outlook.office365.com',
        'SMTP.SendAsApp',
      ])
        expect(stdout).toContain(part);
      expect(stdout).toContain('b3f1c8a0-52d7-4a4e-9d3a-0c7f5e1d2a6b');
      for (const secret of [CLIENT_SECRET, ...endpoint.tokens]) expect(stdout).not.toContain(secret);
    }
  });

  it('check tells why there is no token', async () => {
    const { endpoint, run } = await place();
    endpoint.always({
      status: 401,
      body: {
        error: 'invalid_client',
        error_description: `AADSTS7000215: not ${CLIENT_SECRET}\r\nTrace ID: 1`,
      },
    });
    const { code, stdout } = await run(['check']);
    expect(code).toBe(1);
    expect(stdout).toMatch(/invalid_client.*AADSTS7000215/);
    expect(stdout).not.toMatch(/Trace ID/);
    expect(stdout).not.toContain(CLIENT_SECRET);
  });

  it.each<[string, Parameters<typeof issued>[0], string]>([
    ['for another name', { hosts: ['login.contoso.test'] }, 'Its certificate is for another name; check'],
    [
      'that has expired',
      { hosts: ['127.0.0.1'], notAfter: new Date(Date.now() - 60_000) },
      'Its certificate has expired, or the clock of this machine is wrong',
    ],
  ])('check tells of an endpoint with a certificate %s', async (_, request, words) => {
    const { run } = await place({ endpoint: { certificate: issued(request) } });
    const { code, stdout } = await run(['check']);
    expect(code).toBe(1);
    expect(stdout).toContain(words);
    expect(stdout).not.toContain('NODE_EXTRA_CA_CERTS');
  });

  it('check warns that the endpoint has replaced the refresh token, which it does not show', async () => {
    const { endpoint, run } = await place({
      endpoint: { refreshTokens: { 'refresh-token-0001': CLIENT_ID }, rotate: true },
      more: { OAuth2: undefined },
    });
    const { code, stdout } = await run(['check'], {
      MailSettings__OAuth2__TokenEndpoint: endpoint.url,
      MailSettings__OAuth2__ClientId: CLIENT_ID,
      MailSettings__OAuth2__ClientSecret: CLIENT_SECRET,
      MailSettings__OAuth2__RefreshToken: 'refresh-token-0001',
    });
    expect({ code, stdout }).toMatchObject({ code: 0 });
    expect(stdout).toMatch(/^warning +token +The token endpoint has given another refresh token/m);
    expect(stdout).not.toContain('refresh-token-0001');
  });

  it('check tells that an endpoint which hangs has given no token in time', async () => {
    const { endpoint, run } = await place({ more: { ConnectionTimeout: 1 } });
    endpoint.always({ fault: 'silence' });
    const { code, stdout } = await run(['check']);
    expect(code).toBe(1);
    expect(stdout).toContain(
      `failed   token        No access token: the token endpoint ${endpoint.url} did not answer in time`,
    );
    expect(stdout).not.toContain('was asked for');
  });

  it('check tells the claims of a token that the server refuses', async () => {
    const { endpoint, run } = await place({
      endpoint: { audience: 'https://graph.example' },
      gate: { accepts: () => false },
    });
    const { code, stdout } = await run(['check']);
    expect(code).toBe(1);
    expect(stdout).toContain('https://graph.example');
    expect(stdout).toContain('535 5.7.3');
    for (const token of endpoint.tokens) expect(stdout).not.toContain(token);
  });

  it('the relay sends what lies there, with one token', async () => {
    const { endpoint, server, folder, run } = await place();
    for (let index = 0; index < 3; index++)
      publish(join(folder.path, 'pickup'), `${index}.eml`, iisMail(`mail-${index}`));
    const { code, stderr } = await run(['relay', '--once']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(server.messages).toHaveLength(3);
    expect(endpoint.requests).toHaveLength(1);
  });
});
