import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { nameStep } from '../../lib/cli/check/name-step.js';
import { createSelfSignedCertificate } from '../support/certificates.js';
import type { Script } from '../support/scripted-smtp-server.js';
import { ScriptedSmtpServer } from '../support/scripted-smtp-server.js';
import type { TemporaryDirectory } from '../support/temporary-directory.js';
import { temporaryDirectory } from '../support/temporary-directory.js';
import { check } from './checking.js';
import { runHere } from './command-run.js';

let folder: TemporaryDirectory;
const opened: { close(): Promise<void> }[] = [];
beforeEach(() => {
  folder = temporaryDirectory();
});
afterEach(async () => {
  for (const item of opened.splice(0)) await item.close();
  folder.remove();
});

/** Checks a server that follows this script. */
async function checked(script: Script, settings: object) {
  const server = await ScriptedSmtpServer.start(script);
  opened.push(server);
  const result = await check(folder, {
    Host: server.host,
    Port: server.port,
    ConnectionTimeout: 3,
    ...settings,
  });
  return { server, result };
}

const TAKES: Script = [
  { send: '220 hi\r\n' },
  { expect: /^EHLO/, send: '250 hi\r\n' },
  { expect: /^(?:MAIL|QUIT)/, send: '250 ok\r\n' },
  { expect: /^(?:RSET|QUIT)/, send: '250 ok\r\n' },
];

describe('A check tells the name in EHLO', () => {
  it('and says the same one as the application, under the name of the setting as it was written', async () => {
    const { server, result } = await checked(TAKES, { localdomain: 'Web7.contoso.com' });
    expect(result.step('name')).toEqual({
      step: 'name',
      status: 'ok',
      message: 'This machine greets servers as web7.contoso.com (the setting localdomain)',
      facts: { name: 'web7.contoso.com', origin: 'LocalDomain' },
    });
    expect([server.received(0)[0], server.received(1)[0]]).toEqual([
      'EHLO web7.contoso.com',
      'EHLO web7.contoso.com',
    ]);
    expect(result.code).toBe(0);
  });

  it('and says the same one when nothing is set', async () => {
    const { server, result } = await checked(TAKES, {});
    const name = String(result.step('name')?.facts?.['name']);
    expect([server.received(0)[0], server.received(1)[0]]).toEqual([`EHLO ${name}`, `EHLO ${name}`]);
  });

  it.each(['web7', '[192.0.2.1]', '[IPv6:2001:db8::1]'])(
    'and warns when it is no host name with a dot: %s',
    async LocalDomain => {
      const { result } = await checked(TAKES, { LocalDomain });
      expect(result.step('name')).toMatchObject({
        status: 'warning',
        message: expect.stringContaining(LocalDomain),
        advice: expect.stringContaining('Set LocalDomain'),
      });
      expect(result.code).toBe(0);
    },
  );

  it('once, also when EHLO is said again under TLS', async () => {
    const certificate = createSelfSignedCertificate({ hosts: ['127.0.0.1'] });
    const { server, result } = await checked(
      [
        { send: '220 hi\r\n' },
        { expect: /^EHLO/, send: '250-hi\r\n250 STARTTLS\r\n' },
        { expect: 'STARTTLS', send: '220 go\r\n' },
        { startTls: certificate },
        ...TAKES.slice(1),
      ],
      { LocalDomain: 'web7.contoso.com', SecureSocketOption: 'StartTls' },
    );
    expect(result.document.steps.filter(({ step }) => step === 'name')).toHaveLength(1);
    expect(server.received(1)).toContain('EHLO web7.contoso.com');
  });

  it('and that the server refuses it', async () => {
    const reply = '504 5.5.2 <web7>: Helo command rejected: need fully-qualified hostname\r\n';
    const { result } = await checked(
      [{ send: '220 hi\r\n' }, { expect: 'EHLO web7', send: reply }, { expect: 'HELO web7', send: reply }],
      { LocalDomain: 'web7' },
    );
    expect(result.code).toBe(1);
    expect(result.step('name')).toMatchObject({
      status: 'failed',
      message: expect.stringContaining('the server refuses it: 504 5.5.2 <web7>'),
      advice: expect.stringContaining('Set LocalDomain'),
      facts: { name: 'web7', code: 504 },
    });
    expect(result.step('delivery')).toMatchObject({
      status: 'failed',
      message: expect.stringMatching(/web7; .*LocalDomain/),
    });
  });

  it('in words', async () => {
    const server = await ScriptedSmtpServer.start(TAKES);
    opened.push(server);
    const settings = {
      Host: server.host,
      Port: server.port,
      FromAddress: 'a@contoso.com',
      LocalDomain: 'web7',
    };
    folder.write('appsettings.json', JSON.stringify({ MailSettings: settings }));
    const { stdout } = await runHere(['check'], { cwd: folder.path });
    expect(stdout).toMatch(/^ {2}LocalDomain +web7 +appsettings\.json:1$/m);
    expect(stdout).toMatch(
      /^warning +name +This machine greets servers as web7 \(the setting LocalDomain\)/m,
    );
  });
});

describe('A name in EHLO', () => {
  const own = (key: string): string => `Own${key}`;

  it.each([
    ['hostname', 'the host name of this machine'],
    ['FromAddress', 'the domain of OwnFromAddress'],
    ['LocalDomain', 'the setting OwnLocalDomain'],
    ['smtp.name', 'the option smtp.name'],
    ['address', 'its own address of the connection'],
  ] as const)('is told with where it comes from: %s', (origin, words) => {
    expect(nameStep({ name: 'web7.contoso.com', origin }, undefined, own).message).toContain(`(${words})`);
  });

  it.each([
    ['closed', 'ends the connection', true],
    ['silent', 'does not answer', false],
  ] as const)(
    'is told with what the server did, and with advice only where it did something: %s',
    (refusal, words, advised) => {
      const step = nameStep({ name: 'web7.contoso.com', origin: 'LocalDomain' }, refusal, own);
      expect(step).toMatchObject({ status: 'failed', message: expect.stringContaining(words) });
      expect(step.advice !== undefined).toBe(advised);
    },
  );
});
