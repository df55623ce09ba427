import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { MailReceipt } from '../../lib/core/delivery/mail-receipt.js';
import type { MailDeliveryErrorDetails } from '../../lib/core/errors/mail-delivery-error.js';
import { BlackHole } from '../support/black-hole.js';
import { runCli } from '../support/cli.js';
import type { MailSinkOptions } from '../support/mail-sink.js';
import { MailSink } from '../support/mail-sink.js';
import type { RunOptions, RunResult } from '../support/run-script.js';
import { ScriptedSmtpServer } from '../support/scripted-smtp-server.js';
import { GREETED } from '../support/smtp-scripts.js';
import type { TemporaryDirectory } from '../support/temporary-directory.js';
import { temporaryDirectory } from '../support/temporary-directory.js';
import { writeSettings } from './checking.js';
import type { CommandResult } from './command-run.js';
import { CommandRun, runHere } from './command-run.js';

const LOGIN = { Username: 'relay', Password: 'a-secret-word' };

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

const write = (settings: object): string =>
  writeSettings(folder, { FromAddress: 'Contoso <no-reply@contoso.com>', ...settings });

function run(settings: object, args: readonly string[]): Promise<CommandResult> {
  write(settings);
  return runHere(['send-test', ...args], { cwd: folder.path });
}

/** Runs the command in a process of its own. */
function runProcess(settings: object, args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  write(settings);
  return runCli(['send-test', ...args], { cwd: folder.path, ...options });
}

const at = ({ host, port }: { host: string; port: number }): object => ({ Host: host, Port: port });
const TO = ['--to', 'ann@contoso.com'];

interface SendDocument {
  readonly ok: boolean;
  readonly receipt?: MailReceipt;
  readonly error?: MailDeliveryErrorDetails & { code: string };
  readonly policy: readonly string[];
}
const documentOf = ({ stdout }: CommandResult): SendDocument => JSON.parse(stdout) as SendDocument;

