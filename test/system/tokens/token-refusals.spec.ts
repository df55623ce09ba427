import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { ToldError } from '../sign-in/mailer-child.js';
import { MailerChild, stopMailers } from '../sign-in/mailer-child.js';
import { CLIENT, TokenServers } from './token-servers.js';

const MESSAGE = { to: 'ann@contoso.test', subject: 'By a token' };
const NEVER = { ...MESSAGE, text: 'never-to-arrive' };
const MECHANISMS = ['XOAUTH2', 'OAUTHBEARER'] as const;
/** A connection for each mail, so that each mail signs in. */
const ONE_EACH = { smtp: { maxMessages: 1 } };

let servers: TokenServers;
beforeAll(async () => {
  servers = await TokenServers.start();
});
afterEach(stopMailers);
afterAll(() => servers.stop());

/** The setting `OAuth2` for these servers. */
const oauth2 = (further: object = {}, on = servers) => ({
  OAuth2: { TokenEndpoint: on.endpoint.url, ...CLIENT, ...further },
});

function start(further: object = {}, options = {}, on = servers): Promise<MailerChild> {
  const settings = { ...on.settings, ...oauth2({}, on), ...further };
  return MailerChild.start({ settings, options, env: on.environment });
}

async function failed(mailer: MailerChild): Promise<ToldError> {
  const [outcome] = await mailer.send(NEVER);
  if (!outcome?.error) throw new Error('The mail was sent.');
  return outcome.error;
}

/** Runs a test with servers of its own. */
async function withServers(
  options: Parameters<typeof TokenServers.start>[0],
  test: (own: TokenServers) => Promise<void>,
): Promise<void> {
  const own = await TokenServers.start(options);
  try {
    await test(own);
  } finally {
    await own.stop();
  }
}

/** Neither a token nor a secret may be shown by an error or a log. */
function expectNoSecret(on: TokenServers, shown: string): void {
  for (const secret of [CLIENT.ClientSecret, ...on.endpoint.tokens]) {
    expect(shown).not.toContain(secret);
    expect(shown).not.toContain(Buffer.from(secret).toString('base64').slice(4, 44));
  }
}

describe.each(MECHANISMS)('With %s, a token', Mechanism => {
  it('that was revoked is dropped, one new one is asked for, and the mail arrives', async () => {
    const before = { requests: servers.endpoint.requests.length, signIns: servers.signIns(Mechanism) };
    const mailer = await start(oauth2({ Mechanism }), ONE_EACH);
    expect(await mailer.send({ ...MESSAGE, text: 'before' })).toEqual([{ status: 'accepted' }]);
    servers.endpoint.revokeAll();
    expect(await mailer.send({ ...MESSAGE, text: 'after' })).toEqual([{ status: 'accepted' }]);
    await mailer.close();
    expect(servers.endpoint.requests.length).toBe(before.requests + 2);
    expect(servers.signIns(Mechanism)).toBe(before.signIns + 2);
    // The new try went over the same connection.
    expect(servers.postfix.log()).toMatch(/disconnect from \S+ .*auth=1\/2 .*mail=1 /);
  });

  it('that is refused on several connections at once is renewed once', async () => {
    const before = servers.endpoint.requests.length;
    const mailer = await start({ ...oauth2({ Mechanism }), MaxConnections: 5 }, ONE_EACH);
    expect(await mailer.send({ ...MESSAGE, text: 'first' })).toEqual([{ status: 'accepted' }]);
    servers.endpoint.revokeAll();
    const texts = Array.from({ length: 20 }, (_, index) => `${Mechanism}-${index}-end`);
    const outcomes = await mailer.send(...texts.map(text => ({ ...MESSAGE, text })));
    expect(outcomes.filter(({ status }) => status === 'accepted')).toHaveLength(20);
    await mailer.close();
    expect(servers.endpoint.requests.length).toBe(before + 2);
    await servers.postfix.idle();
    const copies = await servers.postfix.countById(new RegExp(`${Mechanism}-(\\d+)-end`));
    expect([...copies.values()]).toEqual(Array.from({ length: 20 }, () => 1));
  });

  it('for another mailbox is an error that names the setting for the mailbox', async () => {
    const before = servers.endpoint.requests.length;
    const mailer = await start({ ...oauth2({ Mechanism }), Username: 'other@contoso.test' });
    const error = await failed(mailer);
    expect(error).toMatchObject({ code: 'EMAILAUTH', phase: 'auth', retryable: false, responseCode: 535 });
    expect(error.message).toContain('Username');
    expect(servers.endpoint.requests.length).toBe(before + 2);
    await mailer.close();
  });
});

