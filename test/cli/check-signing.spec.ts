import dns from 'node:dns';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { DiagnosisStep } from '../../lib/cli/check/diagnosis-step.js';
import type { MailSettings } from '../../lib/core/settings/mail-settings.js';
import { ed25519Key, rsaKey } from '../support/dkim-keys.js';
import { verifyDkim } from '../support/dkim-verifier.js';
import type { DnsAnswer } from '../support/dns-server.js';
import { DnsServer } from '../support/dns-server.js';
import { MailSink } from '../support/mail-sink.js';
import { iisMail, publish } from '../support/relay-app.js';
import type { TemporaryDirectory } from '../support/temporary-directory.js';
import { temporaryDirectory } from '../support/temporary-directory.js';
import type { Checked } from './checking.js';
import { check, writeSettings } from './checking.js';
import type { CommandResult } from './command-run.js';
import { runHere } from './command-run.js';

const RSA = rsaKey();
const ED = ed25519Key();
const OTHER = rsaKey();
const NAME = 'mail._domainkey.contoso.com';
const DKIM = { Domain: 'contoso.com', Selector: 'mail', PrivateKey: RSA.pem };
const P = /p=(.*)$/.exec(RSA.record)?.[1] ?? '';

let folder: TemporaryDirectory;
let sink: MailSink;
const opened: { close(): Promise<void> }[] = [];
beforeEach(async () => {
  folder = temporaryDirectory();
  sink = await MailSink.start();
  opened.push(sink);
});
afterEach(async () => {
  for (const item of opened.splice(0)) await item.close();
  folder.remove();
});

async function nameServer(answer: DnsAnswer | undefined): Promise<DnsServer> {
  const server = await DnsServer.start(name => (name === NAME ? answer : undefined));
  opened.push(server);
  return server;
}

const at = (): { Host: string; Port: number } => ({ Host: sink.host, Port: sink.port });

async function checkOf(
  answer: DnsAnswer | undefined,
  settings: MailSettings,
): Promise<Checked<CommandResult>> {
  const server = await nameServer(answer);
  return check(folder, { ...at(), ...settings }, { nameServers: [server.address] });
}

const signing = ({ document }: Checked<CommandResult>): readonly DiagnosisStep[] =>
  document.steps.filter(({ step }) => step === 'signing');

