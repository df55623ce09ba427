import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { appsettings } from '../../../lib/core/settings/appsettings.js';
import { readMailSettings } from '../../../lib/core/settings/read-mail-settings.js';
import { resolveMailSettings } from '../../../lib/core/settings/resolve-mail-settings.js';
import { everyPrint } from '../../support/every-print.js';
import type { TemporaryDirectory } from '../../support/temporary-directory.js';
import { temporaryDirectory } from '../../support/temporary-directory.js';
import { oAuth2Problems, SECRET, TENANT, TOKEN, withOAuth2 } from './oauth2-inputs.js';
import { SECTION_SHAPES } from './section-shapes.js';
import { PICKUP, problemsOf, SMTP } from './settings-problems.js';

let folder: TemporaryDirectory;
beforeAll(() => {
  folder = temporaryDirectory();
});
afterAll(() => folder.remove());

const OF_EXCHANGE = {
  grantType: 'ClientCredentials',
  tenantId: 'contoso.onmicrosoft.com',
  tokenEndpoint: 'https://login.microsoftonline.com/contoso.onmicrosoft.com/oauth2/v2.0/token',
  scope: 'https://outlook.office365.com/.default',
  clientId: 'app',
};

describe('the setting OAuth2', () => {
  it.each([
    ['as documented', TENANT],
    ['in capitals', { TENANTID: 'CONTOSO.onmicrosoft.com', CLIENTID: ' app ', CLIENTSECRET: SECRET }],
    ['in camelCase', { tenantId: 'contoso.onmicrosoft.com', clientId: 'app', clientSecret: SECRET }],
  ])('with a tenant sets token endpoint and scope of Exchange Online, written %s', (_, OAuth2) => {
    const { oAuth2 } = resolveMailSettings(withOAuth2(OAuth2));
    expect(oAuth2).toEqual(OF_EXCHANGE);
    expect(oAuth2?.clientSecret).toBe(SECRET);
  });

  it.each(['AAAAAAAA-bbbb-cccc-dddd-000000000001', 'contoso.com', 'bücher.example'])(
    'takes the tenant %s by its id or its domain',
    TenantId => {
      const { oAuth2 } = resolveMailSettings(withOAuth2({ ...TENANT, TenantId }));
      const name = TenantId.startsWith('b') ? 'xn--bcher-kva.example' : TenantId.toLowerCase();
      expect(oAuth2?.tokenEndpoint).toBe(`https://login.microsoftonline.com/${name}/oauth2/v2.0/token`);
    },
  );

  it('lets what is written beside a tenant win', () => {
    const own = { TokenEndpoint: 'https://login.microsoftonline.us/x/oauth2/v2.0/token', Scope: ' a  b ' };
    const { oAuth2 } = resolveMailSettings(withOAuth2({ ...TENANT, ...own }));
    expect(oAuth2).toEqual({
      grantType: 'ClientCredentials',
      tokenEndpoint: own.TokenEndpoint,
      scope: 'a b',
      clientId: 'app',
    });
    const { Scope } = own;
    const byScope = resolveMailSettings(withOAuth2({ ...TENANT, Scope })).oAuth2;
    expect(byScope).toEqual({ ...OF_EXCHANGE, scope: 'a b' });
  });

  it('needs no tenant where the token endpoint is written', () => {
    const OAuth2 = { TokenEndpoint: TOKEN, ClientId: 'app', ClientSecret: SECRET, Mechanism: 'xoauth2' };
    expect(resolveMailSettings(withOAuth2(OAuth2)).oAuth2).toEqual({
      grantType: 'ClientCredentials',
      tokenEndpoint: TOKEN,
      clientId: 'app',
      mechanism: 'XOAUTH2',
    });
  });

  it('takes a refresh token, without a secret as public clients have none, and of any tenant', () => {
    const OAuth2 = { TenantId: 'Organizations', ClientId: 'app', RefreshToken: 'first' };
    const { oAuth2 } = resolveMailSettings(withOAuth2(OAuth2));
    expect(oAuth2).toEqual({
      grantType: 'RefreshToken',
      tenantId: 'organizations',
      tokenEndpoint: 'https://login.microsoftonline.com/organizations/oauth2/v2.0/token',
      scope: 'https://outlook.office365.com/.default',
      clientId: 'app',
    });
    expect(oAuth2?.refreshToken).toBe('first');
    const withSecret = resolveMailSettings(withOAuth2({ ...OAuth2, ClientSecret: SECRET })).oAuth2;
    expect([withSecret?.grantType, withSecret?.clientSecret]).toEqual(['RefreshToken', SECRET]);
  });

  it.each([
    ['absent', undefined],
    ['null', null],
    ['an empty text', ''],
  ])('is not set when it is %s', (_, OAuth2: unknown) => {
    expect(resolveMailSettings({ ...SMTP, OAuth2 })).not.toHaveProperty('oAuth2');
  });

  it('comes from the environment, over that of a file', () => {
    const file = folder.write('app.json', JSON.stringify({ MailSettings: withOAuth2(TENANT) }));
    const env = { MailSettings__OAuth2__ClientSecret: 'other', MAILSETTINGS__OAUTH2__SCOPE: 'mail' };
    const { oAuth2 } = resolveMailSettings(appsettings(file, env)());
    expect([oAuth2?.clientSecret, oAuth2?.scope]).toEqual(['other', 'mail']);
    const base = folder.write('base.json', JSON.stringify({ MailSettings: SMTP }));
    const alone = {
      MailSettings__Username: 'a@contoso.com',
      MailSettings__OAuth2__TenantId: 'contoso.onmicrosoft.com',
      MailSettings__OAuth2__ClientId: 'app',
      MailSettings__OAuth2__ClientSecret: SECRET,
    };
    expect(resolveMailSettings(appsettings(base, alone)()).oAuth2).toEqual(OF_EXCHANGE);
  });

  it('is kept when resolved settings are read again, secrets included', () => {
    const once = resolveMailSettings(withOAuth2({ ...TENANT, Scope: 'mail' }));
    const twice = resolveMailSettings(once);
    expect(twice).toStrictEqual(once);
    expect(twice.oAuth2?.clientSecret).toBe(SECRET);
    expect(Object.isFrozen(once.oAuth2)).toBe(true);
    const public1 = resolveMailSettings(
      withOAuth2({ TokenEndpoint: TOKEN, ClientId: 'app', RefreshToken: 'first' }),
    );
    expect(resolveMailSettings(public1).oAuth2?.refreshToken).toBe('first');
    expect(resolveMailSettings(public1)).toStrictEqual(public1);
  });

  it('shows no secret in any print of settings and readings', () => {
    const OAuth2 = { ...TENANT, GrantType: 'RefreshToken', RefreshToken: 'first-refresh-token' };
    for (const made of [resolveMailSettings(withOAuth2(OAuth2)), readMailSettings(withOAuth2(OAuth2))]) {
      expect(everyPrint(made)).not.toContain(SECRET);
      expect(everyPrint(made)).not.toContain('first-refresh-token');
      expect(everyPrint(made)).toContain('contoso.onmicrosoft.com');
    }
  });

  it('is not read with a pickup directory, nor with Enabled false', () => {
    const OAuth2 = { ClientSecretFile: '/nowhere', Zzz: 1 };
    expect(readMailSettings({ ...PICKUP, OAuth2 })).toMatchObject({ problems: [], warnings: [] });
    expect(problemsOf({ ...SMTP, Enabled: 'False', OAuth2 })).toEqual([]);
  });

  it('of a relay is read although the settings choose a pickup directory', () => {
    const { settings } = readMailSettings({ ...PICKUP, ...withOAuth2(TENANT) }, { smtpOnly: true });
    expect(settings.oAuth2).toEqual(OF_EXCHANGE);
  });

  it('is not read where files are not wanted, as in tests of an application', () => {
    const input = withOAuth2({ ...TENANT, ClientSecret: undefined, ClientSecretFile: '/nowhere' });
    expect(readMailSettings(input, { readFiles: false }).problems).toEqual([]);
  });
});

