import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { DKIM_KEYS } from '../../../lib/core/settings/dkim/dkim-setting.js';
import { readSettingsFile } from '../../../lib/core/settings/json-settings-file.js';
import { OAUTH2_KEYS } from '../../../lib/core/settings/oauth2/oauth2-keys.js';
import { readMailSettings } from '../../../lib/core/settings/read-mail-settings.js';
import { resolveMailSettings } from '../../../lib/core/settings/resolve-mail-settings.js';
import { SETTING_KEYS } from '../../../lib/core/settings/setting-table.js';
import type { SchemaOfSetting } from '../../support/settings-schema.js';
import { schemaCheck, settingsSchema, wordsIn } from '../../support/settings-schema.js';
import { TENANT, withOAuth2 } from './oauth2-inputs.js';
import { problemsOf, SMTP } from './settings-problems.js';

const whole = settingsSchema();
const { definitions, properties } = whole;
const check = schemaCheck();
const mail = properties.MailSettings.properties ?? {};
const oAuth2 = mail['OAuth2']?.properties ?? {};
const reset = properties.PasswordResetSettings.properties ?? {};

/** Every setting that the schema describes, with its path. */
function allOf(above: SchemaOfSetting, path: string): (readonly [path: string, schema: SchemaOfSetting])[] {
  return Object.entries(above.properties ?? {}).flatMap(([key, below]) => [
    [`${path}.${key}`, below] as const,
    ...allOf(below, `${path}.${key}`),
  ]);
}
const described = [...allOf(whole, ''), ...allOf(definitions.DkimKey, '.Dkim')];

describe('appsettings.schema.json', () => {
  it('has every mail setting, and no other but the second spelling of Username', () => {
    expect(Object.keys(mail).toSorted()).toEqual([...SETTING_KEYS, 'UserName'].toSorted());
  });

  it('has every key of OAuth2 and of Dkim, and no other', () => {
    expect(Object.keys(oAuth2)).toEqual([...OAUTH2_KEYS]);
    expect(Object.keys(definitions.DkimKey.properties ?? {})).toEqual([...DKIM_KEYS]);
  });

  it('has the two sections, what the Agent’s section adds, and $schema', () => {
    expect(Object.keys(properties)).toEqual(['$schema', 'MailSettings', 'PasswordResetSettings']);
    const added = Object.entries(reset).map(([key, { properties: own = {} }]) => [key, Object.keys(own)]);
    expect(Object.fromEntries(added)).toEqual({
      MailSettings: [],
      NotificationSettings: ['Cultures'],
      TokenBuildingSettings: ['ValidFor'],
      TwoFactorSettings: ['ApplicationUri', 'ResetConfirmationUri'],
    });
  });

  it('describes each setting in a sentence', () => {
    const silent = described.filter(
      ([, { $ref, description = '' }]) => $ref === undefined && !/\w.+\.$/.test(description),
    );
    expect(silent.map(([path]) => path)).toEqual([]);
    expect(described.length).toBeGreaterThan(SETTING_KEYS.length + OAUTH2_KEYS.length);
  });

  it('gives the default of each setting that has one', () => {
    const defaults = Object.entries(mail).filter(([, schema]) => schema.default !== undefined);
    const plain = resolveMailSettings(SMTP);
    for (const [key, schema] of defaults)
      expect(resolveMailSettings({ ...SMTP, [key]: schema.default })).toStrictEqual(plain);
    const resolved = new Map(Object.entries(plain));
    const withDefault = SETTING_KEYS.filter(key => {
      const value = resolved.get(`${key.charAt(0).toLowerCase()}${key.slice(1)}`);
      return value !== undefined && !(key in SMTP) && key !== 'AllowedDomains';
    });
    expect(defaults.map(([key]) => key).toSorted()).toEqual(withDefault.toSorted());
  });

  it('gives the defaults of the Agent’s section', () => {
    const { passwordReset } = resolveMailSettings({
      PasswordResetSettings: {
        MailSettings: SMTP,
        NotificationSettings: { Cultures: reset['NotificationSettings']?.properties?.['Cultures']?.default },
        TokenBuildingSettings: {
          ValidFor: reset['TokenBuildingSettings']?.properties?.['ValidFor']?.default,
        },
      },
    });
    const { passwordReset: plain } = resolveMailSettings({
      PasswordResetSettings: { MailSettings: SMTP, TwoFactorSettings: {} },
    });
    expect(passwordReset).toEqual(plain);
  });

  it('lists the values of each setting that takes one of a few, as the reader does', () => {
    const lists = (keys: Readonly<Record<string, SchemaOfSetting>>, made: (key: string) => object): void => {
      for (const [key, schema] of Object.entries(keys).filter(([, one]) => wordsIn(one))) {
        const [problem] = problemsOf(made(key));
        const named = /^must be one of (.+?)(?:, but is .*)?$/.exec(problem?.message ?? '')?.[1] ?? '';
        expect([key, wordsIn(schema)]).toEqual([key, [...named.split(', '), null]]);
      }
    };
    lists(mail, key => ({ ...SMTP, [key]: '1' }));
    lists(oAuth2, key => withOAuth2({ ...TENANT, [key]: '1' }));
    const limited = [...Object.entries(mail), ...Object.entries(oAuth2)].filter(([, schema]) =>
      wordsIn(schema),
    );
    expect(limited.map(([key]) => key)).toEqual([
      'SecureSocketOption',
      'MaxRecipientsOverflow',
      'PickupFormat',
      'GrantType',
      'Mechanism',
    ]);
  });
});

