import { afterEach, describe, expect, it } from '@jest/globals';
import { SmtpMailDelivery } from '../../../../lib/core/delivery/smtp/smtp-mail-delivery.js';
import type { SmtpOptions } from '../../../../lib/core/delivery/smtp/smtp-options.js';
import type { MailSettings } from '../../../../lib/core/settings/mail-settings.js';
import { readMailSettings } from '../../../../lib/core/settings/read-mail-settings.js';
import { createCertificateAuthority } from '../../../support/certificates.js';
import { HttpProxy } from '../../../support/http-proxy.js';
import type { Script } from '../../../support/scripted-smtp-server.js';
import { ScriptedSmtpServer } from '../../../support/scripted-smtp-server.js';

const authority = createCertificateAuthority();
const certificate = authority.issue({ hosts: ['127.0.0.1'] });

const opened: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  for (const item of opened.splice(0).toReversed()) await item.close();
});

const CLEAR: Script = [{ send: '220 hi\r\n' }, { expect: /^EHLO/, send: '250 hi\r\n' }, { expect: 'QUIT' }];
const STARTTLS: Script = [
  { send: '220 hi\r\n' },
  { expect: /^EHLO/, send: '250-hi\r\n250 STARTTLS\r\n' },
  { expect: 'STARTTLS', send: '220 go\r\n' },
  { startTls: certificate },
  { expect: /^EHLO/, send: '250 hi\r\n' },
  { expect: 'QUIT' },
];

/** What a machine with this host name says after EHLO, in order. */
async function saidBy(
  hostname: string,
  settings: MailSettings,
  { script = CLEAR, smtp = {} }: { script?: Script; smtp?: SmtpOptions } = {},
): Promise<string[]> {
  const server = await ScriptedSmtpServer.start(script);
  opened.push(server);
  const reading = readMailSettings(
    { Host: server.host, Port: server.port, ...settings },
    { senderRequired: false },
  );
  expect(reading.problems).toEqual([]);
  const extra = { tls: { ca: authority.cert }, ...smtp };
  const delivery = new SmtpMailDelivery({ settings: reading.settings, extra, hostname });
  opened.push(delivery);
  await delivery.verify();
  return server
    .received()
    .filter(line => line.startsWith('EHLO'))
    .map(line => line.slice('EHLO '.length));
}

describe('EHLO says', () => {
  it('the setting LocalDomain, whatever else there is', async () => {
    const settings = { FromAddress: 'a@contoso.com', LocalDomain: 'Identity.contoso.com' };
    expect(await saidBy('vm.contoso.com', settings, { smtp: { name: 'code.contoso.com' } })).toEqual([
      'identity.contoso.com',
    ]);
  });

  it('the option smtp.name where the setting is not there', async () => {
    expect(
      await saidBy('vm.contoso.com', { FromAddress: 'a@contoso.com' }, { smtp: { name: '192.0.2.7' } }),
    ).toEqual(['[192.0.2.7]']);
  });

  it('the host name of a machine that has a full one', async () => {
    expect(await saidBy('vm.contoso.com', { FromAddress: 'a@fabrikam.com' })).toEqual(['vm.contoso.com']);
  });

  it('the domain of FromAddress in a container', async () => {
    expect(await saidBy('4f2a9c', { FromAddress: 'Büro <a@bücher.example>' })).toEqual([
      'xn--bcher-kva.example',
    ]);
  });

  it('the own address of the connection where nothing else is known', async () => {
    expect(await saidBy('4f2a9c', {}, { smtp: { localAddress: '127.0.0.3' } })).toEqual(['[127.0.0.3]']);
  });

  it('the same name again after STARTTLS', async () => {
    const settings = { SecureSocketOption: 'StartTls' };
    const smtp = { localAddress: '127.0.0.3', tls: { ca: authority.cert } };
    expect(await saidBy('4f2a9c', settings, { script: STARTTLS, smtp })).toEqual([
      '[127.0.0.3]',
      '[127.0.0.3]',
    ]);
  });

  it('the own address of a connection with TLS from the first byte', async () => {
    const script: Script = [{ startTls: certificate }, ...CLEAR];
    const smtp = { localAddress: '127.0.0.3', tls: { ca: authority.cert } };
    expect(await saidBy('4f2a9c', { SecureSocketOption: 'SslOnConnect' }, { script, smtp })).toEqual([
      '[127.0.0.3]',
    ]);
  });

  it.each([
    ['in clear', 'None', CLEAR, 1],
    ['with STARTTLS', 'StartTls', STARTTLS, 2],
    ['with TLS from the first byte', 'SslOnConnect', [{ startTls: certificate }, ...CLEAR], 1],
  ] as const)('the address of this machine towards a proxy, %s', async (_, option, script, times) => {
    const proxy = await HttpProxy.start();
    opened.push(proxy);
    const smtp = { proxy: `http://${proxy.address}`, tls: { ca: authority.cert } };
    const said = await saidBy('4f2a9c', { SecureSocketOption: option }, { script, smtp });
    expect(said).toEqual(Array.from({ length: times }, () => '[127.0.0.1]'));
  });

  it('the same after HELO to a server that does not know EHLO', async () => {
    const server = await ScriptedSmtpServer.start([
      { send: '220 hi\r\n' },
      { expect: 'EHLO mail.contoso.com', send: '502 what\r\n' },
      { expect: 'HELO mail.contoso.com', send: '250 hi\r\n' },
      { expect: 'QUIT' },
    ]);
    opened.push(server);
    const { settings } = readMailSettings({
      Host: server.host,
      Port: server.port,
      FromAddress: 'a@contoso.com',
      LocalDomain: 'mail.contoso.com',
    });
    const delivery = new SmtpMailDelivery({ settings, extra: {} });
    opened.push(delivery);
    await delivery.verify();
    expect(server.received()).toContain('HELO mail.contoso.com');
  });
});
