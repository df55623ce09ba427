import { afterEach, describe, expect, it } from '@jest/globals';
import { existsSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { inspect } from 'node:util';
import type { SmtpOptions } from '../../../lib/delivery/smtp/smtp-options.js';
import type { MailApp } from '../../support/mail-app.js';
import { rejection, startMailApp } from '../../support/mail-app.js';
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

interface Login {
  Username?: string;
  Password?: string;
  SecureSocketOption?: string;
  smtp?: SmtpOptions;
}

async function mailer(
  postfix: PrivatePostfix,
  port: keyof PostfixPorts,
  { smtp = {}, ...login }: Login = {},
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

/** What Postfix counts of the commands on its connections, but for the harness's, which only look whether it listens. */
async function commandsCounted(postfix: PrivatePostfix): Promise<string[]> {
  const counts = (): string[] =>
    [...postfix.log().matchAll(/: disconnect from \S+ (.*)$/gm)]
      .map(match => match[1] ?? '')
      .filter(line => line !== 'commands=0/0');
  await eventually('Postfix tells of the end of a connection', () => counts().length > 0);
  return counts();
}

const WRONG = `wr0ng "pässword"`;
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const formsOf = (password: string): string[] => [
  password,
  JSON.stringify(password).slice(1, -1),
  base64(password),
  base64(`\0ann\0${password}`),
];
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
          const receipt = await app.mail.send({ ...MESSAGE, text: `by-${name.slice(0, 3)}-${port}` });
          expect(receipt).toMatchObject({ status: 'accepted', accepted: ['ann@contoso.test'] });
          // How Postfix shows what is not ASCII depends on its version.
          const shown = name.replaceAll('.', '\\.').replace('é', '\\S+');
          const login = new RegExp(`sasl_method=${used}, sasl_username=${shown}$`, 'm');
          await eventually(`${name} stands in the log`, () => login.test(postfix.log()), 5000);
        }
      }
      await postfix.idle();
      const copies = await postfix.countById(/by-[a-z]+-[a-zA-Z]+/);
      expect([...copies.values()]).toEqual(Array.from({ length: 8 }, () => 1));
    },
  );

  it.each(['plain', 'login', 'cram-md5'])(
    'and offers %s refuses a wrong password for good, and the password is in no error and no log',
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
          message: expect.stringContaining('Username and Password'),
          transcript: expect.arrayContaining([
            expect.stringMatching(new RegExp(`^C: AUTH ${mechanism}`, 'i')),
            expect.stringMatching(/^S: 535 /),
          ]),
        });
        const told = [
          inspect(error, { depth: 9, showHidden: true }),
          JSON.stringify(error),
          ...app.logger.lines,
        ].join();
        for (const form of formsOf(WRONG)) expect(told).not.toContain(form);
        // The digest of a password gives it to whoever tries many.
        for (const answer of told.match(/\b[A-Za-z0-9+/]{40,}={0,2}/g) ?? [])
          expect(Buffer.from(answer, 'base64').toString()).not.toMatch(/^ann [0-9a-f]{32}/);
        expect(await rejection(app.mail.verify())).toMatchObject({ code: 'EMAILAUTH', responseCode: 535 });
      }
      expect(dovecot.log()).toContain('ann');
      expect(postfix.log()).not.toContain('sasl_method=');
      await postfix.idle();
      expect(await postfix.mails()).toEqual([]);
    },
  );

  it.each(['None', 'Auto', 'StartTlsWhenAvailable'])(
    'and offers no login without TLS gets with %s neither the password nor a mail there',
    async SecureSocketOption => {
      const { postfix } = await servers('plain login');
      const app = await mailer(postfix, 'plain', { ...as('ann'), SecureSocketOption });
      expect(await rejection(app.mail.send({ ...MESSAGE, text: 'never' }))).toMatchObject({
        code: 'EMAILAUTH',
        phase: 'auth',
        retryable: false,
        message: expect.stringContaining('offers no authentication'),
      });
      expect(await commandsCounted(postfix)).toEqual(['ehlo=1 commands=1']);
    },
  );

  it('and offers only mechanisms that take no password never gets it, and the error names them', async () => {
    const { postfix } = await servers('digest-md5 scram-sha-256');
    const app = await mailer(postfix, 'implicitTls', as('ann'));
    expect(await rejection(app.mail.send({ ...MESSAGE, text: 'never' }))).toMatchObject({
      code: 'EMAILAUTH',
      phase: 'auth',
      retryable: false,
      message: expect.stringMatching(/it offers .*(?:DIGEST-MD5, SCRAM-SHA-256|SCRAM-SHA-256, DIGEST-MD5)/),
    });
    expect(await commandsCounted(postfix)).toEqual(['ehlo=1 commands=1']);
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

  it('says 454 to a login while Dovecot is down, which is no fault of the login, and takes mails again afterwards', async () => {
    // One process for all connections, and one that lives: it has known Dovecot when that goes away.
    const { postfix, dovecot } = await servers('plain login', { default_process_limit: '1' });
    const app = await mailer(postfix, 'startTls', as('ann'));
    await app.mail.verify();
    await dovecot.kill();
    const error = await rejection(app.mail.send({ ...MESSAGE, text: 'never' }));
    expect(error).toMatchObject({
      code: 'EMAILAUTH',
      phase: 'auth',
      retryable: true,
      responseCode: 454,
      message: expect.not.stringContaining('Username and Password'),
    });
    await dovecot.restart();
    await eventually('a mail is taken', async () => {
      const outcome = await app.mail.send({ ...MESSAGE, text: 'after' }).catch(() => undefined);
      return outcome?.status === 'accepted';
    });
    await postfix.idle();
    expect(await postfix.countById(/after|never/)).toEqual(new Map([['after', 1]]));
  });

  it('and has not known Dovecot yet goes away at once while Dovecot is down, which is no fault of the login either', async () => {
    const { postfix, dovecot } = await servers('plain login');
    await dovecot.kill();
    await postfix.restart();
    const app = await mailer(postfix, 'startTls', as('ann'));
    expect(await rejection(app.mail.send({ ...MESSAGE, text: 'never' }))).toMatchObject({
      code: expect.stringMatching(/^EMAIL(?:CONNECT|AUTH)$/),
      retryable: true,
    });
  });

  it('gets 200 mails each once while Dovecot is killed and comes back, over connections that log in all the time', async () => {
    const { postfix, dovecot } = await servers('plain login');
    const app = await mailer(postfix, 'implicitTls', { ...as('ann'), smtp: { maxMessages: 3 } });
    const mails = numberedMails(200);
    const persistence = new Map<string, Persistence>();
    let outage: Promise<void> | undefined;
    await inParallel(mails, 20, async ({ id, ...message }) => {
      persistence.set(id, await sendUntilAccepted(app.mail, message));
      if (persistence.size < 50 || outage) return;
      outage = dovecot.kill().then(() => delay(300));
      await outage;
      await dovecot.restart();
    });
    expect([...persistence.values()].some(({ failures }) => failures > 0)).toBe(true);
    expect([...persistence.values()].filter(({ unknowns }) => unknowns > 0)).toEqual([]);
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
    const processes = dovecot.processIds();
    expect(processes.length).toBeGreaterThan(1);
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
