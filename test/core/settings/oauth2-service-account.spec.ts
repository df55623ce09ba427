import { generateKeyPairSync } from 'node:crypto';
import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { resolveMailSettings } from '../../../lib/core/settings/resolve-mail-settings.js';
import { pemOf, rsaKey } from '../../support/dkim-keys.js';
import type { TemporaryDirectory } from '../../support/temporary-directory.js';
import { temporaryDirectory } from '../../support/temporary-directory.js';
import { oAuth2Problems, SECRET, TOKEN, withOAuth2 } from './oauth2-inputs.js';

const RSA = rsaKey();
const ACCOUNT = 'mailer@project.iam.gserviceaccount.com';
const SCOPE = 'https://mail.google.com/';
const FILE = {
  type: 'service_account',
  project_id: 'project',
  private_key_id: '0123456789abcdef',
  private_key: RSA.pem,
  client_email: ACCOUNT,
  client_id: '1234567890',
  token_uri: 'https://oauth2.googleapis.com/token',
};

let folder: TemporaryDirectory;
beforeAll(() => {
  folder = temporaryDirectory();
});
afterAll(() => folder.remove());

const keyFile = (more: object = {}): string => folder.write('key.json', JSON.stringify({ ...FILE, ...more }));

describe('The key of a service account', () => {
  it('in PEM goes with ClientId, Scope and TokenEndpoint', () => {
    const OAuth2 = { TokenEndpoint: TOKEN, ClientId: ACCOUNT, PrivateKey: RSA.pem, Scope: SCOPE };
    const { oAuth2 } = resolveMailSettings(withOAuth2(OAuth2));
    expect(oAuth2).toEqual({ grantType: 'JwtBearer', tokenEndpoint: TOKEN, scope: SCOPE, clientId: ACCOUNT });
    expect(oAuth2?.privateKey).toBe(RSA.pem);
  });

  it('in the JSON file of Google brings the account, the token endpoint and the name of the key', () => {
    const once = resolveMailSettings(withOAuth2({ PrivateKeyFile: keyFile(), Scope: SCOPE }));
    expect(once.oAuth2).toEqual({
      grantType: 'JwtBearer',
      tokenEndpoint: FILE.token_uri,
      scope: SCOPE,
      clientId: ACCOUNT,
      privateKeyId: FILE.private_key_id,
    });
    const twice = resolveMailSettings(once);
    expect(twice).toStrictEqual(once);
    expect([once.oAuth2?.privateKey, twice.oAuth2?.privateKey]).toEqual([RSA.pem, RSA.pem]);
  });

  it('in the JSON file is read from a text too, as the environment may hold it', () => {
    const OAuth2 = { PrivateKey: JSON.stringify(FILE, null, 2), Scope: SCOPE };
    expect(resolveMailSettings(withOAuth2(OAuth2)).oAuth2?.clientId).toBe(ACCOUNT);
  });

  it('in the JSON file gives way to what is written beside it', () => {
    const OAuth2 = { PrivateKeyFile: keyFile(), Scope: SCOPE, TokenEndpoint: TOKEN, ClientId: 'other' };
    expect(resolveMailSettings(withOAuth2(OAuth2)).oAuth2).toMatchObject({
      tokenEndpoint: TOKEN,
      clientId: 'other',
    });
  });

  it.each<[string, () => object, [key: string, message: RegExp][]]>([
    [
      'has no account',
      () => ({ PrivateKeyFile: keyFile({ client_email: undefined }) }),
      [['OAuth2.ClientId', /^is missing; set the service account/]],
    ],
    [
      'has no token endpoint',
      () => ({ PrivateKeyFile: keyFile({ token_uri: '' }) }),
      [['OAuth2.TokenEndpoint', /^is missing/]],
    ],
    [
      'has a token endpoint in clear',
      () => ({ PrivateKeyFile: keyFile({ token_uri: 'http://oauth2.googleapis.com/token' }) }),
      [['OAuth2.PrivateKeyFile', /^holds token_uri, which must begin with https:/]],
    ],
    [
      'has an account of two lines',
      () => ({ PrivateKeyFile: keyFile({ client_email: 'a\nb' }) }),
      [['OAuth2.PrivateKeyFile', /^holds client_email, which must be the id/]],
    ],
    [
      'has a name of its key that is none',
      () => ({ PrivateKeyFile: keyFile({ private_key_id: 'a b' }) }),
      [['OAuth2.PrivateKeyFile', /^holds private_key_id, which must be the name of a key/]],
    ],
    [
      'has a short key',
      () => ({ PrivateKeyFile: keyFile({ private_key: rsaKey(1024).pem }) }),
      [['OAuth2.PrivateKeyFile', /^holds private_key, which is a key of RSA with 1024 bits/]],
    ],
    [
      'has a key of another kind',
      () => ({
        PrivateKeyFile: keyFile({
          private_key: pemOf(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey),
        }),
      }),
      [['OAuth2.PrivateKeyFile', /^holds private_key, which is a key of the kind EC/]],
    ],
    [
      'is that of a user',
      () => ({
        PrivateKeyFile: folder.write(
          'user.json',
          JSON.stringify({ type: 'authorized_user', client_secret: SECRET, refresh_token: '1//x' }),
        ),
      }),
      [['OAuth2.PrivateKeyFile', /^is the JSON file of a client and has no private_key; give the JSON key/]],
    ],
    [
      'is that of a web client',
      () => ({
        PrivateKeyFile: folder.write('web.json', JSON.stringify({ web: { client_secret: SECRET } })),
      }),
      [['OAuth2.PrivateKeyFile', /^is the JSON file of a client/]],
    ],
    [
      'is another JSON',
      () => ({ PrivateKeyFile: folder.write('other.json', '{"a":1}') }),
      [['OAuth2.PrivateKeyFile', /^is JSON without private_key/]],
    ],
    [
      'has a syntax error',
      () => ({ PrivateKeyFile: folder.write('bad.json', JSON.stringify(FILE).slice(0, -1)) }),
      [['OAuth2.PrivateKeyFile', /^is JSON with a syntax error; give the JSON key file/]],
    ],
    [
      'is used with another grant',
      () => ({
        PrivateKeyFile: keyFile(),
        GrantType: 'ClientCredentials',
        TokenEndpoint: TOKEN,
        ClientId: 'a',
      }),
      [['OAuth2.PrivateKeyFile', /^is the key file of a service account, which goes with GrantType JwtBear/]],
    ],
    [
      'is a public key',
      () => ({ PrivateKey: RSA.publicKey.export({ type: 'spki', format: 'pem' }), TokenEndpoint: TOKEN }),
      [['OAuth2.PrivateKey', /^is a public key; the private key is what signs/]],
    ],
  ])('is refused when it %s', (_, more, expected) => {
    const problems = oAuth2Problems(withOAuth2({ Scope: SCOPE, ...more() }));
    expect(problems).toEqual(expected.map(([key, message]) => [key, expect.stringMatching(message)]));
    const printed = inspect(problems, { depth: Infinity });
    for (const part of [SECRET, RSA.pem.slice(100, 130), '1//x']) expect(printed).not.toContain(part);
  });
});