describe('nest-mailroom send-test', () => {
  it('says the setting LocalDomain in EHLO', async () => {
    const sink = await startSink();
    expect((await run({ ...at(sink), LocalDomain: 'Web7.contoso.com' }, TO)).code).toBe(0);
    expect(sink.commands).toContain('EHLO web7.contoso.com');
  });

  it('explains itself, and says what is missing', async () => {
    const help = await runHere(['send-test', '--help']);
    expect(help).toMatchObject({ code: 0, stderr: '' });
    for (const word of ['--to', '--template', '--context', '--culture', '--verbose', 'Exit code: 0'])
      expect(help.stdout).toContain(word);
    expect(await run({}, [])).toMatchObject({ code: 2, stderr: expect.stringMatching(/^--to is missing/) });
    expect(await run({}, TO)).toMatchObject({ code: 2, stderr: expect.stringContaining('Host: is missing') });
    const badAddress = await run({ Host: 'localhost', Port: 1 }, ['--to', 'a@b.com, c@d.com']);
    expect(badAddress).toMatchObject({ code: 2, stderr: expect.stringMatching(/^to\[0\]: /) });
  });

  it('hands a mail that is easily recognised to the server, and tells what it said', async () => {
    const sink = await startSink({ auth: { user: 'relay', pass: 'a-secret-word' }, allowInsecureAuth: true });
    const result = await run({ ...at(sink), ...LOGIN }, TO);
    expect(result).toMatchObject({ code: 0, stderr: '' });
    expect(result.stdout).toMatch(/^Sending a test mail to ann@contoso\.com by 127\.0\.0\.1:\d+ \.\.\.$/m);
    expect(result.stdout).toMatch(/^Accepted \(smtp\) for ann@contoso\.com, from no-reply@contoso\.com\.$/m);
    expect(result.stdout).toMatch(/^ {2}Server said: +250 /m);
    expect(result.stdout).toMatch(/^ {2}Message-ID: +<.+@contoso\.com>$/m);
    expect(result.stdout).not.toMatch(/[^\P{Cc}\n]|a-secret-word/u);
    const [mail] = sink.messages;
    expect(mail?.envelope).toMatchObject({ to: ['ann@contoso.com'] });
    expect(mail?.raw.toString()).toMatch(/^Subject: Test mail of \d{4}-\d\d-\d\d/m);
  });

  it('tells the receipt in JSON', async () => {
    const sink = await startSink();
    const result = await run(at(sink), [...TO, '--json']);
    expect(result).toMatchObject({ code: 0, stderr: '' });
    expect(documentOf(result)).toMatchObject({
      ok: true,
      exitCode: 0,
      delivery: 'smtp',
      host: sink.host,
      port: sink.port,
      receipt: { status: 'accepted', via: 'smtp', accepted: ['ann@contoso.com'] },
    });
  });

  it('writes a file into the pickup directory', async () => {
    const pickup = join(folder.path, 'pickup');
    mkdirSync(pickup);
    const result = await runProcess({ Host: 'pickup/' }, TO);
    expect(result).toMatchObject({ code: 0, stderr: '' });
    const [file = ''] = readdirSync(pickup);
    expect(result.stdout).toMatch(/^Written \(pickup\) for ann@contoso\.com/m);
    expect(result.stdout).toContain(join(pickup, file));
    expect(readFileSync(join(pickup, file), 'utf8')).toContain('Subject: Test mail of');
  });

  it('ends with 2 where an application would not start', async () => {
    expect(await run({ Host: 'nowhere/' }, TO)).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/Host: .*nowhere does not exist/),
    });
  });

  it('keeps the recipient policy, and says so', async () => {
    const sink = await startSink();
    const redirected = await run({ ...at(sink), catchAllAddress: 'all@contoso.com' }, TO);
    expect(redirected.code).toBe(0);
    expect(redirected.stdout).toMatch(/^Note: catchAllAddress: all mail goes to all@contoso\.com instead/m);
    expect(redirected.stdout).toMatch(/^Accepted \(smtp\) for all@contoso\.com/m);
    expect(redirected.stdout).toMatch(/^ {2}Dropped: +ann@contoso\.com \(to\): rule catch-all, /m);
    const kept = await run({ ...at(sink), AllowedDomains: 'fabrikam.com' }, TO);
    expect(kept.code).toBe(1);
    expect(kept.stdout).toMatch(/^Suppressed: nothing was sent\.$/m);
    expect(kept.stdout).toMatch(/ann@contoso\.com \(to\): rule allowed-domains/);
    const disabled = await run({ ...at(sink), Enabled: false }, [...TO, '--json']);
    expect(disabled.code).toBe(1);
    expect(documentOf(disabled)).toMatchObject({
      ok: false,
      policy: ['Enabled is false: nothing is sent, written or connected'],
      receipt: { status: 'suppressed', dropped: [{ rule: 'disabled' }] },
    });
    expect(sink.messages).toHaveLength(1);
  });

  it('sends a template with its context in a language', async () => {
    const sink = await startSink();
    folder.write('mails/hello/subject.en.hbs', 'Hello {{name}}');
    folder.write('mails/hello/subject.fr.hbs', 'Bonjour {{name}}');
    folder.write('mails/hello/text.en.hbs', 'Text');
    folder.write('mails/hello/text.fr.hbs', 'Texte');
    const context = folder.write('context.json', '{ "name": "Ann", } // as settings are read');
    const template = ['--templates', 'mails', '--template', 'hello'];
    const result = await run(at(sink), [...TO, ...template, '--context', context, '--culture', 'fr-CA']);
    expect(result).toMatchObject({ code: 0, stderr: '' });
    expect(sink.messages[0]?.raw.toString()).toContain('Subject: Bonjour Ann');
    expect(await run(at(sink), [...TO, ...template])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('name'),
    });
    const bad = folder.write('bad.json', '[1]');
    expect(await run(at(sink), [...TO, ...template, '--context', bad])).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/^--context: .*bad\.json must hold a JSON object/),
    });
    expect(await run(at(sink), [...TO, ...template, '--context', 'none.json'])).toMatchObject({
      code: 2,
      stderr: '--context: none.json does not exist.\n',
    });
    expect(await run(at(sink), [...TO, '--context', context])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--context goes with --template'),
    });
    expect(await run(at(sink), [...TO, '--template', 'helo'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('There is no template "helo"'),
    });
    expect(sink.messages).toHaveLength(1);
  });

  it('tells a refusal with its phase and code, and with --verbose what was said, without the password', async () => {
    const sink = await startSink({
      auth: { user: 'relay', pass: 'a-secret-word' },
      allowInsecureAuth: true,
      rejectRecipient: address =>
        address.startsWith('gone') ? { code: 550, message: '5.1.1 no such user' } : undefined,
    });
    const settings = { ...at(sink), ...LOGIN };
    const refused = await run(settings, ['--to', 'gone@contoso.com', '--verbose']);
    expect(refused.code).toBe(1);
    expect(refused.stdout).toMatch(/^Not delivered: .*550/m);
    expect(refused.stdout).toMatch(/^ {2}Code: +EMAILENVELOPE, phase envelope, reply 550$/m);
    expect(refused.stdout).toMatch(/^ {2}Another try: is pointless until something is changed$/m);
    expect(refused.stdout).toMatch(/^ {2}C: RCPT TO:<gone@contoso\.com>/m);
    expect(refused.stdout).not.toMatch(
      new RegExp(`a-secret-word|${Buffer.from('\0relay\0a-secret-word').toString('base64')}`),
    );
    const partly = await run(settings, [...TO, '--to', 'gone@contoso.com']);
    expect(partly.code).toBe(1);
    expect(partly.stdout).toMatch(/^Accepted \(smtp\) for ann@contoso\.com,/m);
    expect(partly.stdout).toMatch(/^ {2}Refused: +gone@contoso\.com: 550 5\.1\.1 no such user$/m);
    const wrong = await run({ ...settings, Password: 'another-secret' }, [...TO, '--json', '--verbose']);
    expect(wrong.code).toBe(1);
    expect(documentOf(wrong).error).toMatchObject({
      code: 'EMAILAUTH',
      phase: 'auth',
      responseCode: 535,
      transcript: expect.arrayContaining([expect.stringMatching(/^C: AUTH/)]),
    });
    expect(wrong.stdout + wrong.stderr).not.toContain('another-secret');
    expect(documentOf(await run({ ...settings, Password: 'x' }, [...TO, '--json'])).error).not.toHaveProperty(
      'transcript',
    );
  });

  it('ends when --timeout is over', async () => {
    const hole = await BlackHole.open();
    opened.push(hole);
    const result = await run(at(hole), [...TO, '--timeout', '0.5']);
    expect(result).toMatchObject({ code: 1, stderr: '' });
    expect(result.stdout).toMatch(/^Not delivered: It took longer than --timeout 0\.5 s/m);
  });

  it('says that it is not known when the reply to a whole mail does not come, and leaves at Ctrl-C', async () => {
    const server = await ScriptedSmtpServer.start([
      ...GREETED,
      { expect: /^MAIL FROM/, send: '250 ok\r\n' },
      { expect: /^RCPT TO/, send: '250 ok\r\n' },
      { expect: 'DATA', send: '354 go\r\n' },
      { expectData: true },
      { silence: true },
    ]);
    opened.push(server);
    write(at(server));
    const sending = new CommandRun(['send-test', ...TO, '--timeout', '1'], {
      cwd: folder.path,
      manualTimeout: true,
    });
    while (!server.received().includes('.')) await delay(5);
    const late = await sending.timeOut();
    expect(sending.forcedEnd).toEqual({ code: 1, graceMs: 500 });
    expect(late.code).toBe(1);
    expect(late.stdout).toMatch(/^Not known: /m);
    expect(late.stdout).toMatch(/^ {2}Another try: may send it twice/m);
    const interrupted = await runProcess(at(server), TO, {
      onStart: child =>
        child.stdout?.on('data', (text: string) => {
          if (text.includes('Sending')) child.kill('SIGINT');
        }),
    });
    expect(interrupted).toMatchObject({ code: 130, signal: null, stderr: '' });
    expect(interrupted.stdout).toMatch(/\nInterrupted\.\n$/);
  });
});
