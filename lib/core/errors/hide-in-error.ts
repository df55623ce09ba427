import type { Redactor } from '../redaction/redact.js';
import { MailError } from './mail-error.js';
import { plainCause } from './plain-cause.js';
import { showsIn } from './shows-in.js';

/** Texts that hold nothing of what was handed over, or an address of the envelope. */
const KEPT: ReadonlySet<string> = new Set([
  'name',
  'code',
  'phase',
  'field',
  'address',
  'messageId',
  'enhancedCode',
]);
/** Causes of causes, and objects within objects, that are looked at. */
const DEEPEST = 8;
/** What stands in place of what cannot be looked through. */
const HIDDEN = '***';

/**
 * Hides secrets in an error of this package, wherever they stand in it. A cause of others is not changed: where it shows
 * something, what may be kept of it takes its place.
 *
 * @returns the error; a copy of one that nobody may change and that shows something
 */
export function hideInError(given: MailError, redact: Redactor, depth = 0): MailError {
  const shows = (text: string): boolean => redact(text) !== text;
  if (!showsIn(given, shows)) return given;
  const error = changeable(given);
  const { message, stack } = error;
  set(error, 'message', redact(message));
  if (stack !== undefined) set(error, 'stack', redact(stack));
  for (const name of Object.keys(error))
    if (name !== 'cause' && name !== 'stack') set(error, name, hiddenAt(error, name, redact, 0));
  const { cause } = error;
  if (depth < DEEPEST && cause instanceof MailError) {
    const shown = hideInError(cause, redact, depth + 1);
    if (shown !== cause) set(error, 'cause', shown);
  } else if (typeof cause === 'string') set(error, 'cause', redact(cause));
  else if (showsIn(cause, shows)) set(error, 'cause', plainCause(cause, redact));
  return error;
}

function hiddenAt(holder: object, name: string, redact: Redactor, depth: number): unknown {
  try {
    const value: unknown = Reflect.get(holder, name);
    return KEPT.has(name) && typeof value === 'string' ? value : hidden(value, redact, depth);
  } catch {
    return HIDDEN;
  }
}

function hidden(value: unknown, redact: Redactor, depth: number): unknown {
  if (typeof value === 'string') return redact(value);
  if (!showsIn(value, text => redact(text) !== text)) return value;
  if (depth === DEEPEST || typeof value !== 'object' || value === null) return HIDDEN;
  if (Array.isArray(value)) return value.map((item: unknown) => hidden(item, redact, depth + 1));
  return Object.fromEntries(
    Object.keys(value).map(name => [redact(name), hiddenAt(value, name, redact, depth + 1)]),
  );
}

/** The error; of one that is frozen, or has fields that are fixed, a copy. */
function changeable(error: MailError): MailError {
  const fields = Object.entries(Object.getOwnPropertyDescriptors(error));
  if (fields.every(([, { configurable }]) => configurable)) return error;
  const copied = fields.map(([name, { enumerable = false }]): [string, PropertyDescriptor] => [
    name,
    { value: Reflect.get(error, name), enumerable, configurable: true, writable: true },
  ]);
  const copy: MailError = Object.create(Reflect.getPrototypeOf(error), Object.fromEntries(copied));
  return copy;
}

/** As an error has its fields: a message and a stack do not show up among them. */
function set(error: MailError, name: string, value: unknown): void {
  const { enumerable = false } = Object.getOwnPropertyDescriptor(error, name) ?? {};
  Object.defineProperty(error, name, { value, enumerable, configurable: true, writable: true });
}
