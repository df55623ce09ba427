import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { ToldError } from '../sign-in/mailer-child.js';
import { MailerChild, stopMailers } from '../sign-in/mailer-child.js';
import type { TokenServerOptions } from './token-servers.js';
import { CLIENT, TokenServers } from './token-servers.js';

const MESSAGE = { to: 'ann@contoso.test', subject: 'By a token' };
const NEVER = { ...MESSAGE, text: 'never-to-arrive' };
const MECHANISMS = ['XOAUTH2', 'OAUTHBEARER'] as const;
/** A connection for each mail, so that each mail signs in. */
const ONE_EACH = { smtp: { maxMessages: 1 } };

const opened: TokenServers[] = [];
afterEach(async () => {
  await stopMailers();
  for (const servers of opened.splice(0)) await servers.stop();
});

async function open(options?: TokenServerOptions): Promise<TokenServers> {
  const servers = await TokenServers.start(options);
  opened.push(servers);
  return servers;
}

function start(servers: TokenServers, further: object = {}, options = {}): Promise<MailerChild> {
  const OAuth2 = { TokenEndpoint: servers.endpoint.url, ...CLIENT };
  const settings = { ...servers.settings, OAuth2, ...further };
  return MailerChild.start({ settings, options, env: servers.environment });
}

const oauth2 = (servers: TokenServers, further: object) => ({
  OAuth2: { TokenEndpoint: servers.endpoint.url, ...CLIENT, ...further },
});

/** Neither a token nor a secret may be shown by an error or a log. */
function expectNoSecret(servers: TokenServers, shown: string): void {
  for (const secret of [CLIENT.ClientSecret, ...servers.endpoint.tokens]) {
    expect(shown).not.toContain(secret);
    expect(shown).not.toContain(Buffer.from(secret).toString('base64').slice(4, 44));
  }
}

describe.each(MECHANISMS)('With %s, a token', Mechanism => {
  it('that was revoked is dropped, one new one is asked for, and the mail arrives', async () => {
    const servers = await open();
    const mailer = await start(servers, oauth2(servers, { Mechanism }), ONE_EACH);
    expect(await mailer.send({ ...MESSAGE, text: 'before' })).toEqual([{ status: 'accepted' }]);
    servers.endpoint.revokeAll();
    expect(await mailer.send({ ...MESSAGE, text: 'after' })).toEqual([{ status: 'accepted' }]);
    await mailer.close();
    expect(servers.endpoint.requests).toHaveLength(2);
    expect(servers.signIns(Mechanism)).toBe(2);
    // The new try went over the same connection.
    expect(servers.postfix.log()).toMatch(/disconnect from \S+ .*auth=1\/2 .*mail=1 /);
  });

  it('that is refused on several connections at once is renewed once', async () => {
    const servers = await open();
    const mailer = await start(servers, { ...oauth2(servers, { Mechanism }), MaxConnections: 5 }, ONE_EACH);
    expect(await mailer.send({ ...MESSAGE, text: 'first' })).toEqual([{ status: 'accepted' }]);
    servers.endpoint.revokeAll();
    const messages = Array.from({ length: 20 }, (_, index) => ({ ...MESSAGE, text: `crowd-${index}-end` }));
    const outcomes = await mailer.send(...messages);
    expect(outcomes.filter(({ status }) => status === 'accepted')).toHaveLength(20);
    await mailer.close();
    expect(servers.endpoint.requests).toHaveLength(2);
    await servers.postfix.idle();
    expect((await servers.postfix.countById(/crowd-(\d+)-end/)).size).toBe(20);
  });

  it('for another audience is an error with what the server said of it, and is renewed only once', async () => {
    const servers = await open({ audience: 'https://calendar.contoso.test' });
    const mailer = await start(servers, oauth2(servers, { Mechanism }));
    const [outcome] = await mailer.send(NEVER);
    expect(outcome?.error).toMatchObject({
      name: 'MailDeliveryError',
      code: 'EMAILAUTH',
      phase: 'auth',
      retryable: false,
      responseCode: 535,
    });
    expect(outcome?.error?.message).toMatch(Mechanism === 'XOAUTH2' ? /401/ : /invalid_token/);
    expect(servers.endpoint.requests).toHaveLength(2);
    expect(servers.signIns(Mechanism)).toBe(0);
    expectNoSecret(servers, `${outcome?.error?.shown}${mailer.log}`);
    await mailer.close();
  });

  it('for another mailbox is an error', async () => {
    const servers = await open();
    const mailer = await start(servers, {
      ...oauth2(servers, { Mechanism }),
      Username: 'other@contoso.test',
    });
    const [outcome] = await mailer.send(NEVER);
    expect(outcome?.error).toMatchObject({ code: 'EMAILAUTH', phase: 'auth', responseCode: 535 });
    expect(outcome?.error?.message).toContain('other@contoso.test');
    expect(servers.endpoint.requests).toHaveLength(2);
    await mailer.close();
  });

  it('that lives for seconds is renewed before it ends', async () => {
    const servers = await open({ lifetime: 5 });
    const mailer = await start(servers, oauth2(servers, { Mechanism }), ONE_EACH);
    for (let count = 0; count < 5; count++) {
      expect(await mailer.send({ ...MESSAGE, text: `life-${count}` })).toEqual([{ status: 'accepted' }]);
      await sleep(1500);
    }
    await mailer.close();
    expect(servers.signIns(Mechanism)).toBe(5);
    expect(servers.endpoint.requests.length).toBeGreaterThan(1);
    // None was refused: the server has seen no token that had ended.
    expect(servers.dovecot.log()).not.toContain('oauth2 failed');
  });
});

