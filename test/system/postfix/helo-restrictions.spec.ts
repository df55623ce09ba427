import { afterEach, describe, expect, it } from '@jest/globals';
import type { MailSettings } from '../../../lib/core/settings/mail-settings.js';
import { startMailApp } from '../../support/mail-app.js';
import { rejection } from '../../support/rejection.js';
import { PrivatePostfix } from './private-postfix.js';

const opened: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const item of opened.splice(0).toReversed()) await item.close();
});

/** A Postfix that is strict about the name in HELO, and an application that sends to it. */
async function start(parameters: Readonly<Record<string, string>>, settings: MailSettings) {
  const postfix = await PrivatePostfix.start({
    parameters: {
      smtpd_helo_required: 'yes',
      smtpd_helo_restrictions: 'reject_invalid_helo_hostname, reject_non_fqdn_helo_hostname',
      ...parameters,
    },
  });
  opened.push({ close: () => postfix.stop() });
  const app = await startMailApp({
    Host: postfix.host,
    Port: postfix.ports.plain,
    FromAddress: 'no-reply@contoso.test',
    ...settings,
  });
  opened.push(app);
  return () => app.mail.send({ to: 'ann@contoso.test', subject: 's', text: 'greeting' });
}

describe('A Postfix that takes full host names only', () => {
  it.each(['at the recipient', 'at once'])('refuses another one, and the error names it (%s)', async when => {
    const parameters = { smtpd_delay_reject: when === 'at once' ? 'no' : 'yes' };
    const send = await start(parameters, { LocalDomain: 'web7' });
    expect(await rejection(send())).toMatchObject({
      phase: when === 'at once' ? 'connect' : 'envelope',
      retryable: false,
      responseCode: 504,
      enhancedCode: '5.5.2',
      message: expect.stringMatching(
        /Helo command rejected: need fully-qualified hostname.*web7; set LocalDomain/,
      ),
    });
  });

  it.each([
    ['a full host name', 'web7.contoso.test'],
    ['an address literal', '[192.0.2.1]'],
    ['an address literal of IPv6', '[IPv6:2001:db8::1]'],
    ['a name beyond ASCII in A-labels', 'bücher.example'],
  ])('takes %s', async (_, LocalDomain) => {
    const send = await start({}, { LocalDomain });
    expect(await send()).toMatchObject({ status: 'accepted' });
  });

  it('takes what is said when nothing is set', async () => {
    const send = await start({}, {});
    expect(await send()).toMatchObject({ status: 'accepted' });
  });
});
