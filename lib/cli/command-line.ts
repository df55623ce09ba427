import type { ParseArgsConfig } from 'node:util';
import { parseArgs } from 'node:util';
import { messageOf } from '../core/errors/error-facts.js';
import { shownName } from '../core/redaction/may-be-secret.js';
import { visible } from '../core/redaction/printable.js';
import { likelyKey } from '../core/text/nearest-key.js';
import { UsageError } from './usage-error.js';

type Options = NonNullable<ParseArgsConfig['options']>;
type Values<T extends Options> = ReturnType<
  typeof parseArgs<{ args: string[]; options: T; strict: true; allowPositionals: false }>
>['values'];

/**
 * Reads the options of a command.
 *
 * @param help what the command's `--help` shows
 * @throws {@link UsageError} for an option that the command does not have
 */
export function readOptions<T extends Options>(args: readonly string[], options: T, help: string): Values<T> {
  try {
    return parseArgs({ args: [...args], options, strict: true, allowPositionals: false }).values;
  } catch (error) {
    throw wrongLine(error, args, options, help);
  }
}

/**
 * Reads the options of a command, and the words that stand beside them.
 *
 * @param help what the command's `--help` shows
 * @throws {@link UsageError} for an option that the command does not have
 */
export function readArguments<T extends Options>(
  args: readonly string[],
  options: T,
  help: string,
): { values: Values<T>; positionals: string[] } {
  try {
    return parseArgs({ args: [...args], options, strict: true, allowPositionals: true });
  } catch (error) {
    throw wrongLine(error, args, options, help);
  }
}

/** Says what is wrong with a command line; of an option that does not exist, which one was probably meant. */
function wrongLine(error: unknown, args: readonly string[], options: Options, help: string): UsageError {
  const { tokens } = parseArgs({
    args: [...args],
    options,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const unknown = tokens.find(token => token.kind === 'option' && !Object.hasOwn(options, token.name));
  const message =
    unknown?.kind === 'option' ? unknownOption(unknown, Object.keys(options)) : messageOf(error);
  const shown = message.split('\n').map(visible).join('\n');
  return new UsageError(`${shown}\n\n${help}`, { cause: error });
}

function unknownOption(
  { rawName, name }: { readonly rawName: string; readonly name: string },
  known: readonly string[],
): string {
  const begun = name.length > 1 ? known.find(key => key.startsWith(name)) : undefined;
  const likely = rawName.startsWith('--') ? (begun ?? likelyKey(name, known)) : undefined;
  return `Unknown option '${shownName(rawName)}'.${likely === undefined ? '' : ` Did you mean --${likely}?`}`;
}

/**
 * Reads an option that is a number.
 *
 * @throws {@link UsageError} when it is none
 */
export function readNumber(name: string, value: string | undefined): number | undefined {
  if (value === undefined) return undefined;
  const number = value.trim() === '' ? Number.NaN : Number(value);
  if (!Number.isFinite(number))
    throw new UsageError(`--${name} must be a number, not ${JSON.stringify(value)}.`);
  return number;
}

/**
 * Reads an option that counts something.
 *
 * @throws {@link UsageError} when it is no whole number from 1 to `most`
 */
export function readCount(name: string, value: string | undefined, most: number): number | undefined {
  const count = readNumber(name, value);
  if (count === undefined || (Number.isInteger(count) && count >= 1 && count <= most)) return count;
  throw new UsageError(`--${name} must be a whole number from 1 to ${most}, not ${value}.`);
}

/** Longest delay in seconds that a timer can hold. */
const LONGEST_SECONDS = 2_147_483;

/**
 * Reads an option that is a time in seconds. Returns milliseconds.
 *
 * @param least the shortest time that can be meant, in seconds. @default any above 0
 * @throws {@link UsageError} when it is none, or out of bounds
 */
export function readSeconds(name: string, value: string | undefined, least = 0): number | undefined {
  const seconds = readNumber(name, value);
  if (seconds === undefined) return undefined;
  if (seconds <= 0 || seconds > LONGEST_SECONDS)
    throw new UsageError(
      `--${name} must be more than 0 seconds and at most ${LONGEST_SECONDS}, not ${value}.`,
    );
  if (seconds < least) throw new UsageError(`--${name} must be at least ${least} seconds, not ${value}.`);
  return seconds * 1000;
}
