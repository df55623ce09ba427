import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ResolvedOAuth2 } from '../../../lib/core/settings/oauth2/resolved-oauth2.js';
import { resolveMailSettings } from '../../../lib/core/settings/resolve-mail-settings.js';
import type { Certificate } from '../../support/certificates.js';
import { createSelfSignedCertificate } from '../../support/certificates.js';
import { rsaKey } from '../../support/dkim-keys.js';
import type { TemporaryDirectory } from '../../support/temporary-directory.js';
import { temporaryDirectory } from '../../support/temporary-directory.js';
import { oAuth2Problems, SECRET, TENANT, withOAuth2 } from './oauth2-inputs.js';

const DAY = 86_400_000;
const inDays = (days: number): Date => new Date(Date.now() + days * DAY);
const certificate = (more: object = {}): Certificate =>
  createSelfSignedCertificate({ hosts: ['mailer'], notAfter: inDays(365), rsaBits: 2048, ...more });

const CERTIFIED = certificate();
const OTHER = rsaKey();
const APP = { ...TENANT, ClientSecret: undefined };
const WITH_KEY = { ...APP, Certificate: CERTIFIED.cert, PrivateKey: CERTIFIED.key };

let folder: TemporaryDirectory;
beforeAll(() => {
  folder = temporaryDirectory();
  folder.write('cert.pem', CERTIFIED.cert);
  folder.write('key.pem', CERTIFIED.key);
});
afterAll(() => folder.remove());

const path = (name: string): string => join(folder.path, name);
const openssl = (...args: string[]): void => void execFileSync('openssl', args, { stdio: 'pipe' });
const makePkcs12 = (name: string, passphrase: string): void =>
  openssl(
    'pkcs12',
    '-export',
    '-inkey',
    path('key.pem'),
    '-in',
    path('cert.pem'),
    '-out',
    path(name),
    '-passout',
    passphrase,
  );
const resolved = (OAuth2: unknown): ResolvedOAuth2 | undefined =>
  resolveMailSettings(withOAuth2(OAuth2)).oAuth2;
const compact = (pem: string): string => pem.replace(/-----[^-]+-----|\s/g, '');

describe('A certificate in place of a secret', () => {
  it('is resolved with its key, and both are kept when settings are read again', () => {
    const once = resolveMailSettings(withOAuth2(WITH_KEY));
    const { oAuth2 } = resolveMailSettings(once);
    for (const read of [once.oAuth2, oAuth2]) {
      expect(read).toMatchObject({ grantType: 'ClientCredentials', clientId: 'app' });
      expect(new X509Certificate(read?.certificate ?? '').fingerprint256).toBe(
        new X509Certificate(CERTIFIED.cert).fingerprint256,
      );
      expect(read?.privateKey).toBe(CERTIFIED.key);
      expect(Object.keys(read ?? {})).not.toContain('certificate');
      expect(JSON.stringify(read)).not.toContain(compact(CERTIFIED.key).slice(0, 20));
    }
  });

  it.each([
    ['in two files', () => ({ CertificateFile: path('cert.pem'), PrivateKeyFile: path('key.pem') })],
    [
      'in one file that both name',
      () => {
        const both = folder.write('both.pem', `${CERTIFIED.key}${CERTIFIED.cert}`);
        return { CertificateFile: both, PrivateKeyFile: both };
      },
    ],
    [
      'in one file that is named once',
      () => ({ CertificateFile: folder.write('one.pem', `${CERTIFIED.cert}${CERTIFIED.key}`) }),
    ],
    [
      'in one file as openssl pkcs12 -nodes writes it',
      () => {
        makePkcs12('a.pfx', 'pass:x');
        openssl('pkcs12', '-in', path('a.pfx'), '-nodes', '-out', path('a.pem'), '-passin', 'pass:x');
        return { CertificateFile: path('a.pem') };
      },
    ],
    [
      'as the first of a chain',
      () => ({ ...WITH_KEY, Certificate: `${CERTIFIED.cert}${certificate().cert}` }),
    ],
    [
      'with line ends written as two characters',
      () => ({ ...WITH_KEY, Certificate: CERTIFIED.cert.replaceAll('\n', '\\n') }),
    ],
    ['with blanks for line ends', () => ({ ...WITH_KEY, Certificate: CERTIFIED.cert.replaceAll('\n', ' ') })],
    ['as base64 alone', () => ({ ...WITH_KEY, Certificate: compact(CERTIFIED.cert) })],
  ])('is read %s', (_, more) => {
    const read = resolved({ ...APP, ...more() });
    expect(new X509Certificate(read?.certificate ?? '').fingerprint256).toBe(
      new X509Certificate(CERTIFIED.cert).fingerprint256,
    );
    expect(read?.privateKey).toBe(CERTIFIED.key);
  });

  it('may stand beside a refresh token', () => {
    expect(resolved({ ...WITH_KEY, RefreshToken: 'first' })).toMatchObject({ grantType: 'RefreshToken' });
  });
});

