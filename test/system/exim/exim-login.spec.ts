import { inspect } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { MailSettingsInput } from '../../../lib/core/settings/mail-settings.js';
import type { MailApp } from '../../support/mail-app.js';
import { startMailApp } from '../../support/mail-app.js';
import { rejection } from '../../support/rejection.js';
import { PrivateExim } from './private-exim.js';

const USERS = { 'app@contoso.test': 'correct-horse-battery' };

let app: MailApp | undefined;
const servers: PrivateExim[] = [];
let both: PrivateExim;
let loginOnly: PrivateExim;
beforeAll(async () => {
  both = await PrivateExim.start({ users: USERS });
  servers.push(both);
  loginOnly = await PrivateExim.start({ users: USERS, mechanisms: ['LOGIN'] });
  servers.push(loginOnly);
});
afterEach(async () => {
  await app?.close();
  app = undefined;
});
afterAll(async () => {
  for (const server of servers) await server.stop();
});

async function start(exim: PrivateExim, further: MailSettingsInput): Promise<MailApp> {
  app = await startMailApp(
    {
      Host: exim.host,
      Port: exim.ports.startTls,
      SecureSocketOption: 'StartTls',
      FromAddress: 'no-reply@contoso.test',
      ...further,
    },
    { smtp: { tls: { ca: exim.ca } } },
  );
  return app;
}

async function arrived(exim: PrivateExim, marker: string): Promise<string[]> {
  await exim.idle();
  return (await exim.mails()).map(({ raw }) => raw.toString('latin1')).filter(raw => raw.includes(marker));
}

describe('An Exim that takes mail only from who has logged in', () => {
  it.each([
    ['PLAIN and LOGIN', () => both],
    ['LOGIN alone', () => loginOnly],
  ] as const)('takes it with name and password when it offers %s', async (_, exim) => {
    const { mail } = await start(exim(), {
      Username: 'app@contoso.test',
      Password: USERS['app@contoso.test'],
    });
    await mail.verify();
    const { messageId } = await mail.send({ subject: 's', to: 'ann@contoso.test', text: 'logged-in' });
    const [copy = '', ...more] = await arrived(exim(), messageId);
    expect(more).toEqual([]);
    // RFC 3848: extended SMTP, over TLS, and with a login.
    expect(copy).toMatch(/\bwith esmtpsa\b/);
  });

  it('refuses a wrong password for good, and the password stands nowhere', async () => {
    const { mail } = await start(both, { Username: 'app@contoso.test', Password: 'wrong-horse-battery' });
    const error = await rejection(
      mail.send({ subject: 's', to: 'ann@contoso.test', text: 'wrong-password' }),
    );
    expect(error).toMatchObject({ code: 'EMAILAUTH', phase: 'auth', responseCode: 535, retryable: false });
    expect(inspect(error, { depth: null })).not.toContain('wrong-horse');
    expect(await arrived(both, 'wrong-password')).toEqual([]);
  });

  it('refuses a mail without a login, with what it says about that', async () => {
    const { mail } = await start(both, {});
    const error = await rejection(mail.send({ subject: 's', to: 'ann@contoso.test', text: 'no-login' }));
    expect(error).toMatchObject({ retryable: false, response: expect.stringContaining('Log in first') });
    expect(await arrived(both, 'no-login')).toEqual([]);
  });
});
