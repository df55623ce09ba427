import { createSecretKey, generateKeyPairSync } from 'node:crypto';
import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import type { DkimOptions, MailModuleOptions, MailSettings } from 'nest-mailroom';
import { MailModule, MailSettingsError } from 'nest-mailroom';
import { MailTestingModule } from 'nest-mailroom/testing';
import { ed25519Key, pemOf, rsaKey } from '../support/dkim-keys.js';
import { headersOf } from '../support/eml.js';
import { useMailBench } from '../support/mail-bench.js';
import { rejection } from '../support/rejection.js';

const RSA = rsaKey();
const ED = ed25519Key();
const SETTINGS: MailSettings = { Host: '127.0.0.1', Port: 1, FromAddress: 'no-reply@contoso.com' };
const KEY = { domainName: 'contoso.com', keySelector: 'mail', privateKey: RSA.pem };
const DKIM = { Domain: 'contoso.com', Selector: 'mail', PrivateKey: RSA.pem };
const MESSAGE = { to: 'ann@contoso.com', subject: 's', text: 'x' };

const bench = useMailBench();

/** The error of a start; fails the test when the start succeeds. */
async function startError(settings: MailSettings, options: MailModuleOptions): Promise<MailSettingsError> {
  const error = await rejection(bench.app(settings, options));
  if (error instanceof MailSettingsError) return error;
  throw error;
}

/** Starts with options that JavaScript may hand over. */
const problemsOf = async (dkim: unknown): Promise<MailSettingsError['problems']> =>
  (await startError(SETTINGS, { smtp: { dkim: dkim as DkimOptions } })).problems;

