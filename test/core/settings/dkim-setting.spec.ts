import { generateKeyPairSync } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { appsettings } from '../../../lib/core/settings/appsettings.js';
import type { MailSettingsInput } from '../../../lib/core/settings/mail-settings.js';
import { readMailSettings } from '../../../lib/core/settings/read-mail-settings.js';
import { resolveMailSettings } from '../../../lib/core/settings/resolve-mail-settings.js';
import { ed25519Key, pemOf, rsaKey } from '../../support/dkim-keys.js';
import { everyPrint } from '../../support/every-print.js';
import type { TemporaryDirectory } from '../../support/temporary-directory.js';
import { temporaryDirectory } from '../../support/temporary-directory.js';
import { PICKUP, problemsOf, settingsErrorOf, SMTP } from './settings-problems.js';

const RSA = rsaKey();
const ED = ed25519Key();
const NAMES = { Domain: 'contoso.com', Selector: 'mail' };
const KEY = { ...NAMES, PrivateKey: RSA.pem };
const LINE_OF_KEY = RSA.pem.split('\n')[1] ?? '';

let folder: TemporaryDirectory;
beforeAll(() => {
  folder = temporaryDirectory();
});
afterAll(() => folder.remove());

const withDkim = (Dkim: unknown): MailSettingsInput => ({ ...SMTP, Dkim });
const withKey = (PrivateKey: unknown): MailSettingsInput => withDkim({ ...NAMES, PrivateKey });

describe('the setting Dkim', () => {
  it.each([
    ['one key', KEY],
    ['a list of one key', [KEY]],
    ['an object whose keys are whole numbers', { 0: KEY }],
    ['in capitals', { DOMAIN: 'CONTOSO.com', SELECTOR: 'mail', PRIVATEKEY: RSA.pem }],
    ['in camelCase', { domain: 'contoso.com.', selector: ' mail ', privateKey: RSA.pem }],
  ])('is taken as %s', (_, Dkim) => {
    const { dkim = [] } = resolveMailSettings(withDkim(Dkim));
    expect(dkim).toEqual([{ domain: 'contoso.com', selector: 'mail' }]);
    expect(dkim[0]?.privateKey).toBe(RSA.pem);
  });

  it.each([
    ['absent', undefined],
    ['null', null],
    ['an empty text', ''],
  ])('is not set when it is %s', (_, Dkim) => {
    expect(resolveMailSettings(withDkim(Dkim))).not.toHaveProperty('dkim');
  });

  it('comes from the environment, for one key and for several', () => {
    const base = folder.write('base.json', JSON.stringify({ MailSettings: SMTP }));
    const one = {
      MailSettings__Dkim__Domain: 'contoso.com',
      MAILSETTINGS__DKIM__SELECTOR: 'mail',
      MailSettings__Dkim__PrivateKey: RSA.pem.replaceAll('\n', '\\n'),
    };
    expect(resolveMailSettings(appsettings(base, one)()).dkim).toEqual([
      { domain: 'contoso.com', selector: 'mail' },
    ]);
    const several = {
      MailSettings__Dkim__0__Domain: 'contoso.com',
      MailSettings__Dkim__0__Selector: 'mail',
      MailSettings__Dkim__0__PrivateKey: RSA.pem,
      MailSettings__Dkim__10__Domain: 'contoso.com',
      MailSettings__Dkim__10__Selector: 'ed',
      MailSettings__Dkim__10__PrivateKey: ED.pem,
    };
    expect(resolveMailSettings(appsettings(base, several)()).dkim?.map(({ selector }) => selector)).toEqual([
      'mail',
      'ed',
    ]);
  });

  it('lies over a list of a file, key by key', () => {
    const file = folder.write(
      'list.json',
      JSON.stringify({ MailSettings: withDkim([{ ...KEY, Selector: 'old' }]) }),
    );
    const { dkim } = resolveMailSettings(appsettings(file, { MailSettings__Dkim__0__Selector: 'new' })());
    expect(dkim).toEqual([{ domain: 'contoso.com', selector: 'new' }]);
  });

  it('has a file for its key beside the settings file, in a list too', () => {
    folder.write('conf/keys/dkim.pem', `${RSA.pem}`);
    const item = { ...NAMES, PrivateKeyFile: 'keys/dkim.pem' };
    for (const Dkim of [item, [item]]) {
      const file = folder.write('conf/app.json', JSON.stringify({ MailSettings: withDkim(Dkim) }));
      expect(resolveMailSettings(appsettings(file, {})()).dkim?.[0]?.privateKey).toBe(RSA.pem);
    }
  });

  it('is kept when resolved settings are read again', () => {
    const once = resolveMailSettings(withDkim([KEY, { ...KEY, Selector: 'ed', PrivateKey: ED.pem }]));
    const twice = resolveMailSettings(once);
    expect(twice).toStrictEqual(once);
    expect(twice.dkim?.map(({ privateKey }) => privateKey)).toEqual([RSA.pem, ED.pem]);
    expect([once.dkim, once.dkim?.[0]].every(value => Object.isFrozen(value))).toBe(true);
  });

  it('shows no key in any print of settings and readings', () => {
    const input = withDkim([KEY]);
    expect(everyPrint(resolveMailSettings(input))).not.toContain(LINE_OF_KEY.slice(0, 20));
    expect(everyPrint(readMailSettings(input))).not.toContain(LINE_OF_KEY.slice(0, 20));
  });

  it('is not read with a pickup directory, and one warning says who signs', () => {
    const { problems, warnings } = readMailSettings({
      ...PICKUP,
      Dkim: { ...NAMES, PrivateKeyFile: '/nowhere' },
    });
    expect(problems).toEqual([]);
    expect(warnings).toEqual([
      expect.stringMatching(/^Dkim signs nothing .* pickup directory: whoever reads the files signs/),
    ]);
  });

  it('of a relay is read although the settings choose a pickup directory', () => {
    const input = { ...PICKUP, ...SMTP, Dkim: KEY };
    const { settings, warnings } = readMailSettings(input, { smtpOnly: true });
    expect(settings.dkim).toEqual([{ domain: 'contoso.com', selector: 'mail' }]);
    expect(warnings).toEqual([]);
  });

  it('is not read with Enabled false, where nothing leaves', () => {
    const Dkim = { ...NAMES, PrivateKeyFile: '/nowhere' };
    expect(
      problemsOf({ ...SMTP, Enabled: 'False', Dkim, PasswordFile: '/nowhere', Username: 'ann' }),
    ).toEqual([]);
  });
});