describe('A certificate is refused when it', () => {
  it.each<[string, () => object, [key: string, message: RegExp][]]>([
    [
      'has no key',
      () => ({ Certificate: CERTIFIED.cert }),
      [['OAuth2.Certificate', /^is set without PrivateKey/]],
    ],
    [
      'goes with another key',
      () => ({ ...WITH_KEY, PrivateKey: OTHER.pem }),
      [['OAuth2.Certificate', /^does not go with the private key/]],
    ],
    [
      'stands beside a secret, and so does its key',
      () => ({ ...WITH_KEY, ClientSecret: SECRET }),
      [
        ['OAuth2.Certificate', /^is set beside ClientSecret/],
        ['OAuth2.PrivateKey', /^is set beside ClientSecret/],
      ],
    ],
    [
      'stands beside its file',
      () => ({ ...WITH_KEY, CertificateFile: '/nowhere' }),
      [['OAuth2.CertificateFile', /^is set beside Certificate/]],
    ],
    [
      'has expired',
      () => {
        const old = certificate({ notBefore: inDays(-400), notAfter: new Date('2026-01-02T03:04:05Z') });
        return { Certificate: old.cert, PrivateKey: old.key };
      },
      [['OAuth2.Certificate', /^expired on 2026-01-02 03:04 UTC; .*clock of this machine is wrong: it says/]],
    ],
    [
      'is not yet valid',
      () => {
        const early = certificate({ notBefore: new Date('2091-01-02T03:04:05Z'), notAfter: inDays(40_000) });
        return { Certificate: early.cert, PrivateKey: early.key };
      },
      [['OAuth2.Certificate', /^is not valid before 2091-01-02 03:04 UTC; .*clock of this machine/]],
    ],
    [
      'has a short RSA key',
      () => {
        const short = certificate({ rsaBits: 1024 });
        return { Certificate: short.cert, PrivateKey: short.key };
      },
      [
        ['OAuth2.Certificate', /^has a key of RSA with 1024 bits; use RSA of 2048 bits or more/],
        ['OAuth2.PrivateKey', /^is a key of RSA with 1024 bits/],
      ],
    ],
    [
      'has a key of another kind',
      () => {
        const curve = certificate({ rsaBits: undefined });
        return { Certificate: curve.cert, PrivateKey: curve.key };
      },
      [
        ['OAuth2.Certificate', /^has a key of the kind EC/],
        ['OAuth2.PrivateKey', /^is a key of the kind EC/],
      ],
    ],
    [
      'is a private key',
      () => ({ ...WITH_KEY, Certificate: OTHER.pem }),
      [['OAuth2.Certificate', /^is a private key; give its certificate here/]],
    ],
    [
      'is a request for one',
      () => ({
        ...WITH_KEY,
        Certificate: '-----BEGIN CERTIFICATE REQUEST-----\nMIIB\n-----END CERTIFICATE REQUEST-----',
      }),
      [['OAuth2.Certificate', /^is a request for a certificate/]],
    ],
    [
      'is PKCS#7',
      () => ({ ...WITH_KEY, Certificate: '-----BEGIN PKCS7-----\nMIIB\n-----END PKCS7-----' }),
      [['OAuth2.Certificate', /openssl pkcs7 -print_certs/]],
    ],
    [
      'is damaged',
      () => ({ ...WITH_KEY, Certificate: CERTIFIED.cert.split('\n').toSpliced(4, 1).join('\n') }),
      [['OAuth2.Certificate', /^is no certificate that can be read/]],
    ],
    ['is a word', () => ({ ...WITH_KEY, Certificate: 'x' }), [['OAuth2.Certificate', /^is no certificate/]]],
    [
      'is a path',
      () => ({ ...WITH_KEY, Certificate: 'client.pem' }),
      [['OAuth2.Certificate', /the setting for the path of a file is CertificateFile/]],
    ],
    [
      'has an encrypted key',
      () => ({
        ...WITH_KEY,
        PrivateKey: OTHER.privateKey
          .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' })
          .toString(),
      }),
      [['OAuth2.PrivateKey', /^is encrypted with a passphrase; .*openssl pkey -in <file>/]],
    ],
  ])('%s', (_, more, expected) => {
    const problems = oAuth2Problems(withOAuth2({ ...APP, ...more() }));
    expect(problems).toEqual(expected.map(([key, message]) => [key, expect.stringMatching(message)]));
  });
});

describe('A binary file is refused with the command that makes PEM of it:', () => {
  const commands = {
    pkcs12: /is a PKCS#12 file .*openssl pkcs12 -in <file> -nodes -out <new file>/,
    certificate: /is a certificate in DER; .*openssl x509 -inform DER/,
    key: /is a private key in DER; .*openssl pkey -inform DER/,
  };
  const made = {
    pkcs12: () => makePkcs12('binary', 'pass:'),
    certificate: () => openssl('x509', '-in', path('cert.pem'), '-outform', 'DER', '-out', path('binary')),
    key: () => openssl('pkey', '-in', path('key.pem'), '-outform', 'DER', '-out', path('binary')),
  };

  it.each([
    ['pkcs12', 'CertificateFile', 'PrivateKeyFile'],
    ['pkcs12', 'PrivateKeyFile', 'CertificateFile'],
    ['certificate', 'CertificateFile', 'PrivateKeyFile'],
    ['key', 'PrivateKeyFile', 'CertificateFile'],
  ] as const)('%s in %s', (kind, key, other) => {
    made[kind]();
    const OAuth2 = {
      ...APP,
      [key]: path('binary'),
      [other]: path(other === 'CertificateFile' ? 'cert.pem' : 'key.pem'),
    };
    expect(oAuth2Problems(withOAuth2(OAuth2))).toEqual([
      [`OAuth2.${key}`, expect.stringMatching(commands[kind])],
    ]);
  });

  it('PKCS#12 in base64, as key vaults give it', () => {
    made.pkcs12();
    const text = readFileSync(path('binary')).toString('base64');
    for (const key of ['Certificate', 'PrivateKey']) {
      expect(oAuth2Problems(withOAuth2({ ...WITH_KEY, [key]: text }))).toEqual([
        [`OAuth2.${key}`, expect.stringMatching(commands.pkcs12)],
      ]);
    }
  });
});