describe('An application does not start when smtp.dkim', () => {
  const encryption = { cipher: 'aes-256-cbc', passphrase: 'open' };
  const pkcs8 = { type: 'pkcs8', format: 'pem' } as const;
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;

  it.each<[string, unknown, RegExp]>([
    ['a word', 'abc', /no private key that can be read/],
    ['an empty text', '', /is missing; without a private key nothing is signed/],
    ['nothing', undefined, /is missing/],
    ['encrypted', RSA.privateKey.export({ ...pkcs8, ...encryption }), /encrypted with a passphrase/],
    [
      'encrypted, with another passphrase',
      { key: RSA.privateKey.export({ ...pkcs8, ...encryption }), passphrase: 'wrong' },
      /cannot be decrypted/,
    ],
    ['a public key', RSA.publicKey.export({ type: 'spki', format: 'pem' }), /is a public key/],
    ['a key object of a public key', RSA.publicKey, /is a public key/],
    ['EC', pemOf(ec), /kind EC/],
    ['a key object of EC', ec, /kind EC/],
    ['RSA of 512 bits', rsaKey(512).pem, /512 bits/],
    ['a number', 5, /must be a private key/],
    ['an object', {}, /must be a private key/],
    ['a secret key', createSecretKey(Buffer.alloc(32, 7)), /is a key object of the type secret/],
  ])('has a private key that is %s', async (_, privateKey, message) => {
    expect(await problemsOf({ ...KEY, privateKey })).toEqual([
      { key: 'smtp.dkim.privateKey', message: expect.stringMatching(message) },
    ]);
  });

  it.each<[string, unknown, [key: string, message: RegExp][]]>([
    ['is a text', 'x', [['smtp.dkim', /must be an object/]]],
    ['is false', false, [['smtp.dkim', /must be an object/]]],
    ['is null', null, [['smtp.dkim', /must be an object, but is null/]]],
    ['is a list', [KEY], [['smtp.dkim', /must be an object, but is a list/]]],
    [
      'is empty',
      {},
      [
        ['smtp.dkim.domainName', /missing/],
        ['smtp.dkim.keySelector', /missing/],
        ['smtp.dkim.privateKey', /missing/],
      ],
    ],
    ['has no keys in its list', { keys: [] }, [['smtp.dkim.keys', /is an empty list/]]],
    ['has nothing in its list', { keys: [null] }, [['smtp.dkim.keys[0]', /must be an object/]]],
    [
      'calls the selector by another name',
      { domainName: 'contoso.com', selector: 'mail', privateKey: RSA.pem },
      [
        ['smtp.dkim.selector', /is not known; did you mean keySelector\?/],
        ['smtp.dkim.keySelector', /missing/],
      ],
    ],
    [
      'calls the domain by another name',
      { domain: 'contoso.com', keySelector: 'mail', privateKey: RSA.pem },
      [
        ['smtp.dkim.domain', /is not known; did you mean domainName\?/],
        ['smtp.dkim.domainName', /missing/],
      ],
    ],
    [
      'has a domain that is none',
      { ...KEY, domainName: 'contoso' },
      [['smtp.dkim.domainName', /such as contoso\.com/]],
    ],
    [
      'has a selector that is none',
      { ...KEY, keySelector: 'a b' },
      [['smtp.dkim.keySelector', /name of the DNS/]],
    ],
    ['has another hash', { ...KEY, hashAlgo: 'sha1' }, [['smtp.dkim.hashAlgo', /must be sha256/]]],
    [
      'has a hash that nobody knows',
      { ...KEY, hashAlgo: 'sha257' },
      [['smtp.dkim.hashAlgo', /must be sha256/]],
    ],
    [
      'has no From among its fields',
      { ...KEY, headerFieldNames: 'to:subject' },
      [['smtp.dkim.headerFieldNames', /From/]],
    ],
    ['leaves From out', { ...KEY, skipFields: 'FROM' }, [['smtp.dkim.skipFields', /From/]]],
    [
      'signs what changes on the way',
      { ...KEY, headerFieldNames: 'from:received' },
      [['smtp.dkim.headerFieldNames', /received/]],
    ],
    [
      'has a list of fields as an array',
      { ...KEY, headerFieldNames: ['from'] },
      [['smtp.dkim.headerFieldNames', /between them/]],
    ],
    [
      'has a comma between fields',
      { ...KEY, headerFieldNames: 'from, to' },
      [['smtp.dkim.headerFieldNames', /between them/]],
    ],
    [
      'has a key beside a list',
      { ...KEY, keys: [{ ...KEY, keySelector: 'b' }] },
      [
        ['smtp.dkim.domainName', /beside keys/],
        ['smtp.dkim.keySelector', /beside keys/],
        ['smtp.dkim.privateKey', /beside keys/],
      ],
    ],
    [
      'has a bad key beside a good one',
      { keys: [KEY, { ...KEY, keySelector: 'b', privateKey: 'abc' }] },
      [['smtp.dkim.keys[1].privateKey', /no private key/]],
    ],
    [
      'has one name for two keys',
      { keys: [KEY, { ...KEY, privateKey: ED.pem }] },
      [['smtp.dkim.keys[1]', /selector of smtp\.dkim\.keys\[0\]/]],
    ],
    [
      'has an unknown option',
      { ...KEY, algorithm: 'rsa' },
      [['smtp.dkim.algorithm', /is not known; known are/]],
    ],
  ])('%s', async (_, dkim, expected) => {
    const problems = await problemsOf(dkim);
    expect(problems.map(({ key }) => key)).toEqual(expected.map(([key]) => key));
    for (const [index, [, message]] of expected.entries()) expect(problems[index]?.message).toMatch(message);
  });

  it('is wrong, and says so with the problems of the settings and without the key', async () => {
    const error = await startError(
      {
        ...SETTINGS,
        Port: 'x',
        Dkim: { Domain: 'contoso.com', Selector: 'mail', PrivateKeyFile: '/nowhere' },
      },
      { smtp: { dkim: { ...KEY, hashAlgo: 'md5' } }, fallback: { Host: 'x', Dkim: { Domain: 'x' } } },
    );
    expect(error.problems.map(({ key }) => key)).toEqual([
      'Port',
      'Dkim.PrivateKeyFile',
      'fallback.Dkim.Domain',
      'fallback.Dkim.PrivateKey',
      'fallback.Dkim.Selector',
      'smtp.dkim.hashAlgo',
    ]);
    expect(inspect(error, { showHidden: true, depth: 9 })).not.toContain(RSA.pem.split('\n')[1]);
  });
});

