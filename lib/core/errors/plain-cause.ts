import type { Redactor } from '../redaction/redact.js';
import { isErrorLike, messageOf } from './error-facts.js';

/** Fields of a system error that say what happened, and hold nothing of what was handed to it. */
const KEPT = ['code', 'originalCode', 'syscall'] as const;

/**
 * What may be kept of an error of others as a `cause`: its name, message, code and system call. Anything else may hold
 * what it was given, such as the address with the password in `input` of Node's ERR_INVALID_URL.
 *
 * @param redact removes secrets from its message. @default none can stand in it
 */
export function plainCause(error: unknown, redact: Redactor = text => text): Error {
  try {
    const cause = new Error(redact(reasonOf(error)));
    if (!isErrorLike(error)) return cause;
    const name = redact(error.name);
    if (name !== cause.name) cause.name = name;
    for (const field of KEPT) {
      const value: unknown = Reflect.get(error, field);
      if (typeof value === 'string') Object.assign(cause, { [field]: redact(value) });
      else if (typeof value === 'number') Object.assign(cause, { [field]: value });
    }
    return cause;
  } catch {
    // Anything can be thrown: getters and the traps of a proxy throw errors of their own.
    return new Error(redact(messageOf(error)));
  }
}

/** The message of something thrown; of several failed connections, which have none together, the messages of each. */
export function reasonOf(error: unknown): string {
  if (!isErrorLike(error)) return messageOf(error);
  if (error.message !== '') return messageOf(error);
  const parts: unknown = 'errors' in error ? error.errors : undefined;
  const messages = Array.isArray(parts) ? parts.filter(isErrorLike).map(({ message }) => message) : [];
  if (messages.length > 0) return messages.join('; ');
  return 'code' in error && typeof error.code === 'string' ? error.code : error.name;
}
