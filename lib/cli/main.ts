#!/usr/bin/env node
import { errnoOf, messageOf } from '../core/errors/error-facts.js';
import { COMMANDS } from './commands.js';
import { UsageError } from './usage-error.js';

const WIDEST = Math.max(...Object.keys(COMMANDS).map(name => name.length));
const LIST = Object.entries(COMMANDS).map(([name, { summary }]) => `  ${name.padEnd(WIDEST)}    ${summary}`);

const HELP = `Usage: nest-mailroom <command> [options]

Commands:
${LIST.join('\n')}

nest-mailroom <command> --help explains a command.
`;

/** Exit code for a wrong command line, and for settings that cannot be used. */
const UNUSABLE = 2;

async function main(args: readonly string[]): Promise<number> {
  const [first] = args;
  if (first === undefined || first === '--help' || first === '-h' || first === 'help') {
    process.stdout.write(HELP);
    return first === undefined ? UNUSABLE : 0;
  }
  for (const words of [2, 1]) {
    const name = args.slice(0, words).join(' ');
    if (!Object.hasOwn(COMMANDS, name)) continue;
    const run = await COMMANDS[name]?.load();
    if (run) return run(args.slice(words));
  }
  throw new UsageError(`There is no command ${JSON.stringify(first)}.\n\n${HELP}`);
}

process.stdout.on('error', error => {
  // `| head`: nobody reads the rest.
  if (errnoOf(error) === 'EPIPE') return;
  process.stderr.write(`The output cannot be written: ${messageOf(error)}\n`);
  process.once('exit', () => {
    process.exitCode = UNUSABLE;
  });
});
// There is nobody left to tell.
process.stderr.on('error', () => {});

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = UNUSABLE;
}
