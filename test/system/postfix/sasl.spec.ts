import { existsSync } from 'node:fs';
import { inspect } from 'node:util';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { SmtpOptions } from '../../../lib/core/delivery/smtp/smtp-options.js';
import { MailDeliveryError } from '../../../lib/core/errors/mail-delivery-error.js';
import type { MailSettings } from '../../../lib/core/settings/mail-settings.js';
import type { MailApp } from '../../support/mail-app.js';
import { startMailApp } from '../../support/mail-app.js';
import { rejection } from '../../support/rejection.js';
import { eventually } from './eventually.js';
import { inParallel } from './in-parallel.js';
import { NUMBERED, numberedMails } from './numbered-mails.js';
import type { Persistence } from './persistent-sender.js';
import { sendUntilAccepted } from './persistent-sender.js';
import type { PostfixPorts } from './postfix-configuration.js';
import { PrivateDovecot } from './private-dovecot.js';
import { PrivatePostfix } from './private-postfix.js';

const PASSWORDS: Readonly<Record<string, string>> = {
  ann: 's3cret-p4ssword',
  bob: `it's "quoted" and has  blanks, é and \\ too`,
  cid: 'x'.repeat(60),
  'dora.é@contoso.test': '=+/{PLAIN}%u$1 ***',
};
const WRONG = 'wr0ng-password-0123456789';
const OPTIONS = { startTls: 'StartTls', implicitTls: 'SslOnConnect', plain: 'None' } as const;

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const item of opened.splice(0).toReversed()) await item.close();
});

/** A Postfix that takes mail only from who has logged in by one of these mechanisms. */
async function servers(mechanisms: string, parameters: Readonly<Record<string, string>> = {}) {
  const dovecot = await PrivateDovecot.start({ mechanisms, users: PASSWORDS });
  opened.push({ close: () => dovecot.stop() });
  const postfix = await PrivatePostfix.start({
    parameters: { ...dovecot.postfixParameters, ...parameters },
  });
  opened.push({ close: () => postfix.stop() });
  return { dovecot, postfix };
}

async function mailer(
  postfix: PrivatePostfix,
  port: keyof PostfixPorts,
  login: Pick<MailSettings, 'Username' | 'Password' | 'SecureSocketOption' | 'ConnectionTimeout'> = {},
  smtp: SmtpOptions = {},
): Promise<MailApp> {
  const app = await startMailApp(
    {
      Host: postfix.host,
      Port: postfix.ports[port],
      FromAddress: 'no-reply@contoso.test',
      SecureSocketOption: OPTIONS[port],
      ...login,
    },
    { smtp: { tls: { ca: postfix.ca }, ...smtp } },
  );
  opened.push(app);
  return app;
}

const as = (name: string) => ({ Username: name, Password: PASSWORDS[name] ?? '' });
const MESSAGE = { to: 'ann@contoso.test', subject: 'Login' };

/** A pattern for a name in the log. How Postfix shows there what is not ASCII depends on its version. */
const shown = (name: string): string => name.replaceAll('.', '\\.').replace('é', '\\S+');

/** How many mails of this user Postfix has taken after a login by this mechanism. */
const loggedIn = (postfix: PrivatePostfix, mechanism: string, name: string): number =>
  postfix.log().match(new RegExp(`sasl_method=${mechanism}, sasl_username=${shown(name)}$`, 'gm'))?.length ??
  0;

/** The commands of every session that had any, as Postfix counts them. */
async function sessions(postfix: PrivatePostfix): Promise<string[]> {
  const ended = (): string[] =>
    [...postfix.log().matchAll(/disconnect from \S+ (\S+=.*)/g)]
      .map(([, commands = '']) => commands)
      .filter(commands => !commands.startsWith('commands=0'));
  await eventually('a session is over', () => ended().length > 0);
  return ended();
}

