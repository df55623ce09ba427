import { errnoOf, isErrorLike } from '../../../core/errors/error-facts.js';
import { reasonOf } from '../../../core/errors/plain-cause.js';
import { visible } from '../../../core/redaction/printable.js';
import { StoreUnavailableError } from '../store-unavailable-error.js';

/** Answers of Redis that mean that nothing was carried out, by their first word, and what to do. */
const ANSWERS: Readonly<Record<string, string>> = {
  OOM: 'Redis has used up its memory (maxmemory): give it more, and see why mails are not delivered',
  READONLY:
    'it is a read-only replica: name the master in the option connection, or Sentinels, which know it',
  NOAUTH: 'Redis wants a password: give it in the option connection',
  WRONGPASS: 'Redis refuses the user name or password of the option connection',
  NOPERM:
    'the user of the connection may not do this (ACL): a queue needs all commands on the keys that begin with its prefix',
  LOADING: 'Redis has just started and is still reading its data',
  MISCONF: 'Redis cannot write to its disk and takes nothing therefore: see its log',
  MASTERDOWN: 'it is a replica that has lost its master',
  CLUSTERDOWN: 'Redis Cluster is not supported: name a single Redis, or Sentinels, in the option connection',
  MOVED: 'Redis Cluster is not supported: name a single Redis, or Sentinels, in the option connection',
  CROSSSLOT: 'Redis Cluster is not supported: name a single Redis, or Sentinels, in the option connection',
  NOREPLICAS: 'too few replicas are connected (min-replicas-to-write)',
  BUSY: 'a script keeps Redis busy',
};

/** System errors by their codes. */
const CODES: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nobody listens there (ECONNREFUSED)',
  ENOTFOUND: 'its host name is not known (ENOTFOUND)',
  EAI_AGAIN: 'its host name cannot be looked up now (EAI_AGAIN)',
  ETIMEDOUT: 'no connection in time (ETIMEDOUT)',
  ENOENT: 'there is no such socket (ENOENT)',
  EACCES: 'the socket may not be used (EACCES)',
};

/** Nothing was sent: ioredis refuses a command when it has no connection. */
const NOT_SENT = /Stream isn't writeable|in subscriber mode/;
/** The connection was lost while an answer was due. */
const LOST = /Connection is closed|max retries per request|aborted due to connection close/;

/** Whether an error is an answer of Redis: it has carried out nothing then. */
export function isAnswer(error: unknown): error is Error {
  return isErrorLike(error) && error.name === 'ReplyError';
}

/** What is wrong, without anything of what was sent; completes "the queue … cannot be used: ". */
export function failureWords(given: unknown): string {
  const error = firstOf(given);
  const message = reasonOf(error);
  if (isAnswer(error)) return answerWords(message);
  const code = errnoOf(error);
  if (code !== undefined) return CODES[code] ?? `the connection failed (${visible(code)})`;
  if (NOT_SENT.test(message)) return 'there is no connection';
  if (LOST.test(message)) return 'the connection was lost before the answer came';
  if (message.startsWith('Socket timeout')) return 'it does not answer';
  if (message.includes('sentinels are unreachable')) return 'no Sentinel can be reached';
  return shortened(message);
}

/** A transaction fails by the first of its commands that was refused. */
function firstOf(error: unknown): unknown {
  const previous = isAnswer(error) && 'previousErrors' in error ? error.previousErrors : undefined;
  return Array.isArray(previous) && previous.length > 0 ? previous[0] : error;
}

/** The first word of an answer; Redis before 7 puts that of a script behind words of its own. */
export function answerOf(message: string): string {
  return /@user_script: ?\d+: -([A-Z]+) /.exec(message)?.[1] ?? message.split(' ', 1)[0] ?? '';
}

/** The words of Redis, which may quote what it was sent: the arguments of a command that it does not know, a password among them. */
function answerWords(message: string): string {
  const word = answerOf(message);
  const known = ANSWERS[word];
  if (known !== undefined) return known;
  if (/invalid password|AUTH failed/i.test(message)) return ANSWERS['WRONGPASS'] ?? word;
  if (message.includes('max number of clients'))
    return 'Redis has as many connections as it may (maxclients)';
  const command = /unknown (?:sub)?command ['`]?([\w|-]+)/i.exec(message)?.[1];
  if (command !== undefined)
    return `Redis does not know the command ${shortened(command)}, which a queue needs`;
  return `Redis answers "${shortened(message.replace(/,? with args.*$/is, ''))}"`;
}

function shortened(text: string): string {
  return visible(text.length > 160 ? `${text.slice(0, 160)}…` : text);
}

/**
 * An error of a command. Its cause is made anew: errors of ioredis hold the command with all that was sent.
 *
 * @param sent whether the command changes something and may have been sent
 */
export function unavailable(error: unknown, sent: boolean): StoreUnavailableError {
  if (error instanceof StoreUnavailableError) return error;
  const words = failureWords(error);
  const cause = new Error(words);
  const code = errnoOf(error);
  if (code !== undefined) Object.assign(cause, { code });
  const refused = isAnswer(error) || NOT_SENT.test(reasonOf(error));
  return new StoreUnavailableError(words, { maybeWritten: sent && !refused, cause });
}
