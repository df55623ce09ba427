import { describe, expect, it } from '@jest/globals';
import type { MailSettingsInput } from '../../../lib/core/settings/mail-settings.js';
import { readMailSettings } from '../../../lib/core/settings/read-mail-settings.js';
import { resolveMailSettings } from '../../../lib/core/settings/resolve-mail-settings.js';
import { PICKUP, SMTP } from './settings-problems.js';

const SHAPES: readonly [name: string, input: MailSettingsInput][] = [
  ['SMTP', SMTP],
  ['SMTP with a login', { ...SMTP, Username: 'ann', Password: 'secret', Port: 587, EnableSsl: true }],
  ['SMTP with everything as text', { ...SMTP, Port: '465', MaxRecipients: '3', PickupFileMode: '0600' }],
  ['a pickup directory', { ...PICKUP, PickupFormat: 'Exchange', FromAddress: 'a@contoso.com' }],
  ['a pickup directory on Windows', { ...PICKUP, PickupDirectory: 'C:/Temp/pickup' }],
  ['a directory in Host', { Host: '/var/pickup' }],
  ['a relative directory in Host', { Host: './pickup' }],
  ['a directory in Host beside another', { Host: '/var/pickup', PickupDirectory: '/elsewhere' }],
  ['nothing but Enabled=false', { Enabled: false }],
  ['recipient rules', { ...SMTP, AllowedDomains: 'a.com;*.b.com', CatchAllAddress: 'X <x@a.com>' }],
  [
    'the Agent’s section',
    {
      PasswordResetSettings: {
        MailSettings: SMTP,
        TokenBuildingSettings: { ValidFor: '00:20:00' },
        TwoFactorSettings: { ResetConfirmationUri: 'https://x.com/r' },
      },
    },
  ],
];

describe('resolved settings', () => {
  it.each(SHAPES)('resolve to themselves: %s', (_name, input) => {
    const once = resolveMailSettings(input);
    const twice = resolveMailSettings(once);
    expect(twice).toStrictEqual(once);
    expect(twice.password).toBe(once.password);
    expect(resolveMailSettings({ MailSettings: once })).toStrictEqual(once);
  });

  it.each(SHAPES)('hold no unknown key when they are read again: %s', (_name, input) => {
    const { warnings } = readMailSettings(resolveMailSettings(input));
    expect(warnings.filter(warning => warning.includes('Unknown'))).toEqual([]);
  });

  it.each(SHAPES)('are frozen in depth: %s', (_name, input) => {
    const resolved = resolveMailSettings(input);
    expect(Object.isFrozen(resolved)).toBe(true);
    expect(Object.isFrozen(resolved.allowedDomains)).toBe(true);
    expect(() => Reflect.apply(Array.prototype.push, resolved.allowedDomains, ['evil.com'])).toThrow(
      TypeError,
    );
  });

  it('do not change with the object they were made of', () => {
    const input = { ...SMTP, AllowedDomains: ['contoso.com'] };
    const resolved = resolveMailSettings(input);
    input.AllowedDomains.push('evil.com');
    expect(resolved.allowedDomains).toEqual(['contoso.com']);
    expect(Object.isFrozen(input.AllowedDomains)).toBe(false);
  });
});
