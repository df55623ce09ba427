import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mayBeSecretPath } from '../../../lib/core/redaction/may-be-secret.js';
import { appsettings } from '../../../lib/core/settings/appsettings.js';
import { explainSettings } from '../../../lib/core/settings/explain-settings.js';
import type { MailSettingsInput } from '../../../lib/core/settings/mail-settings.js';
import { OAUTH2_KEYS } from '../../../lib/core/settings/oauth2/oauth2-keys.js';
import { readMailSettings } from '../../../lib/core/settings/read-mail-settings.js';
import { ed25519Key, rsaKey } from '../../support/dkim-keys.js';
import type { TemporaryDirectory } from '../../support/temporary-directory.js';
import { temporaryDirectory } from '../../support/temporary-directory.js';
import { PICKUP, SMTP } from './settings-problems.js';

const ED = ed25519Key();
const RSA = rsaKey();
const BASE64 = ED.privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64');
const SEED = Buffer.alloc(32, 'seed of a key').toString('base64url');
const PASSWORD = 'Hunter2-Geheim';
const GOOD = { Domain: 'contoso.com', Selector: 'mail', PrivateKey: ED.pem };

let folder: TemporaryDirectory;
beforeEach(() => {
  folder = temporaryDirectory();
});
afterEach(() => folder.remove());

/** Everything that is said of settings: problems, warnings, and the rows of a check. */
function said(input: unknown): string {
  const reading = readMailSettings(input);
  const rows = explainSettings({ input, ...reading, origins: {}, cleared: {} });
  return inspect([reading, rows], { depth: Infinity, showHidden: true, maxStringLength: Infinity });
}

/** Parts of a secret that nobody may see, however it is cut. */
function partsOf(secret: string): string[] {
  return secret
    .split(/\\n|\s/)
    .filter(line => line.length > 10 && !line.startsWith('-----'))
    .map(line => line.slice(0, 12));
}

describe('A key in the wrong place is not shown:', () => {
  const secrets: [string, string][] = [
    ['Ed25519 in base64', BASE64],
    ['Ed25519 in PEM', ED.pem],
    ['RSA in PEM', RSA.pem],
    ['RSA in PEM with line ends of two characters', RSA.pem.replaceAll('\n', '\\n')],
    ['a seed in base64', `${SEED}x`],
  ];
  const places: [string, (secret: string) => object][] = [
    ['Domain', secret => ({ Dkim: { ...GOOD, Domain: secret } })],
    ['Selector', secret => ({ Dkim: { ...GOOD, Selector: `${secret}=` } })],
    ['Domain of a list', secret => ({ Dkim: [{ ...GOOD, Domain: secret }] })],
    ['an unknown key of Dkim', secret => ({ Dkim: { ...GOOD, [secret]: 'x' } })],
    [
      'two unknown keys of Dkim',
      secret => ({ Dkim: { ...GOOD, [secret]: 'x', [secret.toLowerCase()]: 'y' } }),
    ],
    ['an unknown setting', secret => ({ [secret]: 'x' })],
    ['Dkim itself', secret => ({ Dkim: secret })],
    [
      'PrivateKeyFile',
      secret => ({ Dkim: { Domain: 'contoso.com', Selector: 'mail', PrivateKeyFile: secret } }),
    ],
    ['PasswordFile', secret => ({ Username: 'ann', PasswordFile: secret })],
    ['LocalDomain', secret => ({ LocalDomain: secret })],
    ['SecureSocketOption', secret => ({ SecureSocketOption: secret })],
    ['MaxRecipients', secret => ({ MaxRecipients: secret })],
  ];

  it.each(
    places.flatMap(([place, made]) => secrets.map(([kind, secret]) => [place, kind, made, secret] as const)),
  )('in %s, %s', (_place, _kind, made, secret) => {
    for (const base of [SMTP, PICKUP, { ...SMTP, Enabled: false }]) {
      const words = said({ ...base, ...made(secret) });
      for (const part of partsOf(secret)) expect(words).not.toContain(part);
    }
  });
});

