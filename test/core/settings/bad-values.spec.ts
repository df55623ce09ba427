import { describe, expect, it } from '@jest/globals';
import type { MailSettingsInput } from '../../../lib/core/settings/mail-settings.js';
import { resolveMailSettings } from '../../../lib/core/settings/resolve-mail-settings.js';
import { problemsOf, settingsErrorOf, SMTP } from './settings-problems.js';

const BAD: readonly [key: string, written: unknown, message: RegExp][] = [
  ['FromAddress', 'nobody', /not one valid address: "nobody" has no "@"/],
  ['FromAddress', 'a@contoso.com, b@contoso.com', /not one valid address/],
  ['FromAddress', 'a@contoso.com\r\nBcc: evil@x.com', /\\r\\nBcc/],
  ['FromAddress', { address: 'a@contoso.com' }, /must be a text, but is of type object/],
  ['Host', 'mail server', /no host name.*"mail server"/],
  ['Host', ['a'], /must be a text, but is a list/],
  ['Host', 'smtp.contoso.com:587', /write Host "smtp\.contoso\.com" and Port 587/],
  ['Host', '[::1]:587', /write Host "\[::1\]" and Port 587/],
  ['Host', 'smtp://smtp.contoso.com:587', /not a URL; write "smtp\.contoso\.com"/],
  ['Host', 'https://smtp.contoso.com/mail', /not a URL; write "smtp\.contoso\.com"/],
  ['Host', '300.1.2.3', /no host name/],
  ['Host', 'a..b', /no host name/],
  ['Port', 65_536, /a whole number from 0 to 65535, but is 65536/],
  ['Port', -1, /from 0 to 65535, but is -1/],
  ['Port', '-1', /from 0 to 65535, but is "-1"/],
  ['Port', 25.5, /whole number/],
  ['Port', 'smtp', /whole number.*"smtp"/],
  ['Port', '0x19', /whole number/],
  ['Port', '1e3', /whole number/],
  ['Port', true, /whole number.*true/],
  ['Port', Number.NaN, /whole number/],
  ['Port', [25], /whole number.*an array of 1/],
  ['LocalDomain', 'my_host', /must not hold "_"/],
  ['LocalDomain', 'my host', /without blanks/],
  ['LocalDomain', true, /must be a text/],
  ['UseSpecifiedPickupDirectory', 'yes', /must be true or false, but is "yes"/],
  [
    'SecureSocketOption',
    'Tls',
    /one of None, Auto, SslOnConnect, StartTls, StartTlsWhenAvailable, but is "Tls"/,
  ],
  ['SecureSocketOption', 1, /one of None, Auto, SslOnConnect, StartTls, StartTlsWhenAvailable, but is 1/],
  ['EnableSsl', 1, /must be true or false, but is 1/],
  ['UseDefaultCredentials', 'maybe', /must be true or false/],
  ['ServicePrincipal', 'mail.contoso.com', /a service and a host, such as smtp@mail\.contoso\.com/],
  ['ServicePrincipal', 'smtp@mail contoso', /a service and a host/],
  ['ServicePrincipal', 'smtp@mail\n.contoso.com', /a service and a host.*\\n/],
  ['ServicePrincipal', 'smtp/mail/', /a service and a host/],
  ['ServicePrincipal', ['smtp@mail'], /must be a text, but is a list/],
  ['Enabled', 'on', /must be true or false, but is "on"/],
  ['AllowedDomains', 'contoso.com;con toso', /holds "con toso", which is no domain/],
  ['AllowedDomains', '@contoso.com', /holds "@contoso\.com"/],
  ['AllowedDomains', '*', /holds "\*"/],
  ['AllowedDomains', 'a.*.com', /holds "a\.\*\.com"/],
  ['AllowedDomains', '10.0.0.1', /holds "10\.0\.0\.1"/],
  ['AllowedDomains', [null], /must be a text, but is null/],
  ['AllowedDomains', { a: 1 }, /must be a text, but is of type object/],
  ['CatchAllAddress', 'catch', /not one valid address/],
  ['CatchAllAddress', 'a@contoso.com;b@contoso.com', /not one valid address/],
  ['CatchAllCCAddress', 'copy@', /not one valid address/],
  ['MaxRecipients', 0, /a whole number from 1 /],
  ['MaxRecipients', 'many', /a whole number from 1 /],
  ['MaxRecipientsOverflow', 'Truncate', /one of Drop, Split, Reject, but is "Truncate"/],
  ['PickupFormat', 'Maildir', /one of Iis, Exchange, but is "Maildir"/],
  ['PickupFileMode', '0888', /"0640", but is "0888"/],
  ['PickupFileMode', '1777', /file mode/],
  ['PickupFileMode', 640, /file mode from "0000" to "0777".*but is 640/],
  ['PickupFileMode', 'rw-r-----', /file mode/],
  ['MaxConnections', 0, /a whole number from 1 /],
  ['MaxMessagesPerSecond', -1, /a number from 0 /],
  ['ConnectionTimeout', 0, /more than 0 seconds/],
  ['ConnectionTimeout', '30s', /a number from 0 /],
  ['SocketTimeout', '0', /more than 0 seconds/],
  ['DataTimeout', 1e10, /a number from 0 to 2147483/],
  ['SendTimeout', -5, /a number from 0 /],
];

