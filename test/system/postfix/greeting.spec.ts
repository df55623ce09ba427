import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { MailApp } from '../../support/mail-app.js';
import { startMailApp } from '../../support/mail-app.js';
import { rejection } from '../../support/rejection.js';
import { PrivatePostfix } from './private-postfix.js';

const STRICT = {
  smtpd_helo_required: 'yes',
  smtpd_helo_restrictions: 'reject_invalid_helo_hostname, reject_non_fqdn_helo_hostname',
};

describe.each([
  ['at EHLO', { ...STRICT, smtpd_delay_reject: 'no' }],
  ['at the recipients', STRICT],
])('A Postfix that refuses %s a name without a dot', (_, parameters) => {
  let postfix: PrivatePostfix;
  let app: MailApp | undefined;
  beforeAll(async () => {
    postfix = await PrivatePostfix.start({ parameters });
  });
  afterEach(async () => {
    await app?.close();
    app = undefined;
  });
  afterAll(async () => {
    await postfix?.stop();
  });

  async function start(LocalDomain?: string): Promise<MailApp> {
    app = await startMailApp({
      Host: postfix.host,
      Port: postfix.ports.plain,
      FromAddress: 'no-reply@contoso.test',
      ConnectionTimeout: 3,
      ...(LocalDomain === undefined ? {} : { LocalDomain }),
    });
    return app;
  }

  const arrived = async (text: string): Promise<number> => {
    await postfix.idle();
    return (await postfix.mails()).filter(({ raw }) => raw.includes(text)).length;
  };

  it('refuses such a LocalDomain, and the error names it and the setting', async () => {
    const { mail } = await start('my-host');
    const error = await rejection(
      mail.send({ subject: 's', to: 'ann@contoso.test', text: 'never-from-my-host' }),
    );
    expect(error).toMatchObject({
      name: 'MailDeliveryError',
      responseCode: 504,
      response: expect.stringContaining('need fully-qualified hostname'),
    });
    expect(String(error)).toContain('my-host');
    expect(String(error)).toContain('LocalDomain');
    expect(await arrived('never-from-my-host')).toBe(0);
  });

  it.each(['mail.example.com', '[192.0.2.1]', '[IPv6:2001:db8::1]', 'bücher.example'])(
    'takes mail from the LocalDomain %s',
    async name => {
      const { mail } = await start(name);
      const { messageId } = await mail.send({ subject: 's', to: 'ann@contoso.test', text: 'with-a-name' });
      expect(await arrived(messageId)).toBe(1);
    },
  );

  it('takes mail from a mailer without the setting, whatever this machine is called', async () => {
    const { mail } = await start();
    const { messageId } = await mail.send({ subject: 's', to: 'ann@contoso.test', text: 'without-a-name' });
    expect(await arrived(messageId)).toBe(1);
  });
});
