import { describe, expect, it } from '@jest/globals';
import type { MailSettingsInput } from '../../../lib/core/settings/mail-settings.js';
import { resolveMailSettings } from '../../../lib/core/settings/resolve-mail-settings.js';
import { problemsOf, SMTP } from './settings-problems.js';

const AGENT = {
  MailSettings: SMTP,
  NotificationSettings: { Cultures: ['fr', 'en'] },
  TokenBuildingSettings: { ValidFor: '01:30:00' },
  TwoFactorSettings: {
    ApplicationUri: 'https://identity.contoso.com',
    ResetConfirmationUri: 'https://identity.contoso.com/reset?token=',
  },
} as const;

const RESET = {
  applicationUri: 'https://identity.contoso.com',
  resetConfirmationUri: 'https://identity.contoso.com/reset?token=',
  validFor: 5400,
  cultures: ['fr', 'en'],
};

describe('mail settings', () => {
  it.each<[string, MailSettingsInput]>([
    ['bare', { ...SMTP }],
    ['in their section', { MailSettings: SMTP }],
    ['in their section of a whole appsettings.json', { Logging: { LogLevel: 'Debug' }, MailSettings: SMTP }],
    ['in a section in another case', { mailSettings: SMTP }],
    ['in the Agent’s section', AGENT],
    ['in the Agent’s section of a whole appsettings.json', { Urls: 'x', PasswordResetSettings: AGENT }],
    ['in the Agent’s section in another case', { passwordresetsettings: { MAILSETTINGS: SMTP } }],
    ['beside the Agent’s section', { MailSettings: SMTP, PasswordResetSettings: { TwoFactorSettings: {} } }],
  ])('are found %s', (_name, input) => {
    expect(resolveMailSettings(input)).toMatchObject({ delivery: 'smtp', host: 'smtp.contoso.com' });
  });

  it('are the Agent’s own where both sections have some', () => {
    const resolved = resolveMailSettings({
      MailSettings: { ...SMTP, Host: 'server.contoso.com' },
      PasswordResetSettings: { MailSettings: { ...SMTP, Host: 'agent.contoso.com' } },
    });
    expect(resolved.host).toBe('agent.contoso.com');
  });

  it('are missed in an Agent’s section without them', () => {
    expect(problemsOf({ PasswordResetSettings: { TwoFactorSettings: {} } })[0]).toEqual({
      key: 'MailSettings',
      message: expect.stringContaining('are missing'),
    });
  });

  it('bring no passwordReset without the Agent’s section', () => {
    expect(resolveMailSettings({ MailSettings: SMTP })).not.toHaveProperty('passwordReset');
  });
});

describe('the Agent’s section', () => {
  it.each<[string, MailSettingsInput]>([
    ['as it stands', AGENT],
    ['under its name', { PasswordResetSettings: AGENT }],
  ])('resolves to passwordReset, given %s', (_name, input) => {
    expect(resolveMailSettings(input).passwordReset).toEqual(RESET);
  });

  it('has defaults: English, three hours', () => {
    expect(resolveMailSettings({ PasswordResetSettings: { MailSettings: SMTP } }).passwordReset).toEqual({
      validFor: 3 * 3600,
      cultures: ['en'],
    });
  });

  it('is frozen in depth', () => {
    const { passwordReset } = resolveMailSettings(AGENT);
    expect(Object.isFrozen(passwordReset)).toBe(true);
    expect(Object.isFrozen(passwordReset?.cultures)).toBe(true);
  });

  it('has keys in any case', () => {
    const resolved = resolveMailSettings({
      passwordResetSettings: {
        mailSettings: SMTP,
        notificationSettings: { cultures: ['fr', 'en'] },
        TOKENBUILDINGSETTINGS: { VALIDFOR: '01:30:00' },
        twofactorsettings: {
          applicationuri: RESET.applicationUri,
          resetConfirmationURI: RESET.resetConfirmationUri,
        },
      },
    });
    expect(resolved.passwordReset).toEqual(RESET);
  });
});

function agent(sections: object): MailSettingsInput {
  return { PasswordResetSettings: { MailSettings: SMTP, ...sections } };
}

describe('ValidFor', () => {
  it.each([
    ['03:00:00', 10_800],
    ['00:15:00', 900],
    ['00:00:01', 1],
    ['23:59:59', 86_399],
    ['1.00:00:00', 86_400],
    ['3:00', 10_800],
  ])('%s is %d seconds', (ValidFor, seconds) => {
    expect(resolveMailSettings(agent({ TokenBuildingSettings: { ValidFor } })).passwordReset?.validFor).toBe(
      seconds,
    );
  });

  it.each([['00:00:00'], ['24:00:00'], ['00:60:00'], ['3 hours'], ['-01:00:00'], [180], [true], ['3']])(
    '%j is refused',
    ValidFor => {
      expect(problemsOf(agent({ TokenBuildingSettings: { ValidFor } }))).toEqual([
        { key: 'ValidFor', message: expect.stringContaining('such as 03:00:00 (HH:mm:ss)') },
      ]);
    },
  );
});

describe('Cultures', () => {
  it.each([
    [['en'], ['en']],
    [
      ['fr-ca', 'EN'],
      ['fr-CA', 'en'],
    ],
    ['fr;en', ['fr', 'en']],
    ['fr, en', ['fr', 'en']],
    [['fr_CA'], ['fr-CA']],
  ])('%j are %j', (Cultures, expected) => {
    expect(
      resolveMailSettings(agent({ NotificationSettings: { Cultures } })).passwordReset?.cultures,
    ).toEqual(expected);
  });

  it.each([[['../etc']], [[]], [['']], [[5.5]], ['e']])('%j are refused', Cultures => {
    expect(problemsOf(agent({ NotificationSettings: { Cultures } })).map(problem => problem.key)).toEqual([
      'Cultures',
    ]);
  });
});

describe('the links of the Agent', () => {
  it.each([
    ['/reset?token='],
    ['identity.contoso.com/reset'],
    ['javascript:alert(1)'],
    ['ftp://contoso.com/'],
    ['https:identity.contoso.com'],
    ['//identity.contoso.com/reset'],
    ['file:///etc/passwd'],
  ])('are refused when not absolute http(s): %s', uri => {
    const problems = problemsOf(
      agent({ TwoFactorSettings: { ApplicationUri: uri, resetConfirmationUri: uri } }),
    );
    expect(problems).toEqual([
      { key: 'ApplicationUri', message: expect.stringContaining('must be an absolute address') },
      { key: 'resetConfirmationUri', message: expect.stringContaining('must be an absolute address') },
    ]);
  });

  it.each([['http://localhost:3000/reset/'], ['HTTPS://Identity.Contoso.com/reset#token=']])(
    'are kept as written: %s',
    uri => {
      const resolved = resolveMailSettings(agent({ TwoFactorSettings: { ResetConfirmationUri: uri } }));
      expect(resolved.passwordReset?.resetConfirmationUri).toBe(uri);
    },
  );

  it('are missed as an object', () => {
    expect(problemsOf(agent({ TwoFactorSettings: 'https://identity.contoso.com' }))).toEqual([
      { key: 'TwoFactorSettings', message: 'must be an object with settings' },
    ]);
  });
});
