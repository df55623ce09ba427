import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { BlackHole } from '../support/black-hole.js';
import type { Certificate } from '../support/certificates.js';
import { createCertificateAuthority, createSelfSignedCertificate } from '../support/certificates.js';
import { runCli } from '../support/cli.js';
import type { MailSinkOptions } from '../support/mail-sink.js';
import { MailSink } from '../support/mail-sink.js';
import { PolicySmtpServer } from '../support/policy-smtp-server.js';
import type { Script } from '../support/scripted-smtp-server.js';
import { ScriptedSmtpServer } from '../support/scripted-smtp-server.js';
import { connectionLimit } from '../support/smtp-policies.js';
import type { TemporaryDirectory } from '../support/temporary-directory.js';
import { temporaryDirectory } from '../support/temporary-directory.js';
import type { Checked } from './checking.js';
import { check, checkWith, readCheck, writeSettings } from './checking.js';
import type { CommandResult } from './command-run.js';
import { CommandRun, runHere } from './command-run.js';

const DAY_MS = 86_400_000;
const hosts = ['localhost', '127.0.0.1'];
const authority = createCertificateAuthority('Contoso CA');
const LOGIN = { Username: 'relay', Password: 'a-secret-word' };
const AUTH = { user: LOGIN.Username, pass: LOGIN.Password };

let folder: TemporaryDirectory;
const opened: { close(): Promise<void> }[] = [];
beforeEach(() => {
  folder = temporaryDirectory();
});
afterEach(async () => {
  for (const item of opened.splice(0)) await item.close();
  folder.remove();
});

async function startSink(options: MailSinkOptions = {}): Promise<MailSink> {
  const sink = await MailSink.start(options);
  opened.push(sink);
  return sink;
}

async function startScripted(script: Script | ((index: number) => Script)): Promise<ScriptedSmtpServer> {
  const server = await ScriptedSmtpServer.start(script);
  opened.push(server);
  return server;
}

const at = ({ host, port }: { host: string; port: number }): { Host: string; Port: number } => ({
  Host: host,
  Port: port,
});
const TRUSTING = { authorities: [authority.cert] };