describe('OAuth2 goes with', () => {
  it('a Username, which is the mailbox, and with no password', () => {
    expect(problemsOf({ ...SMTP, OAuth2: TENANT, Password: 'x', passwordFile: 'package.json' })).toEqual([
      { key: 'Username', message: expect.stringMatching(/is missing; with OAuth2 it is the mailbox/) },
      { key: 'Password', message: expect.stringMatching(/must not be set with OAuth2/) },
      { key: 'passwordFile', message: expect.stringMatching(/must not be set with OAuth2/) },
    ]);
  });

  it('a Username without control characters', () => {
    expect(problemsOf({ ...withOAuth2(TENANT), Username: 'a@contoso.com\u0001auth=Bearer x' })).toEqual([
      {
        key: 'Username',
        message: expect.stringMatching(/^holds a control character \(U\+0001\) as character 14; /),
      },
    ]);
  });

  it('a Username without control characters also where the token comes from code', () => {
    const input = { ...SMTP, Username: 'a@contoso.com\u0001' };
    expect(readMailSettings(input, { tokenInCode: true }).problems).toEqual([
      {
        key: 'Username',
        message: expect.stringMatching(/^holds a control character \(U\+0001\) at its end; /),
      },
    ]);
  });

  it('a Username also where the setting itself cannot be used', () => {
    expect(problemsOf({ ...SMTP, OAuth2: 'x' }).map(({ key }) => key)).toEqual(['OAuth2', 'Username']);
  });
});

