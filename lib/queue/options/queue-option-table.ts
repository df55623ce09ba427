import { fields } from '../../core/settings/options/option-fields.js';
import { kind, number, text } from '../../core/settings/options/option-kinds.js';
import type { OptionReader } from '../../core/settings/options/option-reader.js';
import { isOptionObject } from '../../core/settings/options/value-kind.js';
import type { ClaimCheckOptions, KeptJobs, MailQueueOptions } from '../mail-queue-options.js';
import { queueConnection } from './queue-connection.js';
import { sealingKeys } from './read-sealing-keys.js';

/** Milliseconds after which nobody waits for a send. */
const LONGEST_SEND_MS = 600_000;
/** Octets above which the bytes of a mail never stay in its job, which is read whole whenever it is looked at. */
const MOST_IN_JOB = 16 * 1024 * 1024;

const KEPT = {
  seconds: number({ min: 1, max: 1e9, integer: true }),
  count: number({ min: 1, max: 1e9, integer: true }),
} as const satisfies Record<keyof KeptJobs, OptionReader>;

const CLAIM_CHECK = {
  directory: text,
  above: number({ min: 0, max: MOST_IN_JOB, integer: true }),
} as const satisfies Record<keyof ClaimCheckOptions, OptionReader>;

const readKept = fields(KEPT);

/** Without a limit the store would grow until it is full. */
const kept: OptionReader = (value, key, report) => {
  const read: unknown = readKept(value, key, report);
  if (isOptionObject(value) && isOptionObject(read) && Object.values(value).every(one => one === undefined))
    report(key, 'is empty; give seconds, count, or both, or leave it out');
  return read;
};

/** Every option of a queue. */
export const QUEUE_OPTIONS = {
  connection: queueConnection,
  prefix: kind(
    'a text of 1 to 100 characters without blanks',
    value => typeof value === 'string' && /^[^\s\p{Cc}]{1,100}$/u.test(value),
  ),
  name: kind(
    'a text of 1 to 100 letters, digits and the characters ".", "-" and "_"',
    value => typeof value === 'string' && /^[\w.-]{1,100}$/.test(value),
  ),
  keys: sealingKeys,
  keepCompleted: kept,
  keepFailed: kept,
  claimCheck: fields(CLAIM_CHECK),
  timeoutMs: number({ min: 1, max: LONGEST_SEND_MS }),
} as const satisfies Record<keyof MailQueueOptions, OptionReader>;
