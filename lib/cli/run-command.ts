import { messageOf } from '../core/errors/error-facts.js';
import type { CommandIo } from './command-io.js';
import { COMMANDS } from './commands.js';
import { UNUSABLE } from './exit-codes.js';
import { UsageError } from './usage-error.js';

const WIDEST = Math.max(...Object.keys(COMMANDS).map(name => name.length));
const LIST = Object.entries(COMMANDS).map(([name, { summary }]) => `  ${name.padEnd(WIDEST)}    ${summary}`);

const HELP = `Usage: nest-mailroom <command> [options]

Commands:
${LIST.join('\n')}

nest-mailroom <command> --help explains a command.
`;

/**
 * Runs `nest-mailroom` with these words behind its name. Never rejects: what goes wrong is written to the standard error.
 *
 * @returns the exit code
 */
export async function runCommand(argv: readonly string[], io: CommandIo): Promise<number> {
  try {
    return await dispatch(argv, io);
  } catch (error) {
    io.stderr.write(`${messageOf(error)}\n`);
    return UNUSABLE;
  }
}

async function dispatch(argv: readonly string[], io: CommandIo): Promise<number> {
  const [first] = argv;
  if (first === undefined || first === '--help' || first === '-h' || first === 'help') {
    io.stdout.write(HELP);
    return first === undefined ? UNUSABLE : 0;
  }
  for (const words of [2, 1]) {
    const name = argv.slice(0, words).join(' ');
    if (!Object.hasOwn(COMMANDS, name)) continue;
    const run = await COMMANDS[name]?.load();
    if (run) return run(argv.slice(words), io);
  }
  throw new UsageError(`There is no command ${JSON.stringify(first)}.\n\n${HELP}`);
}