describe('a file of a secret of OAuth2', () => {
  it.each(SECTION_SHAPES)('is relative to its settings file: %s', (_, wrapped) => {
    const path = folder.write('conf/secrets/client', `${SECRET}\r\n`);
    const OAuth2 = { ...TENANT, ClientSecret: undefined, clientSecretFile: 'secrets/client' };
    const file = folder.write('conf/app.json', JSON.stringify(wrapped(withOAuth2(OAuth2))));
    const read = appsettings(file, {})();
    expect(JSON.stringify(read)).toContain(JSON.stringify(path));
    const mail = 'Alerts' in read ? Reflect.get(Object(read['Alerts']), 'Mail') : read;
    expect(resolveMailSettings(Object(mail)).oAuth2?.clientSecret).toBe(SECRET);
  });

  it('of each kind is relative to its settings file, and those of other sections stay as they are', () => {
    const names = ['ClientSecretFile', 'CertificateFile', 'PrivateKeyFile', 'RefreshTokenFile'];
    const files = Object.fromEntries(names.map(name => [name, './x.pem']));
    const content = { MailSettings: { OAuth2: files, ...files }, Identity: { OAuth2: files }, Dkim2: files };
    const read = appsettings(folder.write('app.json', JSON.stringify(content)), {})();
    expect(read).toEqual({
      ...content,
      MailSettings: {
        ...files,
        OAuth2: Object.fromEntries(names.map(name => [name, `${folder.path}/x.pem`])),
      },
    });
  });

  it('is one problem beside the setting that it stands in for, and cleared by an empty variable', () => {
    const content = { MailSettings: withOAuth2({ ...TENANT, ClientSecretFile: '/nowhere/secret' }) };
    const file = folder.write('both.json', JSON.stringify(content));
    expect(oAuth2Problems(appsettings(file, {})())).toEqual([
      ['OAuth2.ClientSecretFile', expect.stringMatching(/^is set beside ClientSecret; .*an empty variable/)],
    ]);
    const cleared = appsettings(file, { MailSettings__OAuth2__ClientSecretFile: '' })();
    expect(resolveMailSettings(cleared).oAuth2?.clientSecret).toBe(SECRET);
  });
});