/** What the client said from AUTH on. */
function saidAtLogin(error: MailDeliveryError): string {
  const said = (error.transcript ?? []).filter(line => line.startsWith('C: '));
  return said.slice(said.findIndex(line => line.startsWith('C: AUTH'))).join('\n');
}

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
          const before = loggedIn(postfix, used, name);
          const receipt = await app.mail.send({ ...MESSAGE, text: `by-${name.slice(0, 3)}-${port}` });
          expect(receipt).toMatchObject({ status: 'accepted', accepted: ['ann@contoso.test'] });
          expect(loggedIn(postfix, used, name)).toBe(before + 1);
        }
      }
      await postfix.idle();
      const copies = await postfix.countById(/by-[a-z]+-[a-zA-Z]+/);
      expect([...copies.values()]).toEqual(Array.from({ length: 8 }, () => 1));
    },
  );

  it.each(['plain', 'login', 'cram-md5'])(
    'refuses a wrong password by %s for good, and neither the password nor what proves it is in any error or log',
    async mechanism => {
      const { postfix, dovecot } = await servers(mechanism);
      for (const port of ['startTls', 'implicitTls'] as const) {
        const app = await mailer(postfix, port, { Username: 'ann', Password: WRONG });
        const error = await rejection(app.mail.send({ ...MESSAGE, text: 'never' }));
        expect(error).toMatchObject({
          code: 'EMAILAUTH',
          phase: 'auth',
          retryable: false,
          responseCode: 535,
          enhancedCode: '5.7.8',
          message: expect.stringContaining('Username and Password'),
        });
        if (!(error instanceof MailDeliveryError)) throw error;
        const told = [
          inspect(error, { depth: 9, showHidden: true }),
          JSON.stringify(error),
          ...app.logger.lines,
        ].join();
        expect(told).not.toContain(WRONG);
        for (const form of [WRONG, `\0ann\0${WRONG}`]) {
          expect(told).not.toContain(Buffer.from(form).toString('base64').replace(/=+$/, ''));
        }
        expect(saidAtLogin(error)).toMatch(
          /^C: AUTH (?:PLAIN \/\* secret \*\/|LOGIN(?:\nC: \/\* secret \*\/){2}|CRAM-MD5\nC: \/\* secret \*\/)$/,
        );
        expect(await rejection(app.mail.verify())).toMatchObject({ code: 'EMAILAUTH', responseCode: 535 });
      }
      expect(dovecot.log()).toContain('ann');
      await postfix.idle();
      expect((await postfix.countById(/never/)).size).toBe(0);
    },
  );

  it.each<NonNullable<MailSettings['SecureSocketOption']>>(['None', 'Auto', 'StartTlsWhenAvailable'])(
    'and offers no login without TLS gets neither the password nor a mail there with %s',
    async option => {
      const { postfix } = await servers('plain login');
      const app = await mailer(postfix, 'plain', { ...as('ann'), SecureSocketOption: option });
      expect(await rejection(app.mail.send({ ...MESSAGE, text: 'never' }))).toMatchObject({
        code: 'EMAILAUTH',
        phase: 'auth',
        retryable: false,
        message: expect.stringContaining('offers no authentication'),
      });
      expect(await sessions(postfix)).toEqual(['ehlo=1 commands=1']);
      await postfix.idle();
      expect(await postfix.mails()).toEqual([]);
    },
  );

  it('and offers only mechanisms that take no password never gets it, and the error names them', async () => {
    const { postfix } = await servers('digest-md5 scram-sha-256');
    const app = await mailer(postfix, 'implicitTls', as('ann'));
    expect(await rejection(app.mail.send({ ...MESSAGE, text: 'never' }))).toMatchObject({
      code: 'EMAILAUTH',
      phase: 'auth',
      retryable: false,
      message: expect.stringMatching(/it offers (?:DIGEST-MD5, SCRAM-SHA-256|SCRAM-SHA-256, DIGEST-MD5)\)/),
    });
    expect(await sessions(postfix)).toEqual(['ehlo=1 commands=1']);
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

  it('and asks for a login at MAIL already refuses a mail without one, and the error names the settings', async () => {
    const { postfix } = await servers('plain login', {
      smtpd_delay_reject: 'no',
      smtpd_sender_restrictions: 'permit_sasl_authenticated, reject',
    });
    const app = await mailer(postfix, 'startTls');
    expect(await rejection(app.mail.send({ ...MESSAGE, text: 'never' }))).toMatchObject({
      code: 'EMAILENVELOPE',
      phase: 'envelope',
      retryable: false,
      responseCode: 554,
      message: expect.stringMatching(/offers authentication.*Username and Password/s),
    });
  });

  it('while Dovecot is down is asked again until ConnectionTimeout is over, and takes mails again afterwards', async () => {
    // One process serves all connections, one after the other: the one that has known Dovecot.
    const { postfix, dovecot } = await servers('plain login', { default_process_limit: '1' });
    const app = await mailer(postfix, 'startTls', { ...as('ann'), ConnectionTimeout: 2 });
    await app.mail.verify();
    await dovecot.kill();
    const refused = { code: 'EMAILAUTH', phase: 'auth', retryable: true, responseCode: 454 };
    // Behind the first 454 Postfix cannot say what it offers, and ends every session without a word.
    expect(await rejection(app.mail.send({ ...MESSAGE, text: 'never' }))).toMatchObject(refused);
    expect(await rejection(app.mail.verify())).toMatchObject({ name: 'MailDeliveryError', retryable: true });
    await dovecot.restart();
    await eventually('a mail is taken', async () => {
      const outcome = await app.mail.send({ ...MESSAGE, text: 'after' }).catch(() => undefined);
      return outcome?.status === 'accepted';
    });
    await postfix.idle();
    expect(await postfix.countById(/after|never/)).toEqual(new Map([['after', 1]]));
  });

  it('gets 200 mails each once while Dovecot is killed and comes back, over connections that log in all the time', async () => {
    const { postfix, dovecot } = await servers('plain login');
    const app = await mailer(postfix, 'implicitTls', as('ann'), { maxMessages: 3 });
    const mails = numberedMails(200);
    const persistence = new Map<string, Persistence>();
    let outage: Promise<void> | undefined;
    await inParallel(mails, 20, async ({ id, ...message }) => {
      persistence.set(id, await sendUntilAccepted(app.mail, message));
      if (persistence.size < 50 || outage) return;
      outage = dovecot.kill();
      await outage;
      await eventually('a login meets the outage', () => /SASL: Connect to .* failed/.test(postfix.log()));
      await dovecot.restart();
    });
    // Dovecot is back long before ConnectionTimeout is over: the mails have waited.
    expect([...persistence.values()].filter(({ failures, unknowns }) => failures + unknowns > 0)).toEqual([]);
    await postfix.idle();
    const copies = await postfix.countById(NUMBERED);
    expect(copies.size).toBe(200);
    expect([...copies.values()].filter(count => count !== 1)).toEqual([]);
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

describe('A private Dovecot', () => {
  it('leaves no process behind, also when it is ended twice', async () => {
    const dovecot = await PrivateDovecot.start({ mechanisms: 'plain', users: PASSWORDS });
    expect(dovecot.processIds().length).toBeGreaterThan(1);
    await dovecot.stop();
    await dovecot.stop();
    expect(dovecot.processIds()).toEqual([]);
    expect(existsSync(dovecot.socket)).toBe(false);
  });

  it('that is not installed makes the tests fail and says how to install it', async () => {
    const missing = PrivateDovecot.start({ mechanisms: 'plain', users: PASSWORDS }, '/nonexistent/dovecot');
    expect(String(await rejection(missing))).toContain('apt-get install dovecot-core');
  });
});