describe('A start shows nothing of a key', () => {
  const base64 = ED.privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64');
  const thrown = (secret: string): never => {
    throw new Error(secret);
  };
  const places: [string, (secret: string) => unknown][] = [
    ['is the option itself', secret => secret],
    ['is keys', secret => ({ keys: secret })],
    ['is an item of keys', secret => ({ keys: [secret] })],
    ['is the domain', secret => ({ ...KEY, domainName: secret })],
    ['is the selector', secret => ({ ...KEY, keySelector: `${secret}=` })],
    ['is the hash', secret => ({ ...KEY, hashAlgo: secret })],
    ['is the list of fields', secret => ({ ...KEY, headerFieldNames: `${secret}@ ` })],
    ['is a name', secret => ({ ...KEY, [secret]: true })],
    ['is a name in keys', secret => ({ keys: [{ ...KEY, [secret]: true }] })],
    ['is a name in the private key', secret => ({ ...KEY, privateKey: { [secret]: true } })],
    ['is damaged', secret => ({ ...KEY, privateKey: secret.slice(0, 60) })],
    [
      'is what a getter throws',
      secret => ({
        ...KEY,
        get privateKey() {
          return thrown(secret);
        },
      }),
    ],
    [
      'is what a getter of keys throws',
      secret => ({
        get keys() {
          return thrown(secret);
        },
      }),
    ],
    [
      'is what a getter of an item throws',
      secret => ({
        keys: [
          {
            ...KEY,
            get keySelector() {
              return thrown(secret);
            },
          },
        ],
      }),
    ],
    [
      'is what a proxy throws',
      secret => new Proxy({ ...KEY }, { get: () => thrown(secret), ownKeys: () => thrown(secret) }),
    ],
    [
      'is what a proxy for a private key throws',
      secret => ({
        ...KEY,
        privateKey: new Proxy(
          {},
          { get: () => thrown(secret), getPrototypeOf: () => thrown(secret), has: () => thrown(secret) },
        ),
      }),
    ],
    [
      'is what a getter of a key with a passphrase throws',
      secret => ({
        ...KEY,
        privateKey: {
          key: RSA.pem,
          get passphrase() {
            return thrown(secret);
          },
        },
      }),
    ],
    ['is what a list throws', secret => ({ keys: new Proxy([KEY], { get: () => thrown(secret) }) })],
  ];

  it.each(
    places.flatMap(([place, made]) =>
      [ED.pem, base64, RSA.pem].map(secret => [place, made, secret] as const),
    ),
  )('that %s', async (_, made, secret) => {
    const dkim = made(secret) as DkimOptions;
    const error = await startError(SETTINGS, { smtp: { dkim } });
    const words =
      inspect(error, { depth: 9, showHidden: true, maxStringLength: Infinity }) + String(error.stack);
    expect(error.problems.every(({ key }) => key.startsWith('smtp.dkim'))).toBe(true);
    for (const part of secret.split('\n').filter(line => line.length > 10 && !line.startsWith('---')))
      expect(words).not.toContain(part.slice(0, 12));
  });

  it('and one problem for a key that cannot be read', async () => {
    const dkim = {
      ...KEY,
      get privateKey(): string {
        return thrown('x');
      },
    };
    expect(await problemsOf(dkim)).toEqual([
      { key: 'smtp.dkim.privateKey', message: 'cannot be read: its getter throws' },
    ]);
  });

  it('whose getter is asked once in a whole start and its sends', async () => {
    const sink = await bench.sink();
    let asked = 0;
    const dkim = {
      ...KEY,
      get privateKey() {
        asked++;
        return RSA.pem;
      },
    };
    const app = await bench.app({ ...SETTINGS, Port: sink.port }, { smtp: { dkim } });
    await app.mail.send(MESSAGE);
    expect(asked).toBe(1);
    expect(headersOf(sink.messages[0]?.raw ?? Buffer.alloc(0), 'DKIM-Signature')).toHaveLength(1);
  });
});

describe('A start warns', () => {
  const warningsOf = async (settings: MailSettings, options: MailModuleOptions = {}): Promise<string[]> =>
    (await bench.app(settings, options)).logger.warnings;
  const pickup = (): MailSettings => ({
    UseSpecifiedPickupDirectory: true,
    PickupDirectory: bench.folder().path,
    FromAddress: 'no-reply@contoso.com',
  });
  const READER = /signs nothing that is written to a pickup directory: whoever reads the files signs/;

  it.each<[string, () => [MailSettings, MailModuleOptions?]]>([
    ['in the settings', () => [{ ...pickup(), Dkim: DKIM }]],
    ['in code', () => [pickup(), { smtp: { dkim: KEY } }]],
    ['in both', () => [{ ...pickup(), Dkim: DKIM }, { smtp: { dkim: KEY } }]],
    ['in the settings, for a fallback', () => [{ ...SETTINGS, Dkim: DKIM }, { fallback: pickup() }]],
    ['in code, for a fallback', () => [SETTINGS, { smtp: { dkim: KEY }, fallback: pickup() }]],
    [
      'in the settings of both',
      () => [{ ...SETTINGS, Dkim: DKIM }, { fallback: { ...pickup(), Dkim: DKIM } }],
    ],
  ])('once that the reader of a pickup directory signs, where keys are given %s', async (_, given) => {
    expect(await warningsOf(...given())).toEqual([expect.stringMatching(READER)]);
  });

  it('that an RSA key is short, that the domain does not align, and that an option has no effect', async () => {
    const privateKey = rsaKey(1024).pem;
    const dkim = { ...KEY, domainName: 'fabrikam.com', privateKey, cacheDir: '/tmp', cacheTreshold: 5 };
    expect(await warningsOf(SETTINGS, { smtp: { dkim } })).toEqual([
      expect.stringContaining('smtp.dkim.cacheDir has no effect'),
      expect.stringContaining('smtp.dkim.cacheTreshold has no effect'),
      expect.stringContaining('the RSA key of mail._domainkey.fabrikam.com has 1024 bits'),
      expect.stringContaining('fabrikam.com does not align with FromAddress (contoso.com)'),
    ]);
  });

  it('of the domain of a fallback that has no FromAddress of its own', async () => {
    const fallback = { Host: '127.0.0.1', Dkim: { ...DKIM, Domain: 'fabrikam.com' } };
    expect(await warningsOf(SETTINGS, { fallback })).toEqual([
      expect.stringMatching(/^fallback: Dkim: the domain fabrikam\.com does not align/),
    ]);
  });

  it('of nothing where all is as it should be', async () => {
    expect(
      await warningsOf({ ...SETTINGS, Dkim: [DKIM, { ...DKIM, Selector: 'ed', PrivateKey: ED.pem }] }),
    ).toEqual([]);
  });
});