describe('a problem with Dkim names its key as it was written and what to do:', () => {
  const { domain, selector, missing } = {
    domain: /such as contoso\.com/,
    selector: /name of the DNS such as mail/,
    missing: /^is missing/,
  };
  it.each<[string, unknown, [key: string, message: RegExp][]]>([
    ['a text', 'mail', [['Dkim', /must be an object with Domain, Selector and PrivateKeyFile/]]],
    ['true', true, [['Dkim', /must be an object/]]],
    ['an empty list', [], [['Dkim', /empty list/]]],
    ['a list of nothing', [null], [['Dkim.0', /must be an object/]]],
    [
      'nothing in it',
      {},
      [
        ['Dkim.PrivateKey', missing],
        ['Dkim.Domain', missing],
        ['Dkim.Selector', missing],
      ],
    ],
    ['no domain', { ...KEY, Domain: '' }, [['Dkim.Domain', missing]]],
    ['no selector', [{ Domain: 'contoso.com', PrivateKey: RSA.pem }], [['Dkim.0.Selector', missing]]],
    ['no key', NAMES, [['Dkim.PrivateKey', missing]]],
    ['an address for a domain', { ...KEY, Domain: '@contoso.com' }, [['Dkim.Domain', domain]]],
    [
      'a single label for a domain',
      { ...KEY, domain: 'localhost', Domain: undefined },
      [['Dkim.domain', domain]],
    ],
    ['an IP address for a domain', { ...KEY, Domain: '192.0.2.1' }, [['Dkim.Domain', domain]]],
    [
      'the whole name for a domain',
      { ...KEY, Domain: 'mail._domainkey.contoso.com' },
      [['Dkim.Domain', /without the selector and _domainkey/]],
    ],
    [
      'the whole name for a selector',
      { ...KEY, Selector: 'mail._domainkey' },
      [['Dkim.Selector', /without _domainkey/]],
    ],
    ['a blank in a selector', { ...KEY, Selector: 'my key' }, [['Dkim.Selector', selector]]],
    ['a semicolon in a selector', { ...KEY, Selector: 'a;d=evil.com' }, [['Dkim.Selector', selector]]],
    ['an empty label in a selector', { ...KEY, Selector: 'a..b' }, [['Dkim.Selector', selector]]],
    ['a selector beyond ASCII', { ...KEY, Selector: 'bücher' }, [['Dkim.Selector', selector]]],
    [
      'names that are too long together',
      {
        ...KEY,
        Domain: `${'a'.repeat(60)}.${'b'.repeat(60)}.${'c'.repeat(60)}.com`,
        Selector: `${'d'.repeat(60)}`,
      },
      [['Dkim.Selector', /too long together/]],
    ],
    ['a typing error', { ...KEY, Selektor: 'x' }, [['Dkim.Selektor', /did you mean Selector\?/]]],
    ['the name that code has', { ...KEY, domainName: 'x' }, [['Dkim.domainName', /did you mean Domain\?/]]],
    [
      'another path',
      { ...KEY, PrivateKeyPath: 'x' },
      [['Dkim.PrivateKeyPath', /did you mean PrivateKeyFile\?/]],
    ],
    [
      'something unknown',
      { ...KEY, Zzz: 1 },
      [['Dkim.Zzz', /known are Domain, Selector, PrivateKey, PrivateKeyFile/]],
    ],
    ['a number beside a key', { ...KEY, 0: {} }, [['Dkim.0', /write a list, or one key/]]],
    ['one name for two keys', [KEY, { ...KEY, Selector: 'MAIL' }], [['Dkim.1', /selector of Dkim\.0;/]]],
    [
      'the second of two keys',
      { 0: KEY, 1: { ...KEY, Selector: 'b', PrivateKey: 'abc' } },
      [['Dkim.1.PrivateKey', /no private key/]],
    ],
    [
      'a key in two ways',
      { ...KEY, PrivateKeyFile: '/nowhere' },
      [['Dkim.PrivateKeyFile', /beside PrivateKey/]],
    ],
    [
      'a key that differs only in case',
      { ...KEY, domain: 'fabrikam.com' },
      [['Dkim.domain', /written twice/]],
    ],
    [
      'a file that is not there',
      { ...NAMES, privatekeyfile: '/nowhere/dkim.pem' },
      [['Dkim.privatekeyfile', /\/nowhere\/dkim\.pem does not exist/]],
    ],
  ])('%s', (_, Dkim, expected) => {
    const problems = problemsOf(withDkim(Dkim));
    expect(problems.map(({ key }) => key)).toEqual(expected.map(([key]) => key));
    for (const [index, [, message]] of expected.entries()) expect(problems[index]?.message).toMatch(message);
  });

  it('all at once, with those of other settings', () => {
    const problems = problemsOf({ ...SMTP, Port: 'x', DKIM: [{ Domain: 'x', selector: '' }, KEY] });
    expect(problems.map(({ key }) => key)).toEqual([
      'Port',
      'DKIM.0.Domain',
      'DKIM.0.PrivateKey',
      'DKIM.0.Selector',
    ]);
  });
});