describe('A secret of OAuth2 in the wrong place is not shown:', () => {
  const secrets: [string, string][] = [
    ['a client secret of Microsoft Entra', 'abc8Q~DefGhiJkl012345mnopqrsTuvwxyz-6789'],
    ['a client secret of Google', `GOCSPX-${'aB3d'.repeat(7)}`],
    ['a refresh token of Google', `1//0gAbCdEf${'gH1_'.repeat(20)}`],
    ['a JWT', `eyJhbGciOiJSUzI1NiJ9.${'eyJh'.repeat(30)}.c2ln`],
    ['a refresh token of Microsoft Entra', `0.AXoA${'bC2-'.repeat(100)}`],
    ['a private key in PEM', RSA.pem],
    ['the key file of a service account', JSON.stringify({ type: 'service_account', private_key: RSA.pem })],
  ];
  const good = { TenantId: 'contoso.com', ClientId: 'app', ClientSecret: 'other' };
  const keys = OAUTH2_KEYS.map(key => [key, (secret: string) => ({ ...good, [key]: secret })] as const);
  const places: (readonly [string, (secret: string) => unknown])[] = [
    ...keys,
    ['an unknown key', secret => ({ ...good, [secret]: 'x' })],
    ['OAuth2 itself', secret => secret],
    ['a list', secret => [secret]],
  ];

  it.each(
    places.flatMap(([place, made]) => secrets.map(([kind, secret]) => [place, kind, made, secret] as const)),
  )('in %s, %s', (_place, _kind, made, secret) => {
    const login = { Username: 'no-reply@contoso.com' };
    for (const base of [SMTP, PICKUP, { ...SMTP, Enabled: false }]) {
      const words = said({ ...base, ...login, OAuth2: made(secret) });
      for (const part of partsOf(secret)) expect(words).not.toContain(part);
    }
  });

  it('a password in an id, an address or a name', () => {
    for (const key of ['TenantId', 'TokenEndpoint', 'Scope', 'GrantType', 'Mechanism'])
      expect(said({ ...SMTP, Username: 'a', OAuth2: { ...good, [key]: `${PASSWORD}1ä` } })).not.toContain(
        PASSWORD,
      );
  });
});

describe('The path of a file is shown only where it is no secret:', () => {
  const problemOf = (input: MailSettingsInput | Record<string, unknown>): string =>
    readMailSettings(input)
      .problems.map(({ message }) => message)
      .join();

  it.each([
    ['in code', () => ({ ...SMTP, Username: 'ann', PasswordFile: PASSWORD })],
    [
      'in a settings file',
      () =>
        appsettings(
          folder.write('app.json', JSON.stringify({ ...SMTP, Username: 'ann', PasswordFile: PASSWORD })),
          {},
        )(),
    ],
    [
      'in the environment',
      () =>
        appsettings(folder.write('app.json', JSON.stringify({ MailSettings: SMTP })), {
          MailSettings__Username: 'ann',
          MailSettings__PasswordFile: PASSWORD,
        })(),
    ],
  ])('a password in its place, %s', (_, input) => {
    const words = said(input());
    expect(words).toContain('its name is not shown, as it may be the secret itself');
    expect(words).not.toContain(PASSWORD);
  });

  it.each([
    ['pickup', PICKUP],
    ['Enabled', { ...SMTP, Enabled: false }],
  ])('a password in its place is not shown where it is not read: %s', (_, base) => {
    const settings = { ...base, Username: 'ann', PasswordFile: PASSWORD };
    const file = folder.write('app.json', JSON.stringify(settings));
    expect(said(settings)).not.toContain(PASSWORD);
    expect(said(appsettings(file, {})())).not.toContain(PASSWORD);
  });

  it('a name alone is read beside the settings file, and shown with ./', () => {
    folder.write('smtp-password', 'secret');
    const read = (PasswordFile: string): string =>
      problemOf(
        appsettings(
          folder.write('app.json', JSON.stringify({ ...SMTP, Username: 'ann', PasswordFile })),
          {},
        )(),
      );
    expect(read('smtp-password')).toBe('');
    expect(read('smtp-passwort')).toContain('its name is not shown');
    expect(read('./smtp-passwort')).toContain(`${folder.path}/smtp-passwort does not exist`);
    expect(read('smtp-password.txt')).toContain(`${folder.path}/smtp-password.txt does not exist`);
  });

  it.each([
    '/run/secrets/smtp_password',
    '/var/lib/kubernetes/secrets/mailroom/smtppassword',
    '/home/Someone/Projects2/identity/secrets/password',
    String.raw`C:\ProgramData\Mailroom\Secrets\password`,
    './password',
    'password.txt',
  ])('%s is a path', path => {
    expect(mayBeSecretPath(path)).toBe(false);
  });
});