it('A mail in a pickup directory is not signed', async () => {
  const folder = bench.folder();
  const app = await bench.app(
    { UseSpecifiedPickupDirectory: true, PickupDirectory: folder.path, FromAddress: 'a@contoso.com' },
    { smtp: { dkim: KEY } },
  );
  const { file = '' } = await app.mail.send(MESSAGE);
  const { readFileSync } = await import('node:fs');
  expect(headersOf(readFileSync(file), 'DKIM-Signature')).toEqual([]);
});

it('An application with Enabled false needs no key either', async () => {
  const settings = {
    ...SETTINGS,
    Enabled: false,
    Dkim: { ...DKIM, PrivateKey: undefined, PrivateKeyFile: '/nowhere' },
  };
  const app = await bench.app(settings, { smtp: { dkim: { ...KEY, privateKey: '' } } });
  expect(app.logger.warnings).toEqual([]);
  expect((await app.mail.send(MESSAGE)).status).toBe('suppressed');
});

it('A test of an application needs neither its files of secrets nor its keys', async () => {
  const settings = {
    ...SETTINGS,
    Username: 'ann',
    PasswordFile: '/nowhere/password',
    Dkim: { ...DKIM, PrivateKey: undefined, PrivateKeyFile: '/nowhere/dkim.pem' },
  };
  const mail = MailModule.forRoot(settings, { smtp: { dkim: { ...KEY, privateKey: '' } } });
  const app = await bench.appOf(mail, MailTestingModule.forRoot());
  expect((await app.mail.send(MESSAGE)).status).toBe('accepted');
});

it.each<[string, unknown, [key: string, message: RegExp][]]>([
  ['the name of another', { selector: 'mail' }, [['smtp.dkim.selector', /did you mean keySelector/]]],
  ['an unknown name in a list', { keys: [{ domain: 'x' }] }, [['smtp.dkim.keys[0].domain', /domainName/]]],
  ['no object', 'x', [['smtp.dkim', /must be an object/]]],
  ['nothing', null, [['smtp.dkim', /must be an object, but is null/]]],
])('A test of an application is told of the names in smtp.dkim: %s', async (_, dkim, expected) => {
  const mail = MailModule.forRoot(SETTINGS, { smtp: { dkim: dkim as DkimOptions } });
  const error = await rejection(bench.appOf(mail, MailTestingModule.forRoot()));
  expect(error).toMatchObject({
    problems: expected.map(([key, message]) => ({ key, message: expect.stringMatching(message) })),
  });
});

it('A key file that was replaced by a broken one stops the next start with words, and changes nothing before', async () => {
  const sink = await bench.sink();
  const folder = bench.folder();
  const settings = {
    ...SETTINGS,
    Port: sink.port,
    Dkim: { Domain: 'contoso.com', Selector: 'mail', PrivateKeyFile: folder.write('dkim.pem', RSA.pem) },
  };
  const app = await bench.app(settings);
  folder.write('dkim.pem', RSA.pem.slice(0, 600));
  await app.mail.send(MESSAGE);
  expect(headersOf(sink.messages[0]?.raw ?? Buffer.alloc(0), 'DKIM-Signature')).toHaveLength(1);
  const { problems } = await startError(settings, {});
  expect(problems).toEqual([
    { key: 'Dkim.PrivateKeyFile', message: expect.stringContaining('no private key that can be read') },
  ]);
});