describe('a private key', () => {
  const { privateKey } = RSA;
  const pkcs1 = pemOf(privateKey, 'pkcs1');
  const base64 = privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64');
  it.each([
    ['in PKCS#8', RSA.pem],
    ['in PKCS#1', pkcs1],
    ['with line ends of Windows', RSA.pem.replaceAll('\n', '\r\n')],
    ['with line ends written as two characters', RSA.pem.replaceAll('\n', '\\n')],
    ['with line ends of Windows written as four characters', RSA.pem.replaceAll('\n', '\\r\\n')],
    ['with blanks for line ends', RSA.pem.replaceAll('\n', ' ')],
    ['in quotes', `"${RSA.pem.replaceAll('\n', '\\n')}"`],
    ['with lines before and behind it', `Bag Attributes\n${RSA.pem}\n`],
    [
      'with a certificate behind it',
      `${RSA.pem}-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n`,
    ],
    ['as base64 alone', base64],
    ['as base64 of PKCS#1 alone', privateKey.export({ type: 'pkcs1', format: 'der' }).toString('base64')],
  ])('is read %s', (_, pem) => {
    expect(resolveMailSettings(withKey(pem)).dkim?.[0]?.privateKey).toBe(RSA.pem);
  });

  it('is read when it is of Ed25519', () => {
    expect(resolveMailSettings(withKey(ED.pem)).dkim?.[0]?.privateKey).toBe(ED.pem);
  });

  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  const encryption = { cipher: 'aes-256-cbc', passphrase: 'open' };
  const unreadable = /^is no private key that can be read/;
  it.each<[string, unknown, RegExp]>([
    ['is a word', 'abc', unreadable],
    ['is cut off', RSA.pem.slice(0, 400), unreadable],
    ['has a line too little', RSA.pem.split('\n').toSpliced(3, 1).join('\n'), unreadable],
    ['is base64 of something else', Buffer.alloc(300, 7).toString('base64'), unreadable],
    ['is a path', './dkim.pem', /the setting for the path of a file is PrivateKeyFile/],
    ['is a path without an ending', '/etc/dkim/key', /PrivateKeyFile/],
    [
      'is encrypted',
      privateKey.export({ type: 'pkcs8', format: 'pem', ...encryption }),
      /^is encrypted with a passphrase/,
    ],
    [
      'is encrypted in the old way',
      privateKey.export({ type: 'pkcs1', format: 'pem', ...encryption }),
      /^is encrypted with a passphrase/,
    ],
    ['is a public key', RSA.publicKey.export({ type: 'spki', format: 'pem' }), /^is a public key/],
    ['is a public key of RSA', RSA.publicKey.export({ type: 'pkcs1', format: 'pem' }), /^is a public key/],
    [
      'is a public key in base64',
      RSA.publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
      /^is a public key/,
    ],
    ['is a record of the DNS', RSA.record, /^is a public key/],
    ['is a certificate', '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----', /^is a certificate/],
    [
      'is in the format of OpenSSH',
      '-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl\n-----END OPENSSH PRIVATE KEY-----',
      /OpenSSH/,
    ],
    ['is EC', pemOf(ec), /kind EC, which DKIM does not know/],
    ['is EC in its own format', pemOf(ec, 'sec1'), /kind EC/],
    ['is of Ed448', pemOf(generateKeyPairSync('ed448').privateKey), /kind ED448/],
    ['is RSA-PSS', pemOf(generateKeyPairSync('rsa-pss', { modulusLength: 2048 }).privateKey), /kind RSA-PSS/],
    ['is RSA of 512 bits', rsaKey(512).pem, /RSA key of 512 bits/],
    ['is two keys', `${RSA.pem}${ED.pem}`, /several private keys/],
    ['is a list', [RSA.pem], /must be a text, but is a list/],
  ])('is refused when it %s', (_, pem, message) => {
    const error = settingsErrorOf(() => resolveMailSettings(withKey(pem)));
    expect(error.problems).toEqual([{ key: 'Dkim.PrivateKey', message: expect.stringMatching(message) }]);
    const printed = everyPrint(error) + String(error.stack);
    for (const line of String(pem)
      .split('\n')
      .filter(({ length }) => length > 30))
      expect(printed).not.toContain(line);
  });
});

