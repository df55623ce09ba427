import { afterEach, describe, expect, it } from '@jest/globals';
import { inspect } from 'node:util';
import type { MailApp } from '../../support/mail-app.js';
import { rejection, startMailApp } from '../../support/mail-app.js';
import { eventually } from './eventually.js';
import type { PostfixPorts } from './postfix-configuration.js';
import { PrivateDovecot } from './private-dovecot.js';
import { PrivatePostfix } from './private-postfix.js';

const PASSWORDS: Readonly<Record<string, string>> = {
  ann: 's3cret-p4ssword',
  bob: `it's "quoted" and has  blanks, é and \\ too`,
  cid: 'x'.repeat(60),
};
const OPTIONS = { startTls: 'StartTls', implicitTls: 'SslOnConnect', plain: 'None' } as const;

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const item of opened.splice(0).toReversed()) await item.close();
});

/** A Postfix that takes mail only from who has logged in by one of these mechanisms. */
async function servers(mechanisms: string) {
  const dovecot = await PrivateDovecot.start({ mechanisms, users: PASSWORDS });
  opened.push({ close: () => dovecot.stop() });
  const postfix = await PrivatePostfix.start({ parameters: dovecot.postfixParameters });
  opened.push({ close: () => postfix.stop() });
  return { dovecot, postfix };
}

async function mailer(
  postfix: PrivatePostfix,
  port: keyof PostfixPorts,
  login: { Username?: string; Password?: string } = {},
): Promise<MailApp> {
  const app = await startMailApp(
    {
      Host: postfix.host,
      Port: postfix.ports[port],
      FromAddress: 'no-reply@contoso.test',
      SecureSocketOption: OPTIONS[port],
      ...login,
    },
    { smtp: { tls: { ca: postfix.ca } } },
  );
  opened.push(app);
  return app;
}

const as = (name: string) => ({ Username: name, Password: PASSWORDS[name] ?? '' });
const MESSAGE = { to: 'ann@contoso.test', subject: 'Login' };

describe('A Postfix that asks Dovecot about every login', () => {
  it.each([
    ['plain', 'PLAIN'],
    ['login', 'LOGIN'],
    ['plain login cram-md5', 'PLAIN'],
    ['cram-md5', 'CRAM-MD5'],
  ])(
    'and offers %s takes mails under STARTTLS and under TLS from the first byte, by %s',
    async (mechanisms, used) => {
      const { postfix } = await servers(mechanisms);
      for (const port of ['startTls', 'implicitTls'] as const) {
        for (const name of Object.keys(PASSWORDS)) {
          const app = await mailer(postfix, port, as(name));
          await app.mail.verify();
          const receipt = await app.mail.send({ ...MESSAGE, text: `by-${name}-${port}` });
          expect(receipt).toMatchObject({ status: 'accepted', accepted: ['ann@contoso.test'] });
          expect(postfix.log()).toMatch(new RegExp(`sasl_method=${used}, sasl_username=${name}\\b`));
        }
      }
      await postfix.idle();
      const copies = await postfix.countById(/by-[a-z]+-[a-zA-Z]+/);
      expect([...copies.values()]).toEqual(Array.from({ length: 6 }, () => 1));
    },
  );

  it('refuses a wrong password for good, and the password is in no error and no log', async () => {
    const { postfix, dovecot } = await servers('plain login');
    for (const port of ['startTls', 'implicitTls'] as const) {
      const app = await mailer(postfix, port, { Username: 'ann', Password: 'wr0ng-password' });
      const error = await rejection(app.mail.send({ ...MESSAGE, text: 'never' }));
      expect(error).toMatchObject({
        code: 'EMAILAUTH',
        phase: 'auth',
        retryable: false,
        responseCode: 535,
        message: expect.stringContaining('Username and Password'),
      });
      const told = [
        inspect(error, { depth: 9, showHidden: true }),
        JSON.stringify(error),
        ...app.logger.lines,
      ].join();
      expect(told).not.toMatch(/wr0ng-password/);
      expect(told).not.toContain(Buffer.from('wr0ng-password').toString('base64'));
      expect(told).not.toContain(Buffer.from('\0ann\0wr0ng-password').toString('base64'));
      expect(await rejection(app.mail.verify())).toMatchObject({ code: 'EMAILAUTH', responseCode: 535 });
    }
    expect(dovecot.log()).toContain('ann');
    await postfix.idle();
    expect((await postfix.countById(/never/)).size).toBe(0);
  });

  it('and offers no login without TLS gets neither the password nor a mail there', async () => {
    const { postfix } = await servers('plain login');
    const app = await mailer(postfix, 'plain', as('ann'));
    expect(await rejection(app.mail.send({ ...MESSAGE, text: 'never' }))).toMatchObject({
      code: 'EMAILAUTH',
      phase: 'auth',
      retryable: false,
      message: expect.stringContaining('offers no authentication'),
    });
    expect(postfix.log()).not.toMatch(/sasl_method|AUTH/);
  });

  it('refuses a mail without a login for good, and the error names the settings that are missing', async () => {
    const { postfix } = await servers('plain login');
    const app = await mailer(postfix, 'startTls');
    expect(await rejection(app.mail.send({ ...MESSAGE, text: 'never' }))).toMatchObject({
      code: 'EMAILENVELOPE',
      phase: 'envelope',
      retryable: false,
      responseCode: 554,
      message: expect.stringMatching(/offers authentication.*Username and Password/s),
    });
  });

  it('while Dovecot is down refuses every login for now, and takes mails again afterwards', async () => {
    const { postfix, dovecot } = await servers('plain login');
    const app = await mailer(postfix, 'startTls', as('ann'));
    await app.mail.verify();
    await dovecot.kill();
    const error = await rejection(app.mail.verify());
    // Postfix says 454 to a login over a process that had known Dovecot, and closes a connection to a new one.
    expect(error).toMatchObject({ name: 'MailDeliveryError', retryable: true });
    await dovecot.restart();
    await eventually('a mail is taken', async () => {
      const outcome = await app.mail.send({ ...MESSAGE, text: 'after' }).catch(() => undefined);
      return outcome?.status === 'accepted';
    });
    await postfix.idle();
    expect(await postfix.countById(/after/)).toEqual(new Map([['after', 1]]));
  });

  it('gets 200 mails over five connections that have logged in, each once', async () => {
    const { postfix } = await servers('plain login');
    const app = await mailer(postfix, 'startTls', as('bob'));
    await Promise.all(
      Array.from({ length: 200 }, (_, index) => app.mail.send({ ...MESSAGE, text: `many-${index}-end` })),
    );
    await postfix.idle();
    const copies = await postfix.countById(/many-(\d+)-end/);
    expect(copies.size).toBe(200);
    expect([...copies.values()].filter(count => count !== 1)).toEqual([]);
    expect(postfix.log().match(/sasl_username=bob/g)?.length).toBeGreaterThanOrEqual(200);
    expect(postfix.log().match(/TLS connection established/g)).toHaveLength(5);
  });
});