describe('The schema takes, as the reader does,', () => {
  /** Every object of the schema that names keys. */
  const objects: (readonly [path: string, schema: SchemaOfSetting])[] = [
    ['', whole] as const,
    ...described,
    ['.Dkim', definitions.DkimKey] as const,
  ].filter(([, { properties: own }]: readonly [string, SchemaOfSetting]) => own !== undefined);

  it('each name in any case, and no other name', () => {
    expect(objects.length).toBe(8);
    for (const [path, { properties: own = {}, patternProperties: spelled = {} }] of objects) {
      const names = Object.keys(own).filter(name => name !== '$schema' && name !== 'UserName');
      expect([path, Object.keys(spelled).length]).toEqual([path, names.length]);
      for (const [index, name] of names.entries()) {
        const [pattern = '', { $ref = '' } = {}] = Object.entries(spelled)[index] ?? [];
        const takes = (text: string): boolean => new RegExp(pattern, 'u').test(text);
        expect([$ref.endsWith(`/properties/${name}`), takes(name)]).toEqual([true, false]);
        expect([name.toUpperCase(), name.toLowerCase()].map(takes)).toEqual([true, true]);
        expect([`${name}s`, `x${name}`, name.slice(1)].map(takes)).toEqual([false, false, false]);
      }
    }
  });

  it.each<[string, object]>([
    [
      'the names of code',
      { mailSettings: { host: 'h', fromAddress: 'a@b.com', oAuth2: { tenantId: 'b.com' } } },
    ],
    ['names in lower and upper case', { MAILSETTINGS: { secureSOCKETOption: 'None', USERNAME: 'ann' } }],
    [
      'words in any case',
      { MailSettings: { SecureSocketOption: 'startTLS', OAuth2: { Mechanism: 'xoauth2' } } },
    ],
    ['an empty text for a word', { MailSettings: { SecureSocketOption: '', OAuth2: { GrantType: '' } } }],
    ['digits without quotes', { MailSettings: { Username: 5, Password: 12345, Dkim: { selector: 2026 } } }],
    [
      'the Agent’s section',
      { passwordResetSettings: { mailSettings: { host: 'h' }, TOKENBUILDINGSETTINGS: {} } },
    ],
  ])('%s', (_, settings) => {
    expect(check(settings)).toEqual([]);
  });

  it.each<[string, object, string]>([
    ['a typo', { mailSettings: { hots: 'h' } }, '/mailSettings must NOT have additional properties'],
    ['a typo below', { mailsettings: { oauth2: { tenant: 'h' } } }, '/mailsettings/oauth2 must NOT have'],
    ['a wrong value', { mailSettings: { port: 70_000 } }, '/mailSettings/port must be <= 65535'],
    [
      'another word',
      { mailSettings: { secureSocketOption: 'tls' } },
      '/mailSettings/secureSocketOption must',
    ],
  ])('and finds %s there', (_, settings, message) => {
    expect(check(settings)).toContainEqual(expect.stringContaining(message));
  });
});

describe('Settings that are right pass the schema:', () => {
  it.each<[string, object]>([
    ['the least', SMTP],
    ['numbers and flags', { Port: 587, EnableSsl: true, MaxRecipients: 5, SendTimeout: 0.5 }],
    ['the same as text', { Port: '587', EnableSsl: 'True', MaxRecipients: ' 5 ', SendTimeout: '0.5' }],
    ['nothing in place of values', Object.fromEntries(SETTING_KEYS.map(key => [key, null]))],
    ['empty texts', { Port: '', EnableSsl: '', PickupFileMode: '', ServicePrincipal: '' }],
    ['domains as a list', { AllowedDomains: ['contoso.com', ''] }],
    ['domains that are cleared', { AllowedDomains: '' }],
    ['a password with blanks, accents and emoji', { Username: 'ann', Password: ' pass wörd 🔑 ' }],
    ['a file mode', { PickupFileMode: '0600' }],
    ['a service principal', { UseDefaultCredentials: true, ServicePrincipal: 'smtp@mail.contoso.com' }],
    ['a token', { Username: 'a@contoso.com', OAuth2: TENANT }],
    ['an endpoint on this machine', { OAuth2: { TokenEndpoint: 'http://localhost:8080/token' } }],
    ['a key', { Dkim: { Domain: 'contoso.com', Selector: 'mail', PrivateKeyFile: 'dkim.pem' } }],
    ['two keys', { Dkim: [{ Domain: 'contoso.com' }, { Domain: 'fabrikam.com' }] }],
    ['the second spelling of Username', { UserName: 'ann', Password: 'secret' }],
  ])('%s', (_, settings) => {
    expect(check({ MailSettings: settings, Other: { Host: 5 }, Logging: [] })).toEqual([]);
    expect(check({ PasswordResetSettings: { MailSettings: settings, Other: 1 } })).toEqual([]);
  });

  it.each(['server', 'agent', 'relay'])('those of the sample’s %s, which name the schema', name => {
    const file = join(process.cwd(), 'sample-app', name, 'appsettings.json');
    const settings = readSettingsFile(file) ?? {};
    expect(check(settings)).toEqual([]);
    expect(join(file, '..', String(settings['$schema']))).toBe(
      join(process.cwd(), 'appsettings.schema.json'),
    );
  });
});

