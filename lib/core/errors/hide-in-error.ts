import type { Redactor } from '../redaction/redact.js';
import { MailError } from './mail-error.js';
import { plainCause } from './plain-cause.js';
import { showsIn } from './shows-in.js';

/** Fields that hold nothing of what was handed over, or an address of the envelope. */
const KEPT: ReadonlySet<string> = new Set([
  'name',
  'code',
  'phase',
  'field',
  'address',
  'messageId',
  'enhancedCode',
  'stack',
]);
/** Causes of causes that are looked at. */
const DEEPEST = 8;

/**
 * Hides secrets in an error of this package, wherever they stand in it. A cause of others is not changed: where it shows
 * something, what may be kept of it takes its place.
 */
export function hideInError(error: MailError, redact: Redactor, depth = 0): void {
  const { message, stack } = error;
  const shown = redact(message);
  if (shown !== message) {
    set(error, 'message', shown);
    // The stack begins with the message.
    if (stack !== undefined)
      set(
        error,
        'stack',
        stack.replace(message, () => shown),
      );
  }
  for (const [name, value] of Object.entries(error))
    if (!KEPT.has(name) && name !== 'cause') set(error, name, hidden(value, redact));
  const { cause } = error;
  if (depth < DEEPEST && cause instanceof MailError) hideInError(cause, redact, depth + 1);
  else if (typeof cause === 'string') set(error, 'cause', redact(cause));
  else if (showsIn(cause, text => redact(text) !== text)) set(error, 'cause', plainCause(cause, redact));
}

function hidden(value: unknown, redact: Redactor): unknown {
  if (typeof value === 'string') return redact(value);
  if (Array.isArray(value)) return value.map((item: unknown) => hidden(item, redact));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, KEPT.has(name) ? inner : hidden(inner, redact)]),
  );
}

/** As an error has its fields: a message and a stack do not show up among them. */
function set(error: MailError, name: string, value: unknown): void {
  const { enumerable = false } = Object.getOwnPropertyDescriptor(error, name) ?? {};
  Object.defineProperty(error, name, { value, enumerable, configurable: true, writable: true });
}