describe('a warning at start tells', () => {
  const warningsOf = (input: MailSettingsInput): readonly string[] => readMailSettings(input).warnings;

  it.each([
    [1024, /has 1024 bits; use 2048 or more/],
    [1536, /has 1536 bits/],
    [5120, /has 5120 bits; use at most 4096/],
  ])(
    'that an RSA key of %d bits works and should be another',
    (bits, message) => {
      const { problems, warnings } = readMailSettings(withKey(rsaKey(bits).pem));
      expect(problems).toEqual([]);
      expect(warnings).toEqual([expect.stringMatching(message)]);
    },
    60_000,
  );

  it.each([
    ['contoso.com', 'a@contoso.com'],
    ['mail.contoso.com', 'a@contoso.com'],
    ['contoso.com', 'Ann <a@mail.contoso.com>'],
    ['mail.contoso.com', 'a@news.contoso.com'],
    ['mail.contoso.co.uk', 'a@contoso.co.uk'],
    ['mail.contoso.co.uk', 'a@news.contoso.co.uk'],
    ['xn--bcher-kva.example', 'a@bücher.example'],
    ['b.ibm.com', 'a@a.ibm.com'],
    ['mail.hp.com', 'a@news.hp.com'],
    ['mail.dhl.de', 'a@news.dhl.de'],
    ['mail.contoso.com.au', 'a@news.contoso.com.au'],
  ])('nothing of %s for mails of %s', (Domain, FromAddress) => {
    expect(warningsOf({ ...SMTP, FromAddress, Dkim: { ...KEY, Domain } })).toEqual([]);
  });

  it.each([
    ['contoso.net', 'a@contoso.com'],
    ['notcontoso.com', 'a@contoso.com'],
    ['fabrikam.co.uk', 'a@contoso.co.uk'],
    ['foo.info.pl', 'a@bar.info.pl'],
    ['fabrikam.com.br', 'a@contoso.com.br'],
    ['fabrikam.org.uk', 'a@contoso.org.uk'],
    ['fabrikam.ac.jp', 'a@contoso.ac.jp'],
  ])('that %s does not align with %s', (Domain, FromAddress) => {
    expect(warningsOf({ ...SMTP, FromAddress, Dkim: { ...KEY, Domain } })).toEqual([
      expect.stringContaining(`the domain ${Domain} does not align with FromAddress`),
    ]);
  });

  it('nothing when one of two keys aligns', () => {
    const Dkim = [{ ...KEY, Domain: 'provider.example' }, KEY];
    expect(warningsOf(withDkim(Dkim))).toEqual([]);
  });
});
