import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { MailerChild, stopMailers } from '../sign-in/mailer-child.js';
import { CLIENT, MAILBOX, REFRESH_TOKEN, TokenServers } from './token-servers.js';

const MESSAGE = { to: 'ann@contoso.test', subject: 'By a token' };
const MECHANISMS = ['XOAUTH2', 'OAUTHBEARER'] as const;

let servers: TokenServers;
beforeAll(async () => {
  servers = await TokenServers.start();
});
afterEach(stopMailers);
afterAll(() => servers.stop());

function start(OAuth2: object, further: object = {}, options = {}, on = servers): Promise<MailerChild> {
  const settings = { ...on.settings, OAuth2: { TokenEndpoint: on.endpoint.url, ...OAuth2 }, ...further };
  return MailerChild.start({ settings, options, env: on.environment });
}

const signIns = (on = servers): number => MECHANISMS.reduce((sum, name) => sum + on.signIns(name), 0);

/** How often each text of this kind has arrived. */
async function arrived(pattern: RegExp): Promise<number[]> {
  await servers.postfix.idle();
  return [...(await servers.postfix.countById(pattern)).values()];
}

describe('A mail is signed in by a token', () => {
  it.each<[string, () => object, string, string]>([
    ['a client secret', () => ({ ...CLIENT, Scope: 'mail/.default' }), 'client_credentials', 'app'],
    [
      'a client secret in a file',
      () => ({
        ClientId: CLIENT.ClientId,
        ClientSecretFile: servers.files.write('secret', `${CLIENT.ClientSecret}\n`),
      }),
      'client_credentials',
      'app',
    ],
    [
      'a certificate',
      () => ({
        GrantType: 'ClientCredentials',
        ClientId: 'signed',
        CertificateFile: servers.files.write('client.pem', servers.clientCertificate.cert),
        PrivateKeyFile: servers.files.write('client-key.pem', servers.clientCertificate.key),
      }),
      'client_credentials',
      'signed',
    ],
    ['a refresh token', () => ({ ClientId: 'phone', RefreshToken: REFRESH_TOKEN }), 'refresh_token', 'phone'],
    [
      'the assertion of a service account',
      () => ({
        GrantType: 'JwtBearer',
        ClientId: 'robot',
        Scope: 'mail',
        PrivateKeyFile: servers.files.write('robot-key.pem', servers.clientCertificate.key),
      }),
      'urn:ietf:params:oauth:grant-type:jwt-bearer',
      'robot',
    ],
  ])('that was got by %s', async (name, oauth2, grant, clientId) => {
    const before = { signIns: signIns(), requests: servers.endpoint.requests.length };
    const mailer = await start(oauth2());
    expect(mailer.started).toEqual({ status: 'started' });
    expect(await mailer.verify()).toEqual({ status: 'verified' });
    const id = name.replaceAll(' ', '-');
    expect(await mailer.send({ ...MESSAGE, text: `got-by-${id}-end` })).toEqual([{ status: 'accepted' }]);
    expect(await mailer.close()).toEqual({ code: 0, signal: null });
    expect(mailer.log).toBe('');
    expect(signIns()).toBe(before.signIns + 1);
    expect(await arrived(new RegExp(`got-by-${id}-end`))).toEqual([1]);
    const asked = servers.endpoint.requests.slice(before.requests);
    expect(asked.map(({ form }) => form.get('grant_type'))).toEqual([grant]);
    expect(servers.endpoint.issued.at(-1)).toMatchObject({ clientId, username: MAILBOX });
  });

  it.each(MECHANISMS)('by %s where the setting says so, though the server offers both', async Mechanism => {
    const before = servers.signIns(Mechanism);
    const mailer = await start({ ...CLIENT, Mechanism });
    expect(await mailer.send({ ...MESSAGE, text: 'by-setting' })).toEqual([{ status: 'accepted' }]);
    await mailer.close();
    expect(servers.signIns(Mechanism)).toBe(before + 1);
  });

  it.each(MECHANISMS)('by %s where the server offers nothing else', async mechanism => {
    const single = await TokenServers.start({ mechanisms: mechanism.toLowerCase() });
    try {
      const mailer = await start(CLIENT, {}, {}, single);
      expect(await mailer.send({ ...MESSAGE, text: 'by-offer' })).toEqual([{ status: 'accepted' }]);
      await mailer.close();
      expect(single.signIns(mechanism)).toBe(1);
    } finally {
      await single.stop();
    }
  });

  it.each(MECHANISMS)('that is longer than a command line, by %s', async Mechanism => {
    const before = servers.signIns(Mechanism);
    const Scope = Array.from({ length: 60 }, (_, index) => `https://mail.contoso.test/scope-${index}`).join(
      ' ',
    );
    const mailer = await start({ ...CLIENT, Mechanism, Scope });
    expect(await mailer.send({ ...MESSAGE, text: 'long' })).toEqual([{ status: 'accepted' }]);
    await mailer.close();
    expect(servers.signIns(Mechanism)).toBe(before + 1);
    expect(servers.endpoint.tokens.at(-1)?.length).toBeGreaterThan(2500);
  });

  it('that is asked for once, for 40 mails over 5 connections', async () => {
    const before = { signIns: signIns(), requests: servers.endpoint.requests.length };
    const connections = (): number => servers.postfix.log().match(/TLS connection established/g)?.length ?? 0;
    const connectionsBefore = connections();
    const mailer = await start(CLIENT, { MaxConnections: 5 });
    const messages = Array.from({ length: 40 }, (_, index) => ({ ...MESSAGE, text: `crowd-${index}-end` }));
    const outcomes = await mailer.send(...messages);
    expect(outcomes.filter(({ status }) => status === 'accepted')).toHaveLength(40);
    await mailer.close();
    expect(signIns()).toBe(before.signIns + 40);
    expect(servers.endpoint.requests.length).toBe(before.requests + 1);
    expect(connections() - connectionsBefore).toBeGreaterThan(1);
    expect(await arrived(/crowd-(\d+)-end/)).toEqual(Array.from({ length: 40 }, () => 1));
  });

  it('of the fallback, which has its own', async () => {
    const before = { signIns: signIns(), requests: servers.endpoint.requests.length };
    const fallback = { ...servers.settings, OAuth2: { TokenEndpoint: servers.endpoint.url, ...CLIENT } };
    const down = { Host: 'localhost', Port: 1, FromAddress: 'no-reply@contoso.test' };
    const mailer = await MailerChild.start({
      settings: down,
      options: { fallback },
      env: servers.environment,
    });
    expect(await mailer.send({ ...MESSAGE, text: 'fallback' })).toEqual([{ status: 'accepted' }]);
    await mailer.close();
    expect(signIns()).toBe(before.signIns + 1);
    expect(servers.endpoint.requests.length).toBe(before.requests + 1);
  });
});