describe('Without a token', () => {
  const failed = async (mailer: MailerChild): Promise<ToldError> => {
    const [outcome] = await mailer.send(NEVER);
    if (!outcome?.error) throw new Error('The mail was sent.');
    return outcome.error;
  };

  it('nothing is asked for where a connection is in clear, and nothing is sent', async () => {
    const servers = await open();
    for (const SecureSocketOption of ['Auto', 'StartTlsWhenAvailable']) {
      const Port = servers.postfix.ports.plain;
      const mailer = await start(servers, { Port, SecureSocketOption });
      expect(await failed(mailer)).toMatchObject({ code: 'EMAILAUTH', phase: 'auth', retryable: false });
      await mailer.close();
    }
    expect(servers.endpoint.requests).toEqual([]);
    expect(servers.postfix.log()).not.toMatch(/ mail=1| auth=/);
  });

  it('of a server that offers only passwords, nothing is asked for either', async () => {
    const servers = await open({ mechanisms: 'plain login' });
    const mailer = await start(servers);
    const error = await failed(mailer);
    expect(error).toMatchObject({ code: 'EMAILAUTH', phase: 'auth', retryable: false });
    expect(error.message).toMatch(/XOAUTH2/);
    expect(error.message).toMatch(/PLAIN/);
    expect(servers.endpoint.requests).toEqual([]);
    await mailer.close();
  });

  it('a wrong secret is told in the words of the endpoint', async () => {
    const servers = await open();
    const mailer = await start(servers, oauth2(servers, { ClientSecret: 'an-0lder-s3cret-0123456789' }));
    const error = await failed(mailer);
    expect(error).toMatchObject({ code: 'EMAILAUTH', phase: 'auth', retryable: false });
    expect(error.message).toContain('invalid_client');
    expect(error.message).toContain(`localhost:${servers.endpoint.port}`);
    expect(error.shown).not.toContain('an-0lder-s3cret');
    await mailer.close();
  });

  it('an endpoint whose certificate nobody trusts is named', async () => {
    const servers = await open();
    const OAuth2 = { TokenEndpoint: servers.endpoint.url, ...CLIENT };
    const mailer = await MailerChild.start({
      settings: { ...servers.settings, OAuth2 },
      options: { smtp: { tls: { ca: servers.postfix.ca } } },
      env: { NODE_EXTRA_CA_CERTS: undefined },
    });
    const error = await failed(mailer);
    expect(error).toMatchObject({ code: 'EMAILAUTH', phase: 'auth' });
    expect(error.message).toContain(`localhost:${servers.endpoint.port}`);
    expect(error.message).toMatch(/certificate/);
    expect(servers.endpoint.requests).toEqual([]);
    await mailer.close();
  });

  it('an endpoint that is down can be tried again, and the next mail arrives when it is back', async () => {
    const servers = await open();
    const mailer = await start(servers);
    servers.endpoint.next({ status: 503, body: { error: 'temporarily_unavailable' } });
    expect(await failed(mailer)).toMatchObject({ code: 'EMAILAUTH', phase: 'auth', retryable: true });
    expect(await mailer.send({ ...MESSAGE, text: 'after' })).toEqual([{ status: 'accepted' }]);
    await mailer.close();
  });
});
