import { messageOf } from '../core/errors/error-facts.js';
import { shownName } from '../core/redaction/may-be-secret.js';
import { printable } from '../core/redaction/printable.js';
import { likelyKey, nearestKey } from '../core/text/nearest-key.js';
import type { CommandIo } from './command-io.js';
import { COMMANDS } from './commands.js';
import { UNUSABLE } from './exit-codes.js';
import { packageVersion } from './package-version.js';
import { ShownOutput } from './shown-output.js';
import { UsageError } from './usage-error.js';

const VERSION: ReadonlySet<string> = new Set(['--version', '-V', '-v', 'version']);
/** What may stand in place of a command. */
const OPTIONS = ['--help', '--version'];
const WIDEST = Math.max(...Object.keys(COMMANDS).map(name => name.length));
const LIST = Object.entries(COMMANDS).map(([name, { summary }]) => `  ${name.padEnd(WIDEST)}    ${summary}`);

const HELP = `Usage: nest-mailroom <command> [options]

Commands:
${LIST.join('\n')}

nest-mailroom <command> --help explains a command, nest-mailroom --version says which version this is.
`;

/**
 * Runs `nest-mailroom` with these words behind its name. Never rejects: what goes wrong is written to the standard error.
 *
 * @returns the exit code
 */
export async function runCommand(argv: readonly string[], io: CommandIo): Promise<number> {
  const shownIo = shownWith(io);
  try {
    return await dispatch(argv, shownIo);
  } catch (error) {
    shownIo.stderr.write(`${messageOf(error)}\n`);
    return UNUSABLE;
  }
}

/** The same, with outputs on which nothing from outside is a command to the terminal. */
function shownWith(io: CommandIo): CommandIo {
  return { ...io, stdout: new ShownOutput(io.stdout), stderr: new ShownOutput(io.stderr) };
}

async function dispatch(argv: readonly string[], io: CommandIo): Promise<number> {
  const [first] = argv;
  if (first === undefined || first === '--help' || first === '-h' || first === 'help') {
    io.stdout.write(HELP);
    return first === undefined ? UNUSABLE : 0;
  }
  if (VERSION.has(first)) return writeVersion(io);
  for (const words of [2, 1]) {
    const name = argv.slice(0, words).join(' ');
    if (!Object.hasOwn(COMMANDS, name)) continue;
    const args = argv.slice(words);
    if (args.length === 1 && args[0] === '--version') return writeVersion(io);
    const run = await COMMANDS[name]?.load();
    if (run) return run(args, io);
  }
  throw new UsageError(`There is no command ${shownWord(first)}.${meantCommand(argv)}\n\n${HELP}`);
}

function writeVersion(io: CommandIo): number {
  io.stdout.write(`${packageVersion()}\n`);
  return 0;
}

/** The command or option that was probably meant; of two words the second may be an argument. */
function meantCommand(argv: readonly string[]): string {
  const names = Object.keys(COMMANDS);
  const [first = ''] = argv;
  const meant = first.startsWith('-')
    ? nearestKey(first, OPTIONS)
    : (nearestKey(argv.slice(0, 2).join(' '), names) ?? likelyKey(first, names));
  return meant === undefined ? '' : ` Did you mean ${meant}?`;
}

function shownWord(word: string): string {
  return `"${printable(shownName(word))}"`;
}
