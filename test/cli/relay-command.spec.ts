import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { runCli } from '../support/cli.js';
import { MailSink } from '../support/mail-sink.js';
import { iisMail, publish } from '../support/relay-app.js';
import type { RunOptions, RunResult } from '../support/run-script.js';
import type { TemporaryDirectory } from '../support/temporary-directory.js';
import { temporaryDirectory } from '../support/temporary-directory.js';
import type { CommandResult, CommandRunOptions } from './command-run.js';
import { CommandRun, runHere } from './command-run.js';

let folder: TemporaryDirectory;
let sink: MailSink;
beforeEach(async () => {
  folder = temporaryDirectory();
  sink = await MailSink.start({
    rejectRecipient: address =>
      address.startsWith('gone')
        ? { code: 550, message: '5.1.1 no such user' }
        : address.startsWith('busy')
          ? { code: 450, message: '4.2.1 busy' }
          : undefined,
  });
});
afterEach(async () => {
  await sink.close();
  folder.remove();
});

const pickup = (): string => join(folder.path, 'pickup');
const mails = (): string[] => readdirSync(pickup()).filter(name => name.endsWith('.eml'));

/** Writes a settings file whose pickup directory lies beside it. */
function settings(more: object = {}, section = 'MailSettings'): string {
  folder.write('pickup/.keep', '');
  const values = {
    FromAddress: 'no-reply@contoso.com',
    UseSpecifiedPickupDirectory: true,
    PickupDirectory: 'pickup',
    Host: sink.host,
    Port: sink.port,
    Password: 'a-secret-word',
    Username: 'relay',
    SecureSocketOption: 'None',
    ...more,
  };
  const file = `{ // as .NET reads it\n "${section}": ${JSON.stringify(values)}, }`;
  return folder.write('appsettings.json', file);
}

const WITHOUT_LOGIN = { Username: undefined, Password: undefined };

function command(args: readonly string[], options: CommandRunOptions = {}): Promise<CommandResult> {
  return runHere(args, { cwd: folder.path, ...options });
}

/** Runs the command in a process of its own. */
function commandProcess(args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  return runCli(args, { cwd: folder.path, ...options });
}

function events({ stdout }: { readonly stdout: string }): { event: string; [key: string]: unknown }[] {
  return stdout
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line) as { event: string });
}

describe('nest-mailroom', () => {
  it('explains itself, and each command', async () => {
    expect(await command(['--help'])).toMatchObject({
      code: 0,
      stderr: '',
      stdout: expect.stringContaining('relay'),
    });
    const help = await command(['relay', '--help']);
    expect(help).toMatchObject({ code: 0, stderr: '' });
    for (const option of [
      '--settings',
      '--section',
      '--directory',
      '--once',
      '--badmail',
      '--undo-dot-stuffing',
    ])
      expect(help.stdout).toContain(option);
  });

  it('says what is wrong with a command line, and how it is right', async () => {
    expect(await command([])).toMatchObject({ code: 2, stdout: expect.stringContaining('Usage') });
    expect(await command(['relai'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('no command "relai"'),
    });
    expect(await command(['relay', '--setings', 'x'])).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/setings[^]*Usage: nest-mailroom relay/),
    });
    expect(await command(['relay', '--settings', settings(), '--concurrency', 'many'])).toMatchObject({
      code: 2,
      stderr: '--concurrency must be a number, not "many".\n',
    });
  });
});