describe('A check of a server that is as it should be', () => {
  it('tells everything that it found, sends nothing, and logs in once', async () => {
    const certificate = authority.issue({ hosts, notAfter: new Date(Date.now() + 90.5 * DAY_MS) });
    const sink = await startSink({ tls: 'starttls', certificate, auth: AUTH, size: 35_882_577 });
    const settings = { ...at(sink), ...LOGIN, SecureSocketOption: 'StartTls' } as const;
    const env = { NODE_EXTRA_CA_CERTS: folder.write('ca.pem', authority.cert) };
    const result = await checkWith(folder, settings, args => runCli(args, { cwd: folder.path, env }));
    expect(result).toMatchObject({ code: 0, stderr: '' });
    expect(result.document.steps.map(({ step, status }) => `${step} ${status}`)).toEqual([
      'policy ok',
      'dns skipped',
      'connect ok',
      'greeting ok',
      'name ok',
      'tls ok',
      'certificate ok',
      'login ok',
      'size ok',
      'delivery ok',
    ]);
    expect(result.step('greeting')?.facts).toMatchObject({
      code: 220,
      text: expect.stringContaining('sink.test'),
    });
    expect(result.step('tls')?.facts).toMatchObject({ protocol: 'TLSv1.3', implicit: false });
    expect(result.step('certificate')?.facts).toMatchObject({
      subject: 'localhost',
      names: hosts,
      issuer: expect.stringContaining('Contoso CA'),
      daysLeft: 90,
      nameMatches: true,
      trusted: true,
      validTo: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    });
    expect(result.step('login')).toMatchObject({
      facts: { username: 'relay', mechanisms: ['PLAIN', 'LOGIN'] },
    });
    expect(result.step('size')?.facts).toMatchObject({ size: 35_882_577 });
    expect(result.stdout).not.toContain('a-secret-word');
    expect(sink.messages).toEqual([]);
    expect(sink.commands.filter(line => line.startsWith('AUTH'))).toHaveLength(1);
    expect(sink.commands.filter(line => /^(?:MAIL|RCPT|DATA)/.test(line))).toEqual([]);
  });

  it('does so too with TLS from the first byte, and by the name of the host', async () => {
    const sink = await startSink({ tls: 'implicit', certificate: authority.issue({ hosts }) });
    const settings = { Host: 'localhost', Port: sink.port, SecureSocketOption: 'SslOnConnect' } as const;
    const result = await check(folder, settings, TRUSTING);
    expect(result.code).toBe(0);
    expect(result.step('dns')).toMatchObject({
      status: 'ok',
      facts: { addresses: expect.arrayContaining(['127.0.0.1']) },
    });
    expect(result.step('tls')).toMatchObject({ status: 'ok', facts: { implicit: true } });
    expect(result.step('sender')).toMatchObject({ status: 'ok' });
    expect(result.step('login')).toMatchObject({ status: 'skipped' });
    expect(sink.messages).toEqual([]);
  });

  it('shows people a table of the settings and a line for each step, without colours and escapes', async () => {
    const sink = await startSink();
    const file = writeSettings(folder, {
      fromAddress: 'no-reply@contoso.com',
      Host: 'wrong',
      Prot: 1,
      CatchAllAddress: 'all@contoso.com',
    });
    const env = { MailSettings__Host: sink.host, MAILSETTINGS__PORT: String(sink.port) };
    const { code, stdout, stderr } = await runHere(['check'], { cwd: folder.path, env });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(file).toContain('appsettings.json');
    expect(stdout).toMatch(/^Settings: MailSettings, from appsettings\.json, then the environment$/m);
    expect(stdout).toMatch(/^ {2}fromAddress +no-reply@contoso\.com +appsettings\.json:3$/m);
    expect(stdout).toMatch(/^ {2}Host +127\.0\.0\.1 +environment MailSettings__Host$/m);
    expect(stdout).toMatch(/^ {2}PORT +\d+ +environment MAILSETTINGS__PORT$/m);
    expect(stdout).toMatch(/^ {2}MaxConnections +5 +default$/m);
    expect(stdout).toMatch(/^ {2}Password +- +not set$/m);
    expect(stdout).toMatch(/^warning +settings +.*"Prot" \(did you mean Port\?\)$/m);
    expect(stdout).toMatch(/^ok +policy +CatchAllAddress: all mail goes to all@contoso\.com/m);
    expect(stdout).toMatch(/^ok +tls +.*does not offer STARTTLS; they stay on this machine$/m);
    expect(stdout).toMatch(/^ok +delivery +Mails can be handed to 127\.0\.0\.1:\d+; nothing was sent$/m);
    expect(stdout).toMatch(/\nNothing failed, 1 warning\.\n$/);
    expect(stdout).not.toMatch(/[^\P{Cc}\n]/u);
  });
});

