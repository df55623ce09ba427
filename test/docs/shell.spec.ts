import { cpSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { COMMANDS } from '../../lib/cli/commands.js';
import { appsettings } from '../../lib/core/settings/appsettings.js';
import { readMailSettings } from '../../lib/core/settings/read-mail-settings.js';
import { unreadVariables } from '../../lib/core/settings/unread-variables.js';
import { runCli } from '../support/cli.js';
import { MailSink } from '../support/mail-sink.js';
import type { TemporaryDirectory } from '../support/temporary-directory.js';
import { temporaryDirectory } from '../support/temporary-directory.js';
import { codeBlocks } from './code-blocks.js';
import { foreignCommand } from './foreign-options.js';
import { allPages, page, ROOT } from './pages.js';
import type { ShellCommand } from './shell-lines.js';
import { shellCommands } from './shell-lines.js';

interface Manifest {
  readonly name: string;
  readonly scripts: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
}

const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Manifest;
const commands = shellCommands();
const beginning = (...words: string[]): (readonly [title: string, command: ShellCommand])[] =>
  commands
    .filter(command => words.every((word, index) => command.words[index] === word))
    .map(command => [command.title, command] as const);

/** Commands of the package that run until they are told to end. */
const runsOn = (args: readonly string[]): boolean =>
  args[0] === 'preview' || (args[0] === 'relay' && !args.includes('--once'));

/** Commands that no test runs, and why there is nothing to check. */
const UNCHECKED: Readonly<Record<string, string>> = {
  'npm ci': 'installs what the lock file says; .ci/run begins with it',
  'npm test': 'runs this test',
  mkdir: 'makes a folder, which the commands of the package find in the test',
};

/** Variables of the command for queues, which the sample reads as well. */
const QUEUE_VARIABLES: readonly string[] = ['MAIL_QUEUE_CONNECTION', 'MAIL_QUEUE_KEYS'];

/** Starting a process takes long on a machine that is busy. */
const PATIENCE_MS = 60_000;

describe('Shell commands of the pages', () => {
  const owner = (words: readonly string[]): string | undefined => {
    const [first = '', second = ''] = words;
    const pair = `${first} ${second}`;
    if (Object.hasOwn(UNCHECKED, pair) || Object.hasOwn(UNCHECKED, first)) return 'unchecked';
    if (['npm run', 'npm install', 'npx nest-mailroom'].includes(pair)) return pair;
    if (['export', 'node'].includes(first)) return first;
    // Checked by the test of the commands of other programs.
    return foreignCommand(words);
  };

  it('are of a kind that a test checks', () => {
    expect(commands.length).toBeGreaterThan(15);
    expect(commands.filter(({ words }) => owner(words) === undefined).map(({ title }) => title)).toEqual([]);
  });

  it.each(beginning('npm', 'run'))('name a script of package.json: %s', (_title, { words }) => {
    expect(Object.keys(manifest.scripts)).toContain(words[2]);
  });

  it('name scripts of package.json within sentences, too', () => {
    const named = allPages().flatMap(({ path, text }) =>
      [...text.matchAll(/`npm run ([\w:-]+)/g)].map(([, script = '']) => ({ path, script })),
    );
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter(({ script }) => !Object.hasOwn(manifest.scripts, script))).toEqual([]);
  });

  it('name commands of the package within sentences, too', () => {
    const named = allPages().flatMap(({ path, text }) =>
      [...text.matchAll(/`npx nest-mailroom ([a-z][\w-]*(?: (?:lint|bundle))?)/g)].map(
        ([, command = '']) => ({
          path,
          command,
        }),
      ),
    );
    expect(named.length).toBeGreaterThan(3);
    expect(named.filter(({ command }) => !Object.hasOwn(COMMANDS, command))).toEqual([]);
  });

  it.each(beginning('npm', 'install'))('install this package or a peer: %s', (_title, { words }) => {
    const packages = words.slice(2).filter(word => !word.startsWith('-'));
    const known = [manifest.name, ...Object.keys(manifest.peerDependencies)];
    expect(packages.length).toBeGreaterThan(0);
    expect(packages.filter(name => !known.includes(name))).toEqual([]);
  });

  it.each(beginning('node'))('start what is there: %s', (_title, { words: [, script = ''] }) => {
    const source = script.replace('/dist/', '/').replace(/\.js$/, '.ts');
    expect(existsSync(join(ROOT, source))).toBe(true);
  });

  it.each(beginning('export'))('set variables that are read: %s', (_title, { words }) => {
    const env = Object.fromEntries(
      words.slice(1).map(word => /^(\w+)=(.*)$/.exec(word)?.slice(1) ?? [word, '']),
    );
    const names = Object.keys(env);
    // The sample's own, which its configuration reads by this name, and those of the command for queues.
    const own = names.filter(name => name !== 'TokenSigning__Secret' && !QUEUE_VARIABLES.includes(name));
    const { warnings } = readMailSettings(appsettings([], { ...env, MailSettings__Enabled: 'false' })());
    expect(own.filter(name => !/^(?:PasswordResetSettings__)?MailSettings__\w+$/.test(name))).toEqual([]);
    expect({ warnings, unread: unreadVariables(env) }).toEqual({ warnings: [], unread: [] });
  });

  describe('of the package', () => {
    let sink: MailSink;
    let directory: TemporaryDirectory;
    beforeAll(async () => {
      sink = await MailSink.start();
      directory = temporaryDirectory();
      directory.write('appsettings.json', '{ "MailSettings": {} }');
      const folders = commands
        .filter(({ words }) => words[0] === 'mkdir')
        .flatMap(({ words }) => words.slice(1).filter(word => /^\w+$/.test(word)));
      for (const folder of new Set(['pickup', ...folders])) mkdirSync(join(directory.path, folder));
      const templates = codeBlocks(page('docs/typed-templates.md')).filter(({ info }) =>
        info.endsWith('.hbs'),
      );
      for (const folder of ['src', 'src/mail'])
        for (const { info, code } of templates) directory.write(`${folder}/${info}`, code);
      for (const part of ['server/templates', 'relay/appsettings.json'])
        cpSync(join(ROOT, 'sample-app', part), join(directory.path, 'sample-app', part), { recursive: true });
    });
    afterAll(async () => {
      await sink.close();
      directory.remove();
    });

    // Those for queues need a store: they are run in test/system/queue/pages.spec.ts.
    it.each(beginning('npx', manifest.name).filter(([, { words }]) => words[2] !== 'queue'))(
      'do what they say: %s',
      async (_title, { words }) => {
        const args = words.slice(2);
        const { code, stdout, stderr } = await runCli(
          // The port of the page may be taken.
          args[0] === 'preview' ? [...args, '--port', '0'] : args,
          {
            cwd: directory.path,
            timeoutMs: PATIENCE_MS,
            env: {
              MailSettings__Host: sink.host,
              MailSettings__Port: String(sink.port),
              MailSettings__FromAddress: 'no-reply@contoso.com',
              MailSettings__PickupDirectory: join(directory.path, 'pickup'),
            },
            onStart: child => {
              if (runsOn(args)) child.stdout?.once('data', () => child.kill('SIGINT'));
            },
          },
        );
        expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
        if (args[0] !== 'types') expect(stdout).not.toBe('');
      },
      PATIENCE_MS,
    );
  });
});
