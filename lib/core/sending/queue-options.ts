import { isDate } from 'node:util/types';
import { kind, number } from '../settings/options/option-kinds.js';
import type { OptionReader, ReportOption } from '../settings/options/option-reader.js';
import { isOptionObject, kindOf } from '../settings/options/value-kind.js';

/** What a send asks of a queue. With a delivery that is none each of them is refused: nothing could keep what it promises. */
export interface QueueSendOptions {
  /**
   * Your own name for this send, such as `order-4711-confirmed`: the same once more, from any process, sends nothing and resolves
   * with the first Message-ID and `duplicate: true`; with another message it is an error. 1 to 1000 characters. @default the
   * Message-ID
   */
  idempotencyKey?: string;
  /** Milliseconds until the mail is to leave at the earliest, up to ten years. @default at once */
  delayMs?: number;
  /** When it is to leave at the earliest, in place of `delayMs`; a time that has passed means at once. @default at once */
  sendAt?: Date;
  /**
   * Its place in the queue: lower numbers go first, a whole number from 0 to 2097151. Not the `priority` of a message, which its
   * recipients see. @default reset-password mails before all others
   */
  priority?: number;
  /**
   * The client of your own transaction (`pg`): the mail is queued when that is committed, and gone when it is rolled back. Only
   * with a queue in PostgreSQL. @default a transaction of its own
   */
  transaction?: object;
}

/** The names of {@link QueueSendOptions}. */
export const QUEUE_OPTIONS = ['idempotencyKey', 'delayMs', 'sendAt', 'priority', 'transaction'] as const;

/** Ten years, the last day of leap years included. */
export const LONGEST_DELAY_MS = 3653 * 24 * 60 * 60 * 1000;
/** The largest priority of a job of BullMQ. */
const LAST_PRIORITY = 2_097_151;
const LONGEST_KEY = 1000;
/** A lone surrogate has no octets of its own: two keys would become one. */
const NOT_IN_KEYS = /[\p{Cc}\p{Cs}]/u;

/** Readers of {@link QueueSendOptions}. What a key or a client holds never stands in what they report. */
export const QUEUE_OPTION_READERS = {
  idempotencyKey: kind(
    `a text of 1 to ${LONGEST_KEY} characters without control characters and not of blanks alone`,
    value =>
      typeof value === 'string' &&
      value.length <= LONGEST_KEY &&
      value.trim() !== '' &&
      !NOT_IN_KEYS.test(value),
  ),
  delayMs: number({ min: 0, max: LONGEST_DELAY_MS }),
  sendAt: dateWithinReach,
  priority: number({ min: 0, max: LAST_PRIORITY, integer: true }),
  transaction: kind(
    'the client of a transaction, an object with a function query',
    value => isOptionObject(value) && typeof Reflect.get(value, 'query') === 'function',
  ),
} as const satisfies Record<keyof QueueSendOptions, OptionReader>;

/** A copy of a valid date: the caller may change his. Not its own method, which a subclass may replace. */
function dateWithinReach(value: unknown, key: string, report: ReportOption): unknown {
  const time = isDate(value) ? Date.prototype.getTime.call(value) : Number.NaN;
  if (Number.isNaN(time)) {
    report(key, `must be a valid Date, but is ${isDate(value) ? 'an invalid one' : kindOf(value)}`);
    return undefined;
  }
  if (time - Date.now() > LONGEST_DELAY_MS) {
    report(key, 'is more than ten years away');
    return undefined;
  }
  return new Date(time);
}