describe('a bad value', () => {
  it.each(BAD)('of %s (%j) is the one problem and is explained', (key, written, message) => {
    const problems = problemsOf({ ...SMTP, [key]: written });
    expect(problems).toEqual([{ key, message: expect.stringMatching(message) }]);
  });

  it.each([['PORT'], ['port'], ['pOrT']])('is reported under the key as written: %s', key => {
    expect(problemsOf({ ...SMTP, [key]: 'x' })).toEqual([{ key, message: expect.any(String) }]);
  });

  it('of PickupDirectory is explained', () => {
    expect(problemsOf({ UseSpecifiedPickupDirectory: true, pickupdirectory: true })).toEqual([
      { key: 'pickupdirectory', message: 'must be a text, but is of type boolean' },
    ]);
  });

  it.each([[{ PickupDirectory: '/var/spool/mail' }], [{ Host: '/var/spool/mail' }], [{}]])(
    'of UseSpecifiedPickupDirectory is the one problem, whatever stands beside: %j',
    beside => {
      expect(problemsOf({ ...beside, UseSpecifiedPickupDirectory: 'yes' })).toEqual([
        { key: 'UseSpecifiedPickupDirectory', message: 'must be true or false, but is "yes"' },
      ]);
    },
  );

  it('is shown shortened and with control characters escaped', () => {
    const { message } = settingsErrorOf(() =>
      resolveMailSettings({ ...SMTP, PickupFormat: `\u001b[2J${'x'.repeat(5000)}` }),
    );
    expect(message).toContain('\\u001b[2J');
    expect(message.length).toBeLessThan(400);
  });
});

describe('input that is no settings at all', () => {
  it.each([
    ['nothing', undefined],
    ['null', null],
    ['a text', 'smtp.contoso.com'],
    ['a list', []],
  ])('is told what to give instead: %s', (_name, input) => {
    const error = settingsErrorOf(() => Reflect.apply(resolveMailSettings, undefined, [input]));
    expect(error.problems[0]).toEqual({
      key: 'MailSettings',
      message: expect.stringContaining('"FromAddress": "no-reply@contoso.com"'),
    });
  });

  it.each([
    ['MailSettings', { MailSettings: 'smtp.contoso.com' }],
    ['mailsettings', { mailsettings: ['smtp.contoso.com'] }],
    ['PasswordResetSettings', { PasswordResetSettings: 5 }],
  ])('is told that %s must be an object', (key, input) => {
    expect(problemsOf(input)).toContainEqual({ key, message: 'must be an object with settings' });
  });
});

describe('several problems', () => {
  it('come in one error, all at once and in the order of the settings', () => {
    const wrong: MailSettingsInput = {
      fromaddress: 'nobody',
      Host: 'a b',
      port: 70_000,
      Password: 'secret',
      SecureSocketOption: 'Ssl',
      UseDefaultCredentials: 'x',
      AllowedDomains: '-',
      CATCHALLADDRESS: 'x',
      MaxRecipientsOverflow: 'x',
      PasswordResetSettings: undefined,
    };
    const error = settingsErrorOf(() => resolveMailSettings(wrong));
    expect(error.code).toBe('EMAILSETTINGS');
    expect(error.problems.map(problem => problem.key).sort()).toEqual(
      [
        'fromaddress',
        'Host',
        'port',
        'Password',
        'SecureSocketOption',
        'UseDefaultCredentials',
        'AllowedDomains',
        'CATCHALLADDRESS',
        'MaxRecipientsOverflow',
      ].sort(),
    );
    for (const { key, message } of error.problems) expect(error.message).toContain(`${key}: ${message}`);
  });

  it('of the Agent come together with those of the mail settings', () => {
    const keys = problemsOf({
      PasswordResetSettings: {
        MailSettings: { Host: 'smtp.contoso.com', Port: 'x' },
        NotificationSettings: { Cultures: ['!'] },
        TokenBuildingSettings: { validfor: 'soon' },
        TwoFactorSettings: { ResetConfirmationUri: '/reset' },
      },
    }).map(problem => problem.key);
    expect([...keys].sort()).toEqual(['Cultures', 'FromAddress', 'Port', 'ResetConfirmationUri', 'validfor']);
  });
});
