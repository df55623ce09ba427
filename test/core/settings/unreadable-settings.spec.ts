import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { MODULE_OPTIONS } from '../../../lib/core/mail/mail.option-tables.js';
import type { MailSettingsInput } from '../../../lib/core/settings/mail-settings.js';
import { readMailSettings } from '../../../lib/core/settings/read-mail-settings.js';
import { resolveMailSettings } from '../../../lib/core/settings/resolve-mail-settings.js';
import { OPTIONS_IN_CODE } from '../../../lib/core/settings/unread-keys.js';
import { settingsErrorOf, SMTP } from './settings-problems.js';

const SECRET = 'hunter2-geheim';
const thrown = (): never => {
  throw new Error(SECRET);
};
const withGetter = (base: object, key: string): object =>
  Object.defineProperty({ ...base }, key, { get: thrown, enumerable: true });
const TRAPS = { get: thrown, ownKeys: thrown, has: thrown, getOwnPropertyDescriptor: thrown };

describe('Settings that throw when they are read are a problem with words of our own:', () => {
  const dkim = { Domain: 'contoso.com', Selector: 'mail' };
  it.each<[string, () => object, string]>([
    ['LocalDomain', () => withGetter(SMTP, 'LocalDomain'), 'LocalDomain'],
    ['Password', () => withGetter({ ...SMTP, Username: 'ann' }, 'password'), 'password'],
    ['Enabled', () => withGetter(SMTP, 'Enabled'), 'Enabled'],
    ['MailSettings', () => withGetter({}, 'MailSettings'), 'MailSettings'],
    ['a setting of a section', () => ({ MailSettings: withGetter(SMTP, 'Port') }), 'Port'],
    ['what stands beside a section', () => withGetter({ MailSettings: SMTP }, 'Other'), 'Other'],
    ['Dkim', () => withGetter(SMTP, 'Dkim'), 'Dkim'],
    ['a key of Dkim', () => ({ ...SMTP, Dkim: withGetter(dkim, 'PrivateKey') }), 'Dkim.PrivateKey'],
    ['a key of a list', () => ({ ...SMTP, Dkim: [withGetter(dkim, 'Domain')] }), 'Dkim.0.Domain'],
    ['a proxy for Dkim', () => ({ ...SMTP, Dkim: new Proxy({}, TRAPS) }), 'Dkim'],
    ['OAuth2', () => withGetter({ ...SMTP, Username: 'ann' }, 'OAuth2'), 'OAuth2'],
    [
      'a key of OAuth2',
      () => ({ ...SMTP, Username: 'ann', OAuth2: withGetter({ TenantId: 'contoso.com' }, 'ClientSecret') }),
      'OAuth2.ClientSecret',
    ],
    ['a proxy for OAuth2', () => ({ ...SMTP, Username: 'ann', OAuth2: new Proxy({}, TRAPS) }), 'OAuth2'],
    [
      'a proxy for a list',
      () => ({ ...SMTP, AllowedDomains: new Proxy(['a.example'], TRAPS) }),
      'AllowedDomains',
    ],
    ['a proxy for all', () => new Proxy({ ...SMTP }, TRAPS), 'MailSettings'],
    [
      'a part of the Agent’s section',
      () => ({ MailSettings: SMTP, TwoFactorSettings: withGetter({}, 'ApplicationUri') }),
      'ApplicationUri',
    ],
  ])('%s', (_, made, key) => {
    const error = settingsErrorOf(() => resolveMailSettings(made() as MailSettingsInput));
    const own = error.problems.filter(({ message }) => message === 'cannot be read: its getter throws');
    expect(own.map(problem => problem.key)).toEqual([key]);
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(SECRET);
  });

  it('a getter that works is asked once', () => {
    let asked = 0;
    const settings = {
      ...SMTP,
      get LocalDomain() {
        asked++;
        return 'mail.contoso.com';
      },
    };
    expect(resolveMailSettings(settings).localDomain).toBe('mail.contoso.com');
    expect(asked).toBe(1);
  });
});

describe('An option of the module among the settings', () => {
  it.each(OPTIONS_IN_CODE)('is told to be one: %s', name => {
    const { warnings } = readMailSettings({ ...SMTP, [name]: { dkim: {} } });
    expect(warnings).toEqual([
      `${name} is an option in code and no mail setting, and is ignored; give it beside the settings, in the second parameter of MailModule.forRoot`,
    ]);
  });

  it('is every one that there is, but the one that resolved settings have', () => {
    const { delivery: _delivery, ...options } = MODULE_OPTIONS;
    expect(OPTIONS_IN_CODE.toSorted()).toEqual(Object.keys(options).toSorted());
  });
});