describe('A token', () => {
  it('for another audience is an error with what the server said of it, and is renewed only once', async () => {
    await withServers({ audience: 'https://calendar.contoso.test' }, async strict => {
      for (const [Mechanism, status] of [
        ['XOAUTH2', '401'],
        ['OAUTHBEARER', 'invalid_token'],
      ] as const) {
        const before = strict.endpoint.requests.length;
        const mailer = await start(oauth2({ Mechanism }, strict), {}, strict);
        const error = await failed(mailer);
        expect(error).toMatchObject({
          name: 'MailDeliveryError',
          code: 'EMAILAUTH',
          phase: 'auth',
          retryable: false,
          responseCode: 535,
        });
        expect(error.message).toContain(`status ${status}`);
        expect(strict.endpoint.requests.length).toBe(before + 2);
        expectNoSecret(strict, `${error.shown}${mailer.log}`);
        await mailer.close();
      }
      expect(strict.postfix.log()).not.toContain('sasl_method');
    });
  });

  it('that is good for seconds only is followed by others, and every mail arrives', async () => {
    await withServers({ lifetime: 3 }, async hasty => {
      const mailer = await start({}, ONE_EACH, hasty);
      for (let count = 0; count < 4; count++) {
        expect(await mailer.send({ ...MESSAGE, text: `life-${count}` })).toEqual([{ status: 'accepted' }]);
        await sleep(1200);
      }
      await mailer.close();
      expect(hasty.endpoint.requests.length).toBeGreaterThan(1);
    });
  });
});

describe('No token', () => {
  it('is asked for where a connection is in clear, and nothing is sent', async () => {
    const requests = servers.endpoint.requests.length;
    const Port = servers.postfix.ports.plain;
    for (const SecureSocketOption of ['Auto', 'StartTlsWhenAvailable']) {
      const mailer = await start({ Port, SecureSocketOption });
      expect(await failed(mailer)).toMatchObject({ code: 'EMAILTLS', phase: 'tls', retryable: false });
      await mailer.close();
    }
    expect(servers.endpoint.requests.length).toBe(requests);
  });

  it('is asked for where the server offers only passwords', async () => {
    await withServers({ mechanisms: 'plain login' }, async old => {
      const mailer = await start({}, {}, old);
      const error = await failed(mailer);
      expect(error).toMatchObject({ code: 'EMAILAUTH', phase: 'auth', retryable: false });
      expect(error.message).toMatch(/XOAUTH2/);
      expect(error.message).toMatch(/PLAIN/);
      await mailer.close();
      expect(old.endpoint.requests).toEqual([]);
      expect(old.postfix.log()).not.toMatch(/ (?:mail|auth)=\d/);
    });
  });

  it('is got with a wrong secret, and the endpoint is quoted', async () => {
    const mailer = await start(oauth2({ ClientSecret: 'an-0lder-s3cret-0123456789' }));
    const error = await failed(mailer);
    expect(error).toMatchObject({ code: 'EMAILAUTH', phase: 'auth', retryable: false });
    expect(error.message).toContain('invalid_client');
    expect(error.message).toContain(servers.endpoint.url);
    expect(error.shown).not.toContain('an-0lder-s3cret');
    await mailer.close();
  });

  it('is got from an endpoint whose certificate nobody trusts, which is named', async () => {
    const requests = servers.endpoint.requests.length;
    const mailer = await MailerChild.start({
      settings: { ...servers.settings, ...oauth2() },
      options: { smtp: { tls: { ca: servers.postfix.ca } } },
      env: { NODE_EXTRA_CA_CERTS: undefined },
    });
    const error = await failed(mailer);
    expect(error).toMatchObject({ code: 'EMAILAUTH', phase: 'auth' });
    expect(error.message).toContain(servers.endpoint.url);
    expect(error.message).toMatch(/certificate/);
    expect(servers.endpoint.requests.length).toBe(requests);
    await mailer.close();
  });

  it('is got from an endpoint that is busy, which can be tried again, and is got when it is not any more', async () => {
    const mailer = await start();
    servers.endpoint.next({ status: 503, body: { error: 'temporarily_unavailable' } });
    expect(await failed(mailer)).toMatchObject({ code: 'EMAILAUTH', phase: 'auth', retryable: true });
    expect(await mailer.send({ ...MESSAGE, text: 'after' })).toEqual([{ status: 'accepted' }]);
    await mailer.close();
  });
});
