import { describe, expect, it } from '@jest/globals';
import { resolveMailSettings } from '../../../lib/core/settings/resolve-mail-settings.js';
import type { ResolvedMailSettings } from '../../../lib/core/settings/resolved-mail-settings.js';
import { SMTP } from './settings-problems.js';

const VALUES: readonly [key: string, written: unknown, name: keyof ResolvedMailSettings, read: unknown][] = [
  ['FromAddress', 'Contoso <no-reply@contoso.com>', 'fromAddress', 'Contoso <no-reply@contoso.com>'],
  ['FromAddress', ' no-reply@contoso.com ', 'fromAddress', 'no-reply@contoso.com'],
  ['Port', '587', 'port', 587],
  ['Port', ' 587 ', 'port', 587],
  ['Port', 0, 'port', 25],
  ['Port', '0', 'port', 25],
  ['Port', 1, 'port', 1],
  ['Port', 65_535, 'port', 65_535],
  ['Port', 993, 'port', 993],
  ['LocalDomain', ' Identity.Contoso.com. ', 'localDomain', 'identity.contoso.com'],
  ['LocalDomain', 'bücher.example', 'localDomain', 'xn--bcher-kva.example'],
  ['LocalDomain', '192.0.2.1', 'localDomain', '[192.0.2.1]'],
  ['LocalDomain', '[IPv6:2001:DB8:0:0::1]', 'localDomain', '[IPv6:2001:db8::1]'],
  ['LocalDomain', '', 'localDomain', undefined],
  ['EnableSsl', 'true', 'enableSsl', true],
  ['EnableSsl', 'False', 'enableSsl', false],
  ['UseDefaultCredentials', 'false', 'useDefaultCredentials', false],
  ['UseSpecifiedPickupDirectory', 'False', 'useSpecifiedPickupDirectory', false],
  ['Enabled', 'true', 'enabled', true],
  ['Enabled', 'FALSE', 'enabled', false],
  ['Enabled', ' true ', 'enabled', true],
  ['SecureSocketOption', 'none', 'secureSocketOption', 'None'],
  ['SecureSocketOption', 'AUTO', 'secureSocketOption', 'Auto'],
  ['SecureSocketOption', 'sslonconnect', 'secureSocketOption', 'SslOnConnect'],
  ['SecureSocketOption', 'starttls', 'secureSocketOption', 'StartTls'],
  ['SecureSocketOption', ' StartTlsWhenAvailable', 'secureSocketOption', 'StartTlsWhenAvailable'],
  ['AllowedDomains', 'contoso.com', 'allowedDomains', ['contoso.com']],
  ['AllowedDomains', ' Contoso.COM ; ;fabrikam.com;', 'allowedDomains', ['contoso.com', 'fabrikam.com']],
  ['AllowedDomains', ['Contoso.com', ' fabrikam.com '], 'allowedDomains', ['contoso.com', 'fabrikam.com']],
  ['AllowedDomains', ['a.com;b.com', ''], 'allowedDomains', ['a.com', 'b.com']],
  ['AllowedDomains', 'Bücher.example', 'allowedDomains', ['xn--bcher-kva.example']],
  ['AllowedDomains', '*.Contoso.com', 'allowedDomains', ['*.contoso.com']],
  ['AllowedDomains', '', 'allowedDomains', []],
  ['AllowedDomains', null, 'allowedDomains', []],
  ['CatchAllAddress', 'Test <catch@contoso.com>', 'catchAllAddress', 'Test <catch@contoso.com>'],
  ['CatchAllCCAddress', 'copy@contoso.com', 'catchAllCCAddress', 'copy@contoso.com'],
  ['MaxRecipients', '1', 'maxRecipients', 1],
  ['MaxRecipientsOverflow', 'drop', 'maxRecipientsOverflow', 'Drop'],
  ['MaxRecipientsOverflow', 'SPLIT', 'maxRecipientsOverflow', 'Split'],
  ['MaxRecipientsOverflow', 'reject', 'maxRecipientsOverflow', 'Reject'],
  ['PickupFormat', 'exchange', 'pickupFormat', 'Exchange'],
  ['PickupFormat', 'IIS', 'pickupFormat', 'Iis'],
  ['PickupFileMode', '0640', 'pickupFileMode', 0o640],
  ['PickupFileMode', '600', 'pickupFileMode', 0o600],
  ['PickupFileMode', '0o660', 'pickupFileMode', 0o660],
  ['MaxConnections', '12', 'maxConnections', 12],
  ['MaxMessagesPerSecond', '2.5', 'maxMessagesPerSecond', 2.5],
  ['ConnectionTimeout', '10', 'connectionTimeout', 10],
  ['SocketTimeout', 0.5, 'socketTimeout', 0.5],
  ['DataTimeout', '1200', 'dataTimeout', 1200],
  ['SendTimeout', '0', 'sendTimeout', 0],
  ['SendTimeout', '90', 'sendTimeout', 90],
];

describe('values of the mail settings', () => {
  it.each(VALUES)('%s written as %j is read as %s = %j', (key, written, name, read) => {
    expect(resolveMailSettings({ ...SMTP, [key]: written })[name]).toEqual(read);
  });

  it('takes numbers without quotes where a text is meant', () => {
    const resolved = resolveMailSettings({ ...SMTP, Username: 4711, Password: 123_456 });
    expect([resolved.username, resolved.password]).toEqual(['4711', '123456']);
  });

  it('leaves the spaces of a password alone', () => {
    expect(resolveMailSettings({ ...SMTP, Username: 'ann', Password: ' s e ' }).password).toBe(' s e ');
  });
});

describe('port 0', () => {
  it.each([
    ['None', 25],
    ['Auto', 25],
    ['SslOnConnect', 465],
    ['StartTls', 25],
    ['StartTlsWhenAvailable', 25],
  ])('with SecureSocketOption %s means port %d', (SecureSocketOption, port) => {
    expect(resolveMailSettings({ ...SMTP, SecureSocketOption }).port).toBe(port);
    expect(resolveMailSettings({ ...SMTP, SecureSocketOption, Port: 0 }).port).toBe(port);
  });
});
