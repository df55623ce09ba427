import { describe, expect, it } from '@jest/globals';
import { resolveMailSettings } from '../../../lib/core/settings/resolve-mail-settings.js';
import { SETTING_KEYS } from '../../../lib/core/settings/setting-table.js';
import { PICKUP, problemsOf, SMTP } from './settings-problems.js';

const SMTP_VALUES: Readonly<Record<string, unknown>> = {
  FromAddress: 'no-reply@contoso.com',
  ReplyTo: 'help@contoso.com',
  BounceAddress: 'bounces@contoso.com',
  Host: 'smtp.contoso.com',
  Port: 2525,
  LocalDomain: 'identity.contoso.com',
  Username: 'contosousercube',
  Password: 'secret',
  SecureSocketOption: 'StartTls',
  EnableSsl: true,
  UseDefaultCredentials: false,
  ServicePrincipal: 'smtp@mail.contoso.com',
  UseSpecifiedPickupDirectory: false,
  PickupDirectory: '/var/pickup',
  Enabled: true,
  AllowedDomains: ['contoso.com'],
  CatchAllAddress: 'catch@contoso.com',
  CatchAllCCAddress: 'copy@contoso.com',
  MaxRecipients: 7,
  MaxRecipientsOverflow: 'Split',
  PickupFormat: 'Exchange',
  PickupFileMode: 0o600,
  MaxConnections: 2,
  MaxMessagesPerSecond: 3,
  ConnectionTimeout: 4,
  SocketTimeout: 5,
  DataTimeout: 6,
  SendTimeout: 8,
};

/** Read in specs of their own: one names a file, the others hold settings. */
const READ_ELSEWHERE = ['PasswordFile', 'OAuth2', 'Dkim'];

function respelled(spell: (key: string) => string): Record<string, unknown> {
  return Object.fromEntries(Object.entries(SMTP_VALUES).map(([key, value]) => [spell(key), value]));
}

const camelCase = (key: string): string => key.charAt(0).toLowerCase() + key.slice(1);

describe('keys of the mail settings', () => {
  it('are the documented ones and no others', () => {
    expect([...Object.keys(SMTP_VALUES), ...READ_ELSEWHERE].sort()).toEqual([...SETTING_KEYS].sort());
  });

  it.each([
    ['as documented', (key: string) => key],
    ['in lower case', (key: string) => key.toLowerCase()],
    ['in upper case', (key: string) => key.toUpperCase()],
    ['in camelCase', camelCase],
  ])('are all read when written %s', (_name, spell) => {
    const resolved = resolveMailSettings(respelled(spell));
    const read = Object.fromEntries(
      Object.keys(SMTP_VALUES).map(key => [key, Reflect.get(resolved, camelCase(key))]),
    );
    expect(read).toEqual(SMTP_VALUES);
  });

  it('name every resolved property by the same word with its first letter in lower case', () => {
    const resolved = resolveMailSettings({ ...SMTP_VALUES, CatchAllCCAddress: 'copy@contoso.com' });
    const names = new Set(Object.keys(SMTP_VALUES).map(camelCase)).add('delivery');
    expect(Object.getOwnPropertyNames(resolved).filter(name => !names.has(name))).toEqual([]);
    expect(resolved.catchAllCCAddress).toBe('copy@contoso.com');
  });

  it('take Username and UserName as one key', () => {
    expect(resolveMailSettings({ ...SMTP, UserName: 'ann', Password: 'secret' }).username).toBe('ann');
  });

  it('may stand twice in different case when the values agree', () => {
    expect(
      resolveMailSettings({ ...SMTP, Username: 'ann', UserName: 'ann', Password: 'secret' }).username,
    ).toBe('ann');
  });

  it('are refused when written twice in different case with different values', () => {
    expect(problemsOf({ ...SMTP, host: 'other.contoso.com' })).toEqual([
      { key: 'host', message: expect.stringContaining('written twice') },
    ]);
  });

  it.each([
    ['null', null],
    ['an empty text', ''],
    ['undefined', undefined],
  ])('count as not set when their value is %s', (_name, nothing) => {
    const resolved = resolveMailSettings({
      ...SMTP,
      Username: nothing,
      Password: nothing,
      Port: nothing,
      AllowedDomains: nothing,
      Enabled: nothing,
      CatchAllAddress: nothing,
    });
    expect(resolved).toEqual(resolveMailSettings(SMTP));
    expect(resolved.username).toBeUndefined();
  });
});

describe('defaults of the mail settings', () => {
  it('stand in the table when SMTP is used', () => {
    expect(resolveMailSettings(SMTP)).toStrictEqual({
      delivery: 'smtp',
      fromAddress: 'no-reply@contoso.com',
      host: 'smtp.contoso.com',
      port: 25,
      useSpecifiedPickupDirectory: false,
      secureSocketOption: 'Auto',
      enableSsl: false,
      useDefaultCredentials: false,
      enabled: true,
      allowedDomains: [],
      maxRecipients: 20,
      maxRecipientsOverflow: 'Drop',
      pickupFormat: 'Iis',
      pickupFileMode: 0o640,
      maxConnections: 5,
      maxMessagesPerSecond: 0,
      connectionTimeout: 30,
      socketTimeout: 60,
      dataTimeout: 600,
      sendTimeout: 0,
    });
  });

  it('stand in the table when a pickup directory is used', () => {
    expect(resolveMailSettings(PICKUP)).toMatchObject({
      delivery: 'pickup',
      pickupDirectory: '/var/pickup',
      pickupFormat: 'Iis',
      pickupFileMode: 0o640,
      maxRecipients: 20,
    });
  });

  it('give no password, and not even its name', () => {
    expect(resolveMailSettings(SMTP)).not.toHaveProperty('password');
  });
});
