#!/usr/bin/env node
import { UsageError } from './usage-error.js';
import { messageOf } from '../errors/error-facts.js';

const HELP = `Usage: nest-mailroom <command> [options]

Commands:
  relay    empties a pickup directory: hands its mails to the SMTP server of the settings

nest-mailroom <command> --help explains a command.
`;

/** Exit code for a wrong command line, and for settings that cannot be used. */
const UNUSABLE = 2;

async function main([command, ...rest]: readonly string[]): Promise<number> {
  if (command === undefined || command === '--help' || command === '-h' || command === 'help') {
    process.stdout.write(HELP);
    return command === undefined ? UNUSABLE : 0;
  }
  if (command === 'relay') return (await import('./relay-command.js')).relayCommand(rest);
  throw new UsageError(`There is no command ${JSON.stringify(command)}.\n\n${HELP}`);
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = UNUSABLE;
}
