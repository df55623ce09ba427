import { fields } from '../settings/options/option-fields.js';
import { anything, callback, number } from '../settings/options/option-kinds.js';
import type { OptionReader } from '../settings/options/option-reader.js';
import { readCallOptions } from './call-options.js';
import type { QueueSendOptions } from './queue-options.js';
import { QUEUE_OPTION_READERS } from './queue-options.js';
import { abortSignal, checkOneTime, checkTimeout } from './send-options.js';

/** Most messages of one `sendMany` that are on their way at the same time. */
export const MOST_AT_ONCE = 1000;

/** How far `MailService.sendMany` has come. `begun` less `sent`, `suppressed` and `failed` are on their way. */
export interface SendManyProgress {
  /** Messages whose send has begun. */
  readonly begun: number;
  /** Those that were accepted, written or queued, perhaps not for each recipient. */
  readonly sent: number;
  /** Those that policy or a hook kept from leaving. */
  readonly suppressed: number;
  /** Those that ended with an error, also where it is not known whether the server took them. */
  readonly failed: number;
  /** Messages that the source gave after the signal or the shutdown: their send was not begun. */
  readonly unsent: number;
}

/** How `MailService.sendMany` goes about it. */
export interface SendManyOptions extends Pick<QueueSendOptions, 'delayMs' | 'sendAt' | 'priority'> {
  /**
   * Messages that are on their way or wait for the loop to take their outcome, 1 to 1000.
   *
   * @default four times the setting `MaxConnections`, and at least 20: the connections are busy while messages are rendered
   */
  concurrency?: number;
  /**
   * Ends all: no send is begun any more, those under way are cut as by the signal of `send`, and each message that the source
   * still gives is told as not sent. @default none
   */
  signal?: AbortSignal;
  /** Milliseconds for each send; 0 means no limit. @default the setting `SendTimeout` */
  timeoutMs?: number;
  /**
   * Called whenever a message has its outcome, before the loop gets it. What it throws is logged once and changes nothing.
   *
   * @default none
   */
  onProgress?(progress: SendManyProgress): void | Promise<void>;
}

const { delayMs, sendAt, priority } = QUEUE_OPTION_READERS;

/** What only a single send may say. */
const FOR_ONE_SEND = {
  idempotencyKey:
    'is for one message: with one key for all, each message after the first would be taken for a repetition; give send a key of its own for each',
  transaction:
    'is for one message: the messages of sendMany go side by side, and a transaction takes one statement after the other; use send',
};

const SEND_MANY_OPTIONS = fields(
  {
    concurrency: number({ min: 1, max: MOST_AT_ONCE, integer: true }),
    signal: abortSignal,
    // Checked where it is read.
    timeoutMs: anything,
    onProgress: callback,
    delayMs,
    sendAt,
    priority,
  } as const satisfies Record<keyof SendManyOptions, OptionReader>,
  FOR_ONE_SEND,
);

/**
 * Reads the options of `MailService.sendMany`.
 *
 * @throws MailMessageError `EMAILMESSAGE` for an option that is not known or cannot be meant
 */
export function readSendManyOptions(options: unknown): SendManyOptions {
  const read = readCallOptions<SendManyOptions>(options, SEND_MANY_OPTIONS);
  checkTimeout(read.timeoutMs);
  checkOneTime(read);
  return read;
}
