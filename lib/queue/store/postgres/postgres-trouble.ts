import { isErrorLike } from '../../../core/errors/error-facts.js';
import { plainCause, reasonOf } from '../../../core/errors/plain-cause.js';
import { StoreUnavailableError } from '../store-unavailable-error.js';
import { DeadlineError } from './deadline.js';

/** What the conditions of PostgreSQL (its manual, appendix A) mean for a queue, and what is to be done. */
const CONDITIONS: Readonly<Record<string, string>> = {
  '28P01': 'the login was refused; check user and password of "connection"',
  '28000': 'the login was refused; check the user of "connection" and the pg_hba.conf of the server',
  '3D000': 'the database does not exist; create it, or correct "connection"',
  '53300':
    'it takes no more connections; raise max_connections of the server, or lower "max" in "connection"',
  '53100': 'its disk is full',
  '53200': 'it is out of memory',
  '25006': 'it is read-only, as a standby is; connect to the primary',
  '42501': 'the account of "connection" lacks rights on the schema of the queue',
  '42P01': 'the tables of the queue are gone',
  '42883': 'the functions of the queue are gone, or those of another version of BullMQ',
  '3F000': 'the schema of the queue is gone',
  '55P03':
    'a lock was not given in time: a transaction that is still open has queued a mail with the same key, or holds the tables of the queue',
  '57014': 'it did not finish in time',
  '40001': 'the transaction cannot be serialized; try all of it again',
  '40P01': 'it found a deadlock; try again',
  '57P01': 'it is shutting down',
  '57P02': 'it has crashed and is recovering',
  '57P03': 'it is starting up or shutting down',
};

/** Classes of conditions that pass by themselves, or when an administrator acts: what was asked is neither wrong nor done. */
const PASSING_CLASSES = ['08', '28', '53', '57'];

/** Conditions of one mail: its data, its key, or a transaction that is in its way. */
const MAIL_ALONE = /^(?:22|23|40|55P03)/;

/** The SQLSTATE of an error of the server; undefined for any other error. */
export function sqlState(error: unknown): string | undefined {
  if (!isErrorLike(error) || !('code' in error) || typeof error.code !== 'string') return undefined;
  // Those of the system have five characters at times, and digits never.
  return /^(?=.*\d)[0-9A-Z]{5}$/.test(error.code) ? error.code : undefined;
}

/** Whether the server or the way to it is the trouble, and not what was asked. */
export function isOutage(error: unknown): boolean {
  const state = sqlState(error);
  if (state === undefined)
    return !(
      isErrorLike(error) &&
      (error.name === 'TypeError' || ('code' in error && error.code === 'ABORT_ERR'))
    );
  // 57014 is a statement that took too long, and says so of itself alone.
  if (state === '57014') return false;
  return PASSING_CLASSES.includes(state.slice(0, 2)) || state === '25006' || state === '3D000';
}

/** Words for an error of `pg`, without the values that were handed over. */
export function wordsOf(error: unknown): string {
  const state = sqlState(error);
  const words = state === undefined ? undefined : CONDITIONS[state];
  if (words === undefined) return reasonOf(error);
  return `${words} (${reasonOf(error)})`;
}

/** The error of a store for an error of `pg`. The cause holds no detail: that may quote what was to be stored. */
export function unavailable(error: unknown, maybeWritten = false): StoreUnavailableError {
  if (error instanceof StoreUnavailableError) return error;
  const late = error instanceof DeadlineError && maybeWritten ? '; the mail may have been queued' : '';
  return new StoreUnavailableError(`${wordsOf(error)}${late}`, {
    maybeWritten,
    mailAlone: MAIL_ALONE.test(sqlState(error) ?? ''),
    cause: plainCause(error),
  });
}