describe('nest-mailroom relay', () => {
  it('says every problem of the settings, without a stack and without a secret', async () => {
    const file = settings({ Port: 'smtp', Host: undefined, PickupDirectory: 'missing' });
    const { code, stderr, stdout } = await command(['relay', '--settings', file, '--once']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(/Port: [^]*Host: is missing[^]*PickupDirectory: .*missing does not exist/);
    expect(stderr).not.toMatch(/a-secret-word|\n {4}at /);
  });

  it('says which section is missing, and which file', async () => {
    const file = settings();
    expect(await command(['relay', '--settings', file, '--section', 'Mail'])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('has no section Mail'),
    });
    expect(await command(['relay', '--settings', 'none.json'])).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(/none\.json: does not exist/),
    });
  });

  it('--once drains the folder, tells it in JSON lines, and ends with 0', async () => {
    const file = settings(WITHOUT_LOGIN);
    publish(pickup(), 'a.eml', iisMail('a'));
    publish(pickup(), 'b.eml', iisMail('b'));
    const result = await command(['relay', '--settings', file, '--once']);
    expect(result).toMatchObject({ code: 0, stderr: '' });
    expect(events(result).map(({ event }) => event)).toEqual(['started', 'sent', 'sent', 'ended']);
    expect(events(result).at(-1)).toMatchObject({ sent: 2, deferred: 0, rejected: 0, remaining: 0 });
    expect(sink.messages).toHaveLength(2);
    expect(mails()).toEqual([]);
  });

  it('--once ends with 0 for an empty folder', async () => {
    expect(await command(['relay', '--settings', settings(WITHOUT_LOGIN), '--once'])).toMatchObject({
      code: 0,
    });
  });

  it('--once tries what was deferred before, each mail once, and ends with 1 while something is left', async () => {
    const file = settings(WITHOUT_LOGIN);
    publish(pickup(), 'busy.eml', iisMail('busy', ['ann@contoso.com', 'busy@contoso.com']));
    publish(pickup(), 'gone.eml', iisMail('gone', ['gone@contoso.com']));
    const first = await command(['relay', '--settings', file, '--once']);
    expect(first.code).toBe(1);
    expect(events(first).at(-1)).toMatchObject({ sent: 0, deferred: 1, rejected: 1, remaining: 1 });
    const second = await command(['relay', '--settings', file, '--once']);
    expect(second.code).toBe(1);
    expect(events(second).filter(({ event }) => event === 'deferred')).toEqual([
      expect.objectContaining({ file: 'busy.eml', attempts: 2 }),
    ]);
    expect(sink.messages.map(message => message.envelope.to)).toEqual([['ann@contoso.com']]);
    expect(mails()).toEqual(['busy.eml']);
  });

  it('--once ends with 1 and says why when the server cannot be used, and leaves every file', async () => {
    const file = settings({ ...WITHOUT_LOGIN, Port: 1 });
    for (let index = 0; index < 20; index++) publish(pickup(), `${index}.eml`, iisMail(`m${index}`));
    const result = await command(['relay', '--settings', file, '--once']);
    expect(result.code).toBe(1);
    expect(events(result).filter(({ event }) => event === 'paused')).toHaveLength(1);
    expect(mails()).toHaveLength(20);
    expect(existsSync(join(pickup(), '.mailroom'))).toBe(false);
  });

  it('takes the Agent’s section, a folder of its own, and the environment over the file', async () => {
    settings({ ...WITHOUT_LOGIN, Port: 1 });
    const other = folder.write('other/.keep', '');
    publish(dirname(other), 'x.eml', iisMail('x'));
    const result = await command(['relay', '--directory', 'other', '--once'], {
      env: { MailSettings__Port: String(sink.port) },
    });
    expect(result.code).toBe(0);
    expect(readdirSync(dirname(other))).toEqual(['.keep']);

    const file = folder.write(
      'agent.json',
      JSON.stringify({
        PasswordResetSettings: {
          MailSettings: { Host: sink.host, Port: sink.port, PickupDirectory: 'pickup' },
        },
      }),
    );
    publish(pickup(), 'y.eml', iisMail('y'));
    expect(await command(['relay', '--settings', file, '--once'])).toMatchObject({ code: 0 });
    publish(pickup(), 'z.eml', iisMail('z'));
    const named = ['--section', 'passwordresetsettings:MailSettings'];
    expect(await command(['relay', '--settings', file, ...named, '--once'])).toMatchObject({ code: 0 });
    expect(sink.messages).toHaveLength(3);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)(
    'runs until %s, then says what was done and ends with 0',
    async signal => {
      const file = settings(WITHOUT_LOGIN);
      publish(pickup(), 'a.eml', iisMail('a'));
      const result = await commandProcess(['relay', '--settings', file, '--poll', '0.1'], {
        onStart: child =>
          child.stdout?.on('data', (text: string) => {
            if (text.includes('"a.eml"')) publish(pickup(), 'b.eml', iisMail('b', ['busy@contoso.com']));
            if (text.includes('"event":"deferred"')) child.kill(signal);
          }),
      });
      expect(result).toMatchObject({ code: 0, signal: null, stderr: '' });
      expect(events(result).at(-1)).toMatchObject({
        event: 'ended',
        sent: 1,
        deferred: 1,
        rejected: 0,
        remaining: 1,
      });
      expect(mails()).toEqual(['b.eml']);
    },
  );

  it('--once waits until it knows whether a relay of another machine lives, and takes up what it had', async () => {
    const file = settings(WITHOUT_LOGIN);
    const berth = join('pickup', '.mailroom', 'relays', 'far');
    folder.write(join(berth, 'claimed', 'x.eml'), iisMail('x'));
    const lease = { process: { machine: 'elsewhere', pid: 1 }, leaseMs: 1000, beat: 3 };
    folder.write(join(berth, 'lease.json'), JSON.stringify(lease));
    const result = await command(['relay', '--settings', file, '--once']);
    expect(result.code).toBe(0);
    expect(events(result).map(({ event }) => event)).toEqual([
      'started',
      'problem',
      'recovered',
      'sent',
      'ended',
    ]);
    expect(sink.messages).toHaveLength(1);
  });

  it('ends in order when nobody reads its output any more', async () => {
    const file = settings(WITHOUT_LOGIN);
    for (let index = 0; index < 300; index++) publish(pickup(), `${index}.eml`, iisMail(`m${index}`));
    const result = await commandProcess(['relay', '--settings', file], {
      onStart: child => child.stdout?.once('data', () => child.stdout?.destroy()),
    });
    expect(result).toMatchObject({ code: 0, signal: null, stderr: '' });
    expect(sink.messages.length + mails().length).toBe(300);
    expect(existsSync(join(pickup(), '.mailroom'))).toBe(false);
  });

  it('--once ends when it is stopped before it has begun', async () => {
    const file = settings(WITHOUT_LOGIN);
    publish(pickup(), 'a.eml', iisMail('a'));
    const run = new CommandRun(['relay', '--settings', file, '--once'], { cwd: folder.path });
    await run.untilStdout('"event":"started"');
    expect(await run.stop()).toMatchObject({ code: 130, stderr: '' });
    expect(sink.messages.length + mails().length).toBe(1);
  });

  it('takes nothing while Enabled is false, and says so', async () => {
    const file = settings({ ...WITHOUT_LOGIN, Enabled: false });
    publish(pickup(), 'a.eml', iisMail('a'));
    const result = await command(['relay', '--settings', file, '--once']);
    expect(events(result)).toContainEqual(
      expect.objectContaining({ reason: expect.stringContaining('Enabled is false') }),
    );
    expect(sink.connections).toBe(0);
    expect(mails()).toEqual(['a.eml']);
  });

  it('never writes the password, also when the server refuses it', async () => {
    const strict = await MailSink.start({ auth: { user: 'relay', pass: 'other' }, allowInsecureAuth: true });
    try {
      const file = settings({ Port: strict.port });
      publish(pickup(), 'a.eml', iisMail('a'));
      const { code, stdout, stderr } = await command(['relay', '--settings', file, '--once']);
      expect(code).toBe(1);
      expect(stdout).toContain('535');
      expect(stdout + stderr).not.toContain('a-secret-word');
    } finally {
      await strict.close();
    }
  });
});