describe('A check of who signs', () => {
  it.each([
    ['as it is published', RSA.record],
    ['without v= and k=', `p=${P}`],
    [
      'with blanks in it',
      `v=DKIM1 ; k=rsa; h = sha1:sha256 ; s=email; p= ${P.slice(0, 30)} ${P.slice(30)} ;`,
    ],
    [
      'in the form that the RFC has',
      `v=DKIM1; p=${RSA.publicKey.export({ format: 'der', type: 'pkcs1' }).toString('base64')}`,
    ],
  ])('finds the key in the DNS: %s', async (_, record) => {
    const result = await checkOf([record], { Dkim: DKIM });
    expect(signing(result)).toEqual([
      expect.objectContaining({
        status: 'ok',
        message: `Mails are signed with the key that receivers find at ${NAME}`,
        facts: expect.objectContaining({
          domain: 'contoso.com',
          selector: 'mail',
          algorithm: 'rsa-sha256',
          state: 'ok',
        }),
      }),
    ]);
    expect(result.code).toBe(0);
  });

  it('finds keys of Ed25519 and of several domains, a step for each', async () => {
    const server = await DnsServer.start(name => (name.startsWith('ed.') ? [ED.record] : [RSA.record]));
    opened.push(server);
    const Dkim = [DKIM, { Domain: 'contoso.com', Selector: 'ed', PrivateKey: ED.pem }];
    const result = await check(folder, { ...at(), Dkim }, { nameServers: [server.address] });
    expect(signing(result).map(({ status }) => status)).toEqual(['ok', 'ok']);
    expect(server.questions.toSorted()).toEqual(['ed._domainkey.contoso.com', NAME]);
  });

  const record = expect.stringContaining(`${NAME} TXT "v=DKIM1; k=rsa; p=`);
  it.each<[string, DnsAnswer | undefined, string, RegExp, unknown]>([
    ['there is none', undefined, 'missing', /There is no key at/, record],
    ['there is a name without a record', [], 'missing', /There is no key at/, record],
    ['it is another one', [OTHER.record], 'different', /is another one than mails are signed with/, record],
    ['it is of another kind', [ED.record], 'unusable', /kind ed25519, and mails are signed with rsa/, record],
    ['it is revoked', ['v=DKIM1; p='], 'revoked', /is revoked/, expect.stringContaining('another selector')],
    ['it is for another hash', [`v=DKIM1; h=sha1; p=${P}`], 'unusable', /hashes sha1 alone/, record],
    ['it is for another service', [`v=DKIM1; s=tlsrpt; p=${P}`], 'unusable', /not for mail/, record],
    ['it is of another version', [`v=DKIM2; p=${P}`], 'unusable', /is no DKIM key/, record],
    ['it is something else', ['v=spf1 -all'], 'unusable', /is no DKIM key/, record],
    ['its version comes last', [`p=${P}; v=DKIM1`], 'unusable', /v=DKIM1 must come first/, record],
    ['its version comes second', [`k=rsa; v=DKIM1; p=${P}`], 'unusable', /must come first/, record],
    ['its version is another and comes last', [`p=${P}; v=1`], 'unusable', /must come first/, record],
    ['it has its key twice', [`v=DKIM1; p=${P}; p=${P}`], 'unusable', /has the tag p= twice/, record],
    ['it has a tag in capitals', [`v=DKIM1; P=${P}`], 'unusable', /has no tag p=/, record],
    ['it has an empty tag', [`v=DKIM1;; p=${P}`], 'unusable', /is no DKIM key/, record],
    ['it has no p=', ['v=DKIM1; k=rsa'], 'unusable', /has no tag p=/, record],
    ['p= is no key', ['v=DKIM1; p=abc'], 'different', /is another one/, record],
    ['there are two', [RSA.record, OTHER.record], 'several', /has 2 TXT records/, record],
    [
      'it is marked as a test',
      [`v=DKIM1; t=y; p=${P}`],
      'testing',
      /marked as a test/,
      expect.stringContaining('t=y'),
    ],
    [
      'the name server fails',
      { code: 2 },
      'unknown',
      /could not be looked up \(ESERVFAIL\)/,
      expect.anything(),
    ],
    [
      'the name server refuses',
      { code: 5 },
      'unknown',
      /could not be looked up \(EREFUSED\)/,
      expect.anything(),
    ],
    ['the name server is silent', 'silence', 'unknown', /no answer in time|ETIMEOUT/, expect.anything()],
  ])(
    'warns about the key in the DNS when %s, and mails can leave',
    async (_, answer, state, message, advice) => {
      const result = await checkOf(answer, { Dkim: DKIM });
      expect(signing(result)).toEqual([
        {
          step: 'signing',
          status: 'warning',
          message: expect.stringMatching(message),
          advice,
          facts: expect.objectContaining({ name: NAME, state }),
        },
      ]);
      expect(result.document).toMatchObject({ ok: true, exitCode: 0 });
    },
  );

  const pickup = (): MailSettings => {
    folder.write('pickup/.keep', '');
    return { UseSpecifiedPickupDirectory: true, PickupDirectory: `${folder.path}/pickup` };
  };

  it.each<[string, DnsAnswer | undefined, string, string]>([
    ['finds the key in the DNS', [RSA.record], 'ok', 'ok'],
    ['warns of a key that is not there', undefined, 'warning', 'missing'],
  ])(
    'beside a pickup directory, for the relay that has the same settings, %s',
    async (_, answer, status, state) => {
      const Dkim = {
        Domain: 'contoso.com',
        Selector: 'mail',
        PrivateKeyFile: folder.write('dkim.pem', RSA.pem),
      };
      const server = await nameServer(answer);
      for (const host of [at(), {}]) {
        const result = await check(folder, { ...host, ...pickup(), Dkim }, { nameServers: [server.address] });
        expect(signing(result)).toEqual([
          expect.objectContaining({ status, facts: expect.objectContaining({ name: NAME, state }) }),
        ]);
        expect(result.document).toMatchObject({ ok: true, exitCode: 0 });
      }
    },
  );

  it.each<[string, object, string, RegExp]>([
    [
      'a file that is not there',
      { ...DKIM, PrivateKey: undefined, PrivateKeyFile: '/nowhere/a.pem' },
      'PrivateKeyFile',
      /\/nowhere\/a\.pem does not exist/,
    ],
    [
      'a damaged key',
      { ...DKIM, PrivateKey: RSA.pem.slice(0, 300) },
      'PrivateKey',
      /no private key that can be read/,
    ],
    ['a domain that is none', { ...DKIM, Domain: 'contoso' }, 'Domain', /must be the domain that signs/],
  ])('beside a pickup directory warns of %s', async (_, Dkim, key, message) => {
    const result = await checkOf([RSA.record], { ...pickup(), Dkim });
    expect(signing(result)).toEqual([
      expect.objectContaining({
        status: 'warning',
        message: expect.stringMatching(message),
        facts: { state: 'unreadable', key: `Dkim.${key}` },
      }),
    ]);
    expect(result.document).toMatchObject({ ok: true, exitCode: 0 });
    expect(JSON.stringify(result.document)).not.toContain(RSA.pem.split('\n')[1]);
  });

  it('prints the record to publish whole, in strings of at most 255 characters', async () => {
    const server = await nameServer(undefined);
    writeSettings(folder, { ...at(), FromAddress: 'a@contoso.com', Dkim: DKIM });
    const { stdout } = await runHere(['check'], { cwd: folder.path, nameServers: [server.address] });
    const [, strings = ''] = /mail\._domainkey\.contoso\.com TXT ((?:"[^"]+" ?)+)/.exec(stdout) ?? [];
    const parts = [...strings.matchAll(/"([^"]+)"/g)].map(([, part = '']) => part);
    expect(parts.join('')).toBe(RSA.record);
    expect(parts.every(part => part.length <= 255)).toBe(true);
  });

  it('asks the name servers that the process was told to ask', async () => {
    const server = await nameServer([RSA.record]);
    const before = dns.getServers();
    dns.setServers([server.address]);
    try {
      expect(signing(await check(folder, { ...at(), Dkim: DKIM })).map(({ status }) => status)).toEqual([
        'ok',
      ]);
    } finally {
      dns.setServers(before);
    }
  });

  it('has no step without a key, and asks nobody', async () => {
    const server = await nameServer([RSA.record]);
    const result = await check(folder, at(), { nameServers: [server.address] });
    expect(signing(result)).toEqual([]);
    expect(server.questions).toEqual([]);
  });

  it('says also what it finds when the mail server cannot be reached', async () => {
    const result = await checkOf([RSA.record], { Dkim: DKIM, Port: 1 });
    expect(signing(result).map(({ status }) => status)).toEqual(['ok']);
    expect(result.document.steps.at(-1)).toMatchObject({ step: 'delivery', status: 'failed' });
  });
});

describe('The settings that a check explains', () => {
  it('tell domain, selector and where the key comes from, with file and line, and never the key', async () => {
    folder.write('keys/dkim.pem', RSA.pem);
    folder.write(
      'appsettings.json',
      `{ "MailSettings": {\n"FromAddress": "a@contoso.com", "Host": "${sink.host}", "Port": ${sink.port},\n"dkim": [ {\n"Domain": "contoso.com",\n"Selector": "mail", "PrivateKeyFile": "keys/dkim.pem" },\n { "Domain": "contoso.com", "Selector": "ed" } ] } }`,
    );
    const env = { MailSettings__Dkim__1__PrivateKey: ED.pem };
    const server = await nameServer(undefined);
    const { stdout } = await runHere(['check'], { cwd: folder.path, env, nameServers: [server.address] });
    expect(stdout).toMatch(/dkim\.0\.Domain +contoso\.com +appsettings\.json:4/);
    expect(stdout).toMatch(/dkim\.0\.Selector +mail +appsettings\.json:5/);
    expect(stdout).toMatch(/dkim\.0\.PrivateKeyFile +\S+keys\/dkim\.pem +appsettings\.json:5/);
    expect(stdout).toMatch(/dkim\.1\.PrivateKey +\*{8} +environment MailSettings__Dkim__1__PrivateKey/);
    for (const pem of [RSA.pem, ED.pem]) expect(stdout).not.toContain(pem.split('\n')[1]);
  });

  it('tell where a key is wrong, and a password file by its path', async () => {
    writeSettings(folder, {
      ...at(),
      FromAddress: 'a@contoso.com',
      Username: 'ann',
      PasswordFile: folder.write('password', 'hunter2-geheim'),
      Dkim: { ...DKIM, PrivateKey: `${RSA.pem.slice(0, 300)}` },
    });
    const { code, stdout } = await runHere(['check'], { cwd: folder.path });
    expect(code).toBe(2);
    expect(stdout).toMatch(
      /failed +settings +Dkim\.PrivateKey: is no private key .*\(appsettings\.json:\d+\)/,
    );
    expect(stdout).toMatch(/PasswordFile +\S+\/password/);
    expect(stdout).not.toContain('hunter2-geheim');
    expect(stdout).not.toContain(RSA.pem.split('\n')[1]);
  });
});

describe('A command that sends', () => {
  const settings = (more: object = {}): string =>
    writeSettings(folder, { ...at(), FromAddress: 'no-reply@contoso.com', Dkim: DKIM, ...more });
  const failures = (): (string | undefined)[] =>
    verifyDkim(sink.messages[0]?.raw ?? Buffer.alloc(0), () => RSA.record).map(({ failure }) => failure);

  it('signs: send-test', async () => {
    settings();
    expect((await runHere(['send-test', '--to', 'ann@contoso.com'], { cwd: folder.path })).code).toBe(0);
    expect(failures()).toEqual([undefined]);
  });

  it('signs: relay', async () => {
    folder.write('pickup/.keep', '');
    publish(`${folder.path}/pickup`, 'a.eml', iisMail('a'));
    settings({ UseSpecifiedPickupDirectory: true, PickupDirectory: 'pickup' });
    expect((await runHere(['relay', '--once'], { cwd: folder.path })).code).toBe(0);
    expect(failures()).toEqual([undefined]);
  });
});