describe('Settings that are wrong do not pass the schema:', () => {
  it.each<[string, object, string]>([
    ['an unknown key', { Hots: 'x' }, '/MailSettings must NOT have additional properties'],
    ['a port out of range', { Port: 70_000 }, '/MailSettings/Port must be <= 65535'],
    ['a port that is a word', { Port: 'smtp' }, '/MailSettings/Port must match pattern'],
    ['a flag that is a word', { Enabled: 'yes' }, '/MailSettings/Enabled must match pattern'],
    ['a flag that is a number', { EnableSsl: 1 }, '/MailSettings/EnableSsl must be boolean,string,null'],
    [
      'an option that is not known',
      { SecureSocketOption: 'Tls' },
      '/MailSettings/SecureSocketOption must be',
    ],
    ['no recipients', { MaxRecipients: 0 }, '/MailSettings/MaxRecipients must be >= 1'],
    ['no time', { DataTimeout: 0 }, '/MailSettings/DataTimeout must be >='],
    ['a file mode', { PickupFileMode: '0888' }, '/MailSettings/PickupFileMode must match pattern'],
    ['a list of numbers', { AllowedDomains: [5] }, '/MailSettings/AllowedDomains/0 must be string'],
    ['domains that are none', { AllowedDomains: ' ; ' }, '/MailSettings/AllowedDomains must match pattern'],
    ['a list without a domain', { AllowedDomains: [' ', ''] }, '/MailSettings/AllowedDomains must contain'],
    ['a password with a line end', { Password: 'secret\n' }, '/MailSettings/Password must match pattern'],
    [
      'a login with a blank of no width',
      { Username: 'a\u200bnn' },
      '/MailSettings/Username must match pattern',
    ],
    [
      'a secret with a byte-order mark',
      { OAuth2: { ClientSecret: '\ufeffsecret' } },
      '/MailSettings/OAuth2/ClientSecret must match pattern',
    ],
    ['a principal without a service', { ServicePrincipal: 'mail' }, '/MailSettings/ServicePrincipal must'],
    ['a token that is a text', { OAuth2: 'x' }, '/MailSettings/OAuth2 must be object,null'],
    [
      'an unknown key of OAuth2',
      { OAuth2: { Tenant: 'x' } },
      '/MailSettings/OAuth2 must NOT have additional',
    ],
    ['a grant', { OAuth2: { GrantType: 'Password' } }, '/MailSettings/OAuth2/GrantType must be equal to'],
    [
      'a token endpoint in clear',
      { OAuth2: { TokenEndpoint: 'http://login.contoso.com/token' } },
      '/MailSettings/OAuth2/TokenEndpoint must match pattern',
    ],
    [
      'an unknown key of Dkim',
      { Dkim: [{ Selektor: 'x' }] },
      '/MailSettings/Dkim/0 must NOT have additional',
    ],
  ])('%s', (_, settings, message) => {
    expect(check({ MailSettings: settings })).toContainEqual(expect.stringContaining(message));
    const { problems, warnings } = readMailSettings({ MailSettings: { ...SMTP, ...settings } });
    expect([...problems, ...warnings].length).toBeGreaterThan(0);
  });

  it('a duration and an address of the Agent’s section', () => {
    const PasswordResetSettings = {
      TokenBuildingSettings: { ValidFor: 'soon' },
      TwoFactorSettings: { ResetConfirmationUri: '/reset' },
    };
    expect(check({ PasswordResetSettings }).map(message => message.split(' ')[0])).toEqual([
      '/PasswordResetSettings/TokenBuildingSettings/ValidFor',
      '/PasswordResetSettings/TwoFactorSettings/ResetConfirmationUri',
    ]);
  });
});

it('The key $schema gives no warning, in a whole file and in a bare section', () => {
  const $schema = './node_modules/nest-mailroom/appsettings.schema.json';
  for (const input of [
    { $schema, ...SMTP },
    { $schema, MailSettings: SMTP },
    { MailSettings: { $schema, ...SMTP } },
  ])
    expect(readMailSettings(input)).toMatchObject({ problems: [], warnings: [] });
});
