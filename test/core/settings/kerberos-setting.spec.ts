import { describe, expect, it } from '@jest/globals';
import { readMailSettings } from '../../../lib/core/settings/read-mail-settings.js';
import { resolveMailSettings } from '../../../lib/core/settings/resolve-mail-settings.js';
import { TENANT } from './oauth2-inputs.js';
import { PICKUP, problemsOf, SMTP } from './settings-problems.js';

describe('UseDefaultCredentials', () => {
  it.each([[true], ['true'], [' True ']])('signs in by Kerberos when it is %j', UseDefaultCredentials => {
    const settings = resolveMailSettings({ ...SMTP, UseDefaultCredentials });
    expect(settings.useDefaultCredentials).toBe(true);
    expect(settings).not.toHaveProperty('servicePrincipal');
  });

  it('goes with neither a user name nor a password nor a token, each of which is told', () => {
    const others = { userNAME: 'ann', Password: 'x', PasswordFile: 'package.json', OAuth2: TENANT };
    const problems = problemsOf({ ...SMTP, UseDefaultCredentials: true, ...others });
    expect(problems.map(({ key }) => key)).toEqual(['userNAME', 'Password', 'PasswordFile', 'OAuth2']);
    for (const { message } of problems)
      expect(message).toMatch(/^must not be set with UseDefaultCredentials, which signs in by Kerberos/);
  });

  it.each([
    ['a user name', { Username: 'ann' }, 'Username'],
    ['a password', { Password: 'x' }, 'Password'],
  ])('makes one problem of %s alone', (_, settings, key) => {
    expect(problemsOf({ ...SMTP, UseDefaultCredentials: true, ...settings })).toEqual([
      { key, message: expect.stringContaining('with UseDefaultCredentials') },
    ]);
  });

  it('that is false lets a password be used', () => {
    expect(problemsOf({ ...SMTP, UseDefaultCredentials: 'false', Username: 'a', Password: 'b' })).toEqual([]);
  });

  it.each([
    ['with a pickup directory', PICKUP],
    ['with Enabled false', { ...SMTP, Enabled: false }],
  ])('is no problem beside a password %s', (_, settings) => {
    const login = { Username: 'ann', Password: 'x' };
    expect(problemsOf({ ...settings, ...login, UseDefaultCredentials: true })).toEqual([]);
  });
});

describe('ServicePrincipal', () => {
  it.each([
    'smtp@mail.contoso.com',
    'SMTPSVC/mail.contoso.com',
    'smtp/mail.contoso.com@CONTOSO.COM',
    'SMTPSVC/mail.contoso.com:25',
    'smtp/mail.contoso.com/contoso.com@CONTOSO.COM',
  ])('may be %s', ServicePrincipal => {
    const { settings, problems, warnings } = readMailSettings({
      ...SMTP,
      UseDefaultCredentials: true,
      ServicePrincipal: ` ${ServicePrincipal} `,
    });
    expect(settings.servicePrincipal).toBe(ServicePrincipal);
    expect({ problems, warnings }).toEqual({ problems: [], warnings: [] });
    expect(resolveMailSettings(settings)).toStrictEqual(settings);
  });
});
