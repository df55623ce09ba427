import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { explainSettings } from '../../../lib/core/settings/explain-settings.js';
import type { ExplainedSetting } from '../../../lib/core/settings/explained-setting.js';
import { readMailSettings } from '../../../lib/core/settings/read-mail-settings.js';
import { tracedSettings } from '../../../lib/core/settings/setting-origins.js';
import { rsaKey } from '../../support/dkim-keys.js';
import type { TemporaryDirectory } from '../../support/temporary-directory.js';
import { temporaryDirectory } from '../../support/temporary-directory.js';
import { SECRET } from './oauth2-inputs.js';

let folder: TemporaryDirectory;
beforeEach(() => {
  folder = temporaryDirectory();
});
afterEach(() => folder.remove());

/** The rows about OAuth2, in order. */
function rowsOf(OAuth2: unknown, env: NodeJS.ProcessEnv = {}, more: object = {}): ExplainedSetting[] {
  const login = { Host: 'h', FromAddress: 'a@b.com', Username: 'a@b.com', ...more };
  const content = { MailSettings: { ...login, OAuth2 } };
  const file = folder.write('app.json', JSON.stringify(content, null, 1));
  const { settings: input, origins, cleared } = tracedSettings([file], env);
  const { settings, problems } = readMailSettings(input);
  return explainSettings({ input, settings, problems, origins, cleared }).filter(({ key }) =>
    key.startsWith('OAuth2'),
  );
}

describe('The settings of OAuth2 are explained', () => {
  it('one by one with their origins, secrets masked, and with what they come to by others', () => {
    const file = `${folder.path}/app.json`;
    const OAuth2 = { tenantId: 'contoso.com', ClientId: 'app', ClientSecret: 'x' };
    const rows = rowsOf(OAuth2, { MailSettings__OAuth2__ClientSecret: SECRET });
    expect(rows).toEqual([
      { key: 'OAuth2.GrantType', value: 'ClientCredentials', origins: [], note: 'by what is given' },
      {
        key: 'OAuth2.TenantId',
        written: 'OAuth2.tenantId',
        value: 'contoso.com',
        origins: [{ file, line: 7 }],
      },
      {
        key: 'OAuth2.TokenEndpoint',
        value: 'https://login.microsoftonline.com/contoso.com/oauth2/v2.0/token',
        origins: [],
        note: 'what TenantId means',
      },
      {
        key: 'OAuth2.Scope',
        value: 'https://outlook.office365.com/.default',
        origins: [],
        note: 'what TenantId means',
      },
      {
        key: 'OAuth2.ClientId',
        written: 'OAuth2.ClientId',
        value: 'app',
        origins: [{ file, line: 8 }],
      },
      {
        key: 'OAuth2.ClientSecret',
        written: 'OAuth2.ClientSecret',
        value: '********',
        origins: [{ variable: 'MailSettings__OAuth2__ClientSecret' }],
      },
    ]);
  });

  it('with the paths of files, and what the key file of a service account brings', () => {
    const key = {
      private_key: rsaKey().pem,
      client_email: 'mailer@project.iam.gserviceaccount.com',
      token_uri: 'https://oauth2.googleapis.com/token',
    };
    const path = folder.write('keys/account.json', JSON.stringify(key));
    const rows = rowsOf({ PrivateKeyFile: 'keys/account.json', Scope: 'https://mail.google.com/' });
    expect(rows.map(({ key: name, value, note }) => [name, value, note])).toEqual([
      ['OAuth2.GrantType', 'JwtBearer', 'by what is given'],
      ['OAuth2.TokenEndpoint', key.token_uri, 'from the key file'],
      ['OAuth2.Scope', 'https://mail.google.com/', undefined],
      ['OAuth2.ClientId', key.client_email, 'from the key file'],
      ['OAuth2.PrivateKeyFile', path, undefined],
    ]);
  });

  it('without a value where it cannot be used', () => {
    const rows = rowsOf({ TenantId: 'x y', ClientId: 'app', ClientSecret: 'a\nb' });
    expect(rows.map(({ key, value, note }) => [key, value, note])).toEqual([
      ['OAuth2.TenantId', undefined, 'cannot be used'],
      ['OAuth2.ClientId', 'app', undefined],
      ['OAuth2.ClientSecret', '********', 'cannot be used'],
    ]);
  });

  it.each([
    [{ UseSpecifiedPickupDirectory: true, PickupDirectory: '/x' }, 'not used with a pickup directory'],
    [{ Enabled: false }, 'not read, as Enabled is false'],
  ])('as not used with %j', (more, note) => {
    const rows = rowsOf({ TenantId: 'contoso.com', ClientSecret: SECRET }, {}, more);
    expect(rows.map(({ key, value, note: words }) => [key, value, words])).toEqual([
      ['OAuth2.TenantId', 'contoso.com', note],
      ['OAuth2.ClientSecret', '********', note],
    ]);
  });

  it('in one row where it is not set, or is no object', () => {
    expect(rowsOf(undefined)).toEqual([{ key: 'OAuth2', origins: [] }]);
    expect(rowsOf(SECRET)).toMatchObject([{ key: 'OAuth2', note: 'cannot be used' }]);
  });

  it('without what stands behind the path of a token endpoint', () => {
    const rows = rowsOf({ TokenEndpoint: 'https://x.com/token?key=abc', ClientId: 'a', ClientSecret: 'b' });
    expect(rows.find(({ key }) => key === 'OAuth2.TokenEndpoint')?.value).toBe('********');
  });
});
