import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import type { MailSettingsInput } from '../../../lib/core/settings/mail-settings.js';
import { readMailSettings } from '../../../lib/core/settings/read-mail-settings.js';
import { resolveMailSettings } from '../../../lib/core/settings/resolve-mail-settings.js';
import { everyPrint } from '../../support/every-print.js';
import { problemsOf, settingsErrorOf, SMTP } from './settings-problems.js';

const SECRET = 'hunter2-geheim';
const LOGIN = { ...SMTP, Username: 'contosousercube', Password: SECRET } as const;

describe('credentials', () => {
  it('are both read', () => {
    const { username, password } = resolveMailSettings(LOGIN);
    expect([username, password]).toEqual(['contosousercube', SECRET]);
  });

  it.each([['OAuth'], ['oauth_2'], ['OAuthSettings']])(
    'are told to be without %s, which is misspelled',
    key => {
      expect(problemsOf({ ...SMTP, Username: 'ann', [key]: {} })).toEqual([
        { key: 'Username', message: `is set without Password; ${key} is not known; did you mean OAuth2?` },
      ]);
    },
  );

  it('are told to be without a key of OAuth2 that stands in the wrong place', () => {
    const { problems, warnings } = readMailSettings({ ...SMTP, Username: 'ann', tenantId: 'contoso.com' });
    expect(problems).toEqual([
      {
        key: 'Username',
        message: 'is set without Password; tenantId is not known; did you mean OAuth2.TenantId?',
      },
    ]);
    expect(warnings).toEqual([
      'Unknown mail settings are ignored: "tenantId" (did you mean OAuth2.TenantId?)',
    ]);
  });

  it.each([[12345678901234567890n], [1.5], [Number.NaN]])(
    'are not taken as a number that has lost digits: %s',
    lost => {
      expect(problemsOf({ ...LOGIN, Password: Number(lost) })).toEqual([
        { key: 'Password', message: 'must be a text in quotes; of a number like this, digits are lost' },
      ]);
    },
  );

  it('may be a number that has lost none', () => {
    expect(resolveMailSettings({ ...LOGIN, Password: 20_261_231 }).password).toBe('20261231');
  });

  it('may both be absent', () => {
    expect(problemsOf(SMTP)).toEqual([]);
  });

  it.each([
    ['userNAME', { ...SMTP, userNAME: 'ann' }, 'is set without Password; set both, or neither'],
    ['PASSWORD', { ...SMTP, PASSWORD: SECRET }, 'is set without Username; set both, or neither'],
    ['Username', { ...SMTP, Username: 'ann', Password: '' }, 'is set without Password; set both, or neither'],
    [
      'Password',
      { ...SMTP, Username: null, Password: SECRET },
      'is set without Username; set both, or neither',
    ],
  ])('are refused by halves: only %s', (key, settings, message) => {
    expect(problemsOf(settings)).toEqual([{ key, message }]);
  });
});

describe('the password', () => {
  it('is there but not enumerable', () => {
    const resolved = resolveMailSettings(LOGIN);
    expect(resolved.password).toBe(SECRET);
    expect(Object.keys(resolved)).not.toContain('password');
    expect({ ...resolved }).not.toHaveProperty('password');
  });

  it('is in no print of the resolved settings, hidden properties and getters included', () => {
    expect(everyPrint(resolveMailSettings(LOGIN))).not.toContain(SECRET);
  });

  it('leaves the other settings printable', () => {
    expect(inspect(resolveMailSettings(LOGIN), { showHidden: true })).toContain("host: 'smtp.contoso.com'");
  });

  it('is in no print of a reading, its warnings included', () => {
    const reading = readMailSettings({ ...LOGIN, Pasword: SECRET, SecureSocketOption: 'None' });
    expect(reading.warnings).toHaveLength(2);
    expect(everyPrint(reading)).not.toContain(SECRET);
  });

  it.each([
    ['beside other problems', { ...LOGIN, Port: 'x', FromAddress: 'x', Host: '::' }],
    ['without a user name', { ...SMTP, Password: SECRET }],
    ['written twice', { ...LOGIN, password: `${SECRET}2` }],
    ['as a list', { ...LOGIN, Password: [SECRET] }],
    ['as an object', { ...LOGIN, Password: { value: SECRET } }],
    ['in the Agent’s section', { PasswordResetSettings: { MailSettings: { ...LOGIN, Port: -1 } } }],
  ])('is in no print of an error: %s', (_name, settings: MailSettingsInput) => {
    const error = settingsErrorOf(() => resolveMailSettings(settings));
    expect(error.problems.length).toBeGreaterThan(0);
    expect(everyPrint(error) + error.message + String(error.stack)).not.toContain(SECRET);
  });
});