const EXPIRED = { notBefore: new Date('2020-01-01'), notAfter: new Date('2021-01-01') };
const FUTURE = { notBefore: new Date('2090-01-01'), notAfter: new Date('2091-01-01') };
const BAD_CERTIFICATES: Readonly<Record<string, [Certificate, RegExp, RegExp]>> = {
  'has expired': [authority.issue({ hosts, ...EXPIRED }), /has expired \(2021-01-01\)/, /Renew/],
  'is not valid yet': [authority.issue({ hosts, ...FUTURE }), /valid only from 2090-01-01/, /clocks/],
  'nobody but itself has signed': [
    createSelfSignedCertificate({ hosts }),
    /signed by nobody but itself/,
    /NODE_EXTRA_CA_CERTS/,
  ],
  'an unknown authority has signed': [
    createCertificateAuthority('Nobody').issue({ hosts }),
    /authority is not known here/,
    /NODE_EXTRA_CA_CERTS/,
  ],
  'is for another host': [
    authority.issue({ hosts: ['mail.contoso.com', 'mx.contoso.com'] }),
    /not for 127\.0\.0\.1 \(for mail\.contoso\.com, mx\.contoso\.com, by/,
    /Set Host to mail\.contoso\.com or mx\.contoso\.com/,
  ],
  'is for another host and has expired': [
    authority.issue({ hosts: ['mail.contoso.com'], ...EXPIRED }),
    /not for 127\.0\.0\.1; .*has expired/,
    /Set Host to .*Renew/,
  ],
};

describe.each(Object.entries(BAD_CERTIFICATES))(
  'A certificate that %s',
  (_, [certificate, message, advice]) => {
    it.each([
      ['StartTls', 'starttls'],
      ['SslOnConnect', 'implicit'],
    ] as const)('fails the check with %s, which says what to do and goes on looking', async (option, tls) => {
      const sink = await startSink({ tls, certificate, auth: AUTH });
      const settings = { ...at(sink), ...LOGIN, SecureSocketOption: option };
      const result = await check(folder, settings, TRUSTING);
      expect(result.code).toBe(1);
      expect(result.step('certificate')).toMatchObject({
        status: 'failed',
        message: expect.stringMatching(message),
        advice: expect.stringMatching(advice),
      });
      expect(result.step('login')).toMatchObject({
        status: 'skipped',
        facts: { mechanisms: ['PLAIN', 'LOGIN'] },
      });
      expect(result.step('delivery')).toMatchObject({
        status: 'failed',
        facts: { code: 'EMAILTLS', phase: 'tls' },
      });
      expect(sink.commands.filter(line => /^(?:AUTH|MAIL)/.test(line))).toEqual([]);
    });
  },
);

it('A certificate that ends soon is a warning with the day, and the check passes', async () => {
  const notAfter = new Date(Date.now() + 10.5 * DAY_MS);
  const sink = await startSink({ tls: 'starttls', certificate: authority.issue({ hosts, notAfter }) });
  const result = await check(folder, at(sink), TRUSTING);
  expect(result.code).toBe(0);
  expect(result.step('certificate')).toMatchObject({
    status: 'warning',
    message: expect.stringContaining('10 days left'),
    advice: expect.stringContaining(`before ${notAfter.toISOString().slice(0, 10)}`),
  });
});

describe('A pairing of port and SecureSocketOption that cannot work', () => {
  it('is recognised when a clear server is met with TLS, with the setting as it is written', async () => {
    const sink = await startSink();
    const settings = { ...at(sink), secureSocketOption: 'SslOnConnect' } as const;
    const result = await check(folder, settings);
    expect(result.code).toBe(1);
    expect(result.step('tls')).toMatchObject({
      status: 'failed',
      message: expect.stringMatching(/greets in clear \(220 sink\.test/),
      advice: 'Set secureSocketOption to StartTls or Auto',
    });
    expect(result.step('delivery')?.message).toContain('does not speak TLS from the first byte');
  });
});

describe('A TLS server that is met in clear', () => {
  const OPTIONS = ['Auto', 'StartTls', 'None', 'StartTlsWhenAvailable'] as const;
  let sinks: readonly MailSink[];
  let folders: readonly TemporaryDirectory[];
  let results: readonly Checked<CommandResult>[];

  // All at the same time: a check waits for seconds before it takes the server for silent.
  beforeAll(async () => {
    const certificate = authority.issue({ hosts });
    folders = OPTIONS.map(() => temporaryDirectory());
    sinks = await Promise.all(OPTIONS.map(() => MailSink.start({ tls: 'implicit', certificate })));
    results = await Promise.all(
      OPTIONS.map((option, index) => {
        const [own, sink] = [folders[index], sinks[index]];
        if (!own || !sink) throw new Error('There is a server and a folder for each option.');
        return check(own, { ...at(sink), SecureSocketOption: option }, TRUSTING);
      }),
    );
  });
  afterAll(async () => {
    for (const sink of sinks) await sink.close();
    for (const own of folders) own.remove();
  });

  it.each(OPTIONS)('is recognised by %s', option => {
    const result = results[OPTIONS.indexOf(option)];
    expect(result?.code).toBe(1);
    expect(result?.step('greeting')).toMatchObject({
      status: 'failed',
      message: expect.stringContaining('speaks TLS from the first byte'),
      advice: 'Set SecureSocketOption to SslOnConnect',
    });
    expect(result?.step('delivery')?.message).toContain('set it to SslOnConnect');
  });
});

describe('STARTTLS', () => {
  it('that is demanded and not offered fails the check', async () => {
    const sink = await startSink();
    const result = await check(folder, { ...at(sink), SecureSocketOption: 'StartTls' });
    expect(result.code).toBe(1);
    expect(result.step('tls')).toMatchObject({
      status: 'failed',
      message: expect.stringContaining('does not offer STARTTLS, which SecureSocketOption demands'),
    });
  });

  it('that is offered and refused fails the check', async () => {
    const server = await startScripted([
      { send: '220 hi\r\n' },
      { expect: /^EHLO/, send: '250-hi\r\n250 STARTTLS\r\n' },
      { expect: 'STARTTLS', send: '454 4.7.0 no certificate\r\n' },
    ]);
    const result = await check(folder, at(server));
    expect(result.code).toBe(1);
    expect(result.step('tls')).toMatchObject({
      status: 'failed',
      message: 'The server offers STARTTLS, but refuses it: 454 4.7.0 no certificate',
    });
  });

  it('that is offered and not wanted is not begun, and the certificate is not looked at', async () => {
    const sink = await startSink({ tls: 'starttls' });
    const result = await check(folder, { ...at(sink), SecureSocketOption: 'None' });
    expect(result.code).toBe(0);
    expect(result.step('tls')).toMatchObject({
      status: 'ok',
      message: expect.stringContaining('SecureSocketOption is None, although the server offers STARTTLS'),
    });
    expect(result.step('certificate')).toBeUndefined();
    expect(sink.errors).toEqual([]);
  });
});

it('A server that speaks only versions of TLS that are too old fails the check', async () => {
  const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;
  const server = await startScripted([
    { send: '220 hi\r\n' },
    { expect: /^EHLO/, send: '250-hi\r\n250 STARTTLS\r\n' },
    { expect: 'STARTTLS', send: '220 go\r\n' },
    { startTls: { ...authority.issue({ hosts }), ...old } },
  ]);
  const result = await check(folder, { ...at(server), EnableSsl: true });
  expect(result.code).toBe(1);
  expect(result.step('tls')).toMatchObject({
    status: 'failed',
    message: expect.stringMatching(/^No TLS: .*(?:protocol|alert)/i),
    advice: expect.stringContaining('TLS 1.2 or later'),
  });
});

describe('The login', () => {
  it('that is refused fails the check, was tried once, and the password stands nowhere', async () => {
    const sink = await startSink({ auth: { user: 'relay', pass: 'other' }, allowInsecureAuth: true });
    const result = await check(folder, { ...at(sink), ...LOGIN });
    expect(result.code).toBe(1);
    expect(result.step('login')).toMatchObject({
      status: 'failed',
      message: expect.stringMatching(/refuses the login of relay: 535 .*offers PLAIN, LOGIN/),
      advice: expect.stringContaining('Check Username and Password'),
      facts: { code: 535 },
    });
    expect(sink.commands.filter(line => line.startsWith('AUTH'))).toHaveLength(1);
    expect(result.stdout + result.stderr).not.toMatch(
      new RegExp(`a-secret-word|${Buffer.from('\0relay\0a-secret-word').toString('base64')}`),
    );
  });

  it('that is not offered fails the check', async () => {
    const sink = await startSink();
    const result = await check(folder, { ...at(sink), ...LOGIN });
    expect(result.code).toBe(1);
    expect(result.step('login')).toMatchObject({
      status: 'failed',
      message: expect.stringMatching(
        /offers no authentication, but Username is set.*Remove Username and Password/,
      ),
    });
  });

  it('that the server wants and the settings do not have fails the check, as each mail would fail', async () => {
    const sink = await startSink({ auth: AUTH, allowInsecureAuth: true });
    const result = await check(folder, at(sink));
    expect(result.code).toBe(1);
    expect(result.step('sender')).toMatchObject({
      status: 'failed',
      message: expect.stringMatching(/^The server does not take mails from no-reply@contoso\.com: 530 /),
      advice: 'Set Username and Password: the server wants a login',
    });
    expect(result.step('delivery')).toMatchObject({ status: 'failed', facts: { code: 'EMAILENVELOPE' } });
  });

  it('of nobody: a sender that is refused for now is a warning', async () => {
    const sink = await startSink({ rejectSender: () => ({ code: 451, message: '4.7.1 later' }) });
    const result = await check(folder, at(sink));
    expect(result.code).toBe(0);
    expect(result.step('sender')).toMatchObject({ status: 'warning', facts: { code: 451 } });
  });
});

describe('A server that is not there', () => {
  it('fails the check at its port', async () => {
    const server = createServer();
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const { port } = server.address() as AddressInfo;
    await once(server.close(), 'close');
    const result = await check(folder, { Host: '127.0.0.1', Port: port });
    expect(result.code).toBe(1);
    expect(result.step('connect')).toMatchObject({
      status: 'failed',
      message: `No connection to port ${port} (127.0.0.1: refused, nothing listens there)`,
      advice: expect.stringContaining('Check Host and Port'),
    });
    expect(result.document.steps.at(-1)).toMatchObject({ step: 'delivery', facts: { code: 'EMAILCONNECT' } });
  });

  it('tells with --verbose what was said with it', async () => {
    const server = await startScripted([{ send: '421 4.3.2 closed today\r\n' }, { close: true }]);
    const verbose = await check(folder, at(server), { args: ['--verbose'] });
    expect(verbose.step('delivery')?.transcript).toEqual(['S: 421 4.3.2 closed today']);
    const quiet = await check(folder, at(server));
    expect(quiet.step('delivery')).not.toHaveProperty('transcript');
    const text = await runHere(['check', '--verbose'], { cwd: folder.path });
    expect(text.stdout).toMatch(/^ {4}S: 421 4\.3\.2 closed today$/m);
  });

  it('fails the check at its name', async () => {
    const result = await check(folder, { Host: 'nowhere.invalid', ConnectionTimeout: 5 });
    expect(result.code).toBe(1);
    expect(result.step('dns')).toMatchObject({
      status: 'failed',
      message: expect.stringContaining('nowhere.invalid'),
      advice: expect.stringContaining('Check the spelling of Host'),
    });
    expect(result.step('connect')).toBeUndefined();
  });

  it('fails the check when the setting ConnectionTimeout is over, or --timeout', async () => {
    const hole = await BlackHole.open();
    opened.push(hole);
    const patient = await check(folder, { ...at(hole), ConnectionTimeout: 1 });
    expect(patient.code).toBe(1);
    expect(patient.step('connect')).toMatchObject({
      status: 'failed',
      message: expect.stringContaining('127.0.0.1: no answer'),
    });
    expect(patient.step('delivery')?.message).toContain('ConnectionTimeout (1 s)');
    const late = await check(folder, at(hole), { args: ['--timeout', '0.5'] });
    expect(late).toMatchObject({ code: 1, stderr: '' });
    expect(late.step('delivery')?.message).toMatch(
      /did not end within --timeout 0.5 s; the last one that did was dns/,
    );
  });

  it('leaves the process as soon as somebody presses Ctrl-C', async () => {
    const server = await startScripted([{ silence: true }]);
    writeSettings(folder, { ...at(server), FromAddress: 'a@contoso.com', ConnectionTimeout: 600 });
    const result = await runCli(['check'], {
      cwd: folder.path,
      onStart: child =>
        child.stdout?.on('data', (text: string) => {
          if (text.includes('as the application does')) child.kill('SIGINT');
        }),
    });
    expect(result).toMatchObject({ code: 130, signal: null, stderr: '' });
    expect(result.stdout).toMatch(/\nInterrupted\.\n$/);
  });
});

it('A check that is interrupted tells in JSON what it had found by then', async () => {
  const server = await startScripted([{ silence: true }]);
  writeSettings(folder, { ...at(server), FromAddress: 'a@contoso.com', ConnectionTimeout: 600 });
  const run = new CommandRun(['check', '--json'], { cwd: folder.path });
  while (server.connections === 0) await delay(5);
  const result = await run.stop();
  expect(result).toMatchObject({ code: 130, stderr: '' });
  expect(run.forcedEnd).toEqual({ code: 130, graceMs: 0 });
  const { document } = readCheck(result.stdout);
  expect(document).toMatchObject({ ok: false, exitCode: 130 });
  expect(document.steps.map(({ step }) => step)).toEqual(['policy', 'dns']);
});

describe('A server that is odd', () => {
  it.each([
    ['turns this machine away', '554 5.7.1 go away\r\n', /turns this machine away: 554 5\.7\.1 go away/],
    ['is none of mail', 'HTTP/1.1 400 Bad Request\r\n\r\n', /no SMTP reply: HTTP\/1\.1 400 Bad Request/],
  ])('and %s fails the check', async (_, greeting, message) => {
    const server = await startScripted([{ send: greeting }]);
    const result = await check(folder, { ...at(server), ConnectionTimeout: 3 });
    expect(result.code).toBe(1);
    expect(result.step('greeting')).toMatchObject({
      status: 'failed',
      message: expect.stringMatching(message),
    });
  });

  it('writes no control sequence to the terminal of who checks it', async () => {
    const server = await startScripted([
      { send: '220 \u001b]0;owned\u0007\u001b[31mred\u202e\r\n' },
      { expect: /^EHLO/, send: '250-hi\r\n250 SIZE 1000\r\n' },
      { expect: /^(?:MAIL|QUIT)/, send: '550 \u001b[2J\r\n' },
    ]);
    writeSettings(folder, { ...at(server), FromAddress: 'a@contoso.com', ConnectionTimeout: 3 });
    const { stdout } = await runHere(['check', '--timeout', '10'], { cwd: folder.path });
    expect(stdout).toContain('\\u001b]0;owned\\u0007\\u001b[31mred');
    expect(stdout).not.toMatch(/[^\P{C}\n]/u);
  });

  it('and takes one connection only is one that mails can be handed to', async () => {
    const server = await startScripted(index =>
      index === 0
        ? [
            { send: '220 hi\r\n' },
            { expect: /^EHLO/, send: '250 hi\r\n' },
            { expect: 'QUIT', send: '221 bye\r\n' },
          ]
        : [{ send: '421 4.7.0 too many connections\r\n' }],
    );
    const result = await check(folder, at(server));
    expect(result.code).toBe(0);
    expect(result.step('greeting')).toMatchObject({
      status: 'warning',
      message: expect.stringContaining('421 4.7.0 too many connections'),
    });
  });

  it('that knows only HELO is one that mails can be handed to', async () => {
    const server = await startScripted([
      { send: '220 hi\r\n' },
      { expect: /^EHLO/, send: '502 what\r\n' },
      { expect: /^HELO/, send: '250 hi\r\n' },
      { expect: /^(?:MAIL|QUIT)/, send: '250 ok\r\n' },
      { expect: 'RSET', send: '250 ok\r\n' },
    ]);
    const result = await check(folder, { ...at(server), SecureSocketOption: 'None' });
    expect(result.step('sender')).toMatchObject({ status: 'ok' });
    expect(result.code).toBe(0);
  });
});

it('With Enabled false nothing is tested, which is said and is no failure', async () => {
  const sink = await startSink();
  const result = await check(folder, { ...at(sink), Enabled: false });
  expect(result.code).toBe(0);
  expect(result.step('policy')).toMatchObject({
    status: 'warning',
    message: 'Enabled is false: nothing is sent, written or connected',
  });
  expect(result.step('delivery')).toMatchObject({ status: 'skipped' });
  expect(sink.connections).toBe(0);
});

describe('A check of a server with few connections', () => {
  const FULL = { say: '421 4.7.0 too many connections', end: 'close' } as const;

  async function startLimited(limit: number): Promise<PolicySmtpServer> {
    const server = await PolicySmtpServer.start(connectionLimit(limit, FULL).policy);
    opened.push(server);
    return server;
  }

  it.each([
    [2, '2 connections'],
    [3, '3 connections'],
    [4, '4 connections'],
  ])('tells that it gives %i at a time', async (limit, words) => {
    const server = await startLimited(limit);
    const result = await check(folder, at(server));
    expect(result.code).toBe(0);
    expect(result.step('connections')).toMatchObject({
      status: 'warning',
      message: expect.stringContaining(`gives this machine ${words} at a time, and MaxConnections is 5: 421`),
      advice: expect.stringContaining(`Set MaxConnections to ${limit}`),
      facts: { given: limit, wanted: 5, maxConnections: 5 },
    });
  });

  it('says nothing of it when MaxConnections are given, and asks for no more', async () => {
    const server = await startLimited(3);
    const result = await check(folder, { ...at(server), MaxConnections: 3 });
    expect(result.step('connections')).toBeUndefined();
    // That of the application, ours, and two more.
    expect(server.connections).toBe(4);
  });
});
