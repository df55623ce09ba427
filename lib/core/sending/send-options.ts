import { MailMessageError } from '../errors/mail-message-error.js';
import { fields } from '../settings/options/option-fields.js';
import { anything, kind } from '../settings/options/option-kinds.js';
import type { OptionReader } from '../settings/options/option-reader.js';
import { isOptionObject } from '../settings/options/value-kind.js';
import { readCallOptions } from './call-options.js';
import type { QueueSendOptions } from './queue-options.js';
import { QUEUE_OPTION_READERS } from './queue-options.js';

/** How one send is bounded, and what a queue is to do with it. */
export interface SendOptions extends QueueSendOptions {
  /** Ends the send at once. After the final dot the outcome is `'unknown'`. @default none */
  signal?: AbortSignal;
  /** Milliseconds for the whole send; 0 means no limit. @default the setting `SendTimeout` */
  timeoutMs?: number;
}

/** What ends a send or a check. Not `instanceof`: signals come from other realms, and from packages. */
export const abortSignal: OptionReader = kind(
  'an AbortSignal',
  value =>
    isOptionObject(value) &&
    'aborted' in value &&
    typeof Reflect.get(value, 'addEventListener') === 'function' &&
    typeof Reflect.get(value, 'removeEventListener') === 'function',
);

const SEND_OPTIONS = fields({
  signal: abortSignal,
  // Checked by those who use it.
  timeoutMs: anything,
  ...QUEUE_OPTION_READERS,
} as const satisfies Record<keyof SendOptions, OptionReader>);

/**
 * Reads the options of one send.
 *
 * @throws MailMessageError `EMAILMESSAGE` for an option that is not known or of the wrong type, and for two that exclude each
 *   other
 */
export function readSendOptions(options: unknown): SendOptions {
  const read = readCallOptions<SendOptions>(options, SEND_OPTIONS);
  checkOneTime(read);
  return read;
}

/**
 * Checks that there is one time at most at which a mail is to leave.
 *
 * @throws MailMessageError `EMAILMESSAGE`
 */
export function checkOneTime({ delayMs, sendAt }: Pick<SendOptions, 'delayMs' | 'sendAt'>): void {
  if (delayMs !== undefined && sendAt !== undefined)
    throw new MailMessageError('EMAILMESSAGE', 'sendAt', 'is given together with delayMs; give one of them');
}

const LONGEST_TIMEOUT_MS = 2_147_483_647;

/**
 * What a caller gave as a time limit.
 *
 * @throws MailMessageError `EMAILMESSAGE` when it cannot be one
 */
export function checkTimeout(timeoutMs: number | undefined): number | undefined {
  if (timeoutMs === undefined) return undefined;
  if (typeof timeoutMs !== 'number' || !(timeoutMs >= 0) || timeoutMs > LONGEST_TIMEOUT_MS) {
    throw new MailMessageError(
      'EMAILMESSAGE',
      'timeoutMs',
      'must be a number of milliseconds, or 0 for no limit',
      { value: timeoutMs },
    );
  }
  return timeoutMs;
}
