import { smtpOptions } from '../core/delivery/smtp/smtp-option-table.js';
import { fields } from '../core/settings/options/option-fields.js';
import { anyText, anything, callback, flag, kind } from '../core/settings/options/option-kinds.js';
import type { OptionReader } from '../core/settings/options/option-reader.js';
import type { ReadOptions } from '../core/settings/options/read-options.js';
import { readOptions } from '../core/settings/options/read-options.js';
import type { MailRelayOptions, RelayRetryOptions } from './relay-options.js';

/** A number; whether it can be meant is told with the defaults. */
const NUMBER = kind('a number', value => typeof value === 'number');

const RETRY = {
  firstMs: NUMBER,
  maxMs: NUMBER,
  giveUpAfterMs: NUMBER,
} as const satisfies Record<keyof RelayRetryOptions, OptionReader>;

const RELAY_OPTIONS = fields({
  settings: anything,
  directory: anyText,
  badmailDirectory: anyText,
  stateDirectory: anyText,
  retry: fields(RETRY),
  concurrency: NUMBER,
  unconfirmed: NUMBER,
  pollMs: NUMBER,
  settleMs: NUMBER,
  leaseMs: NUMBER,
  undoDotStuffing: flag,
  shutdownTimeoutMs: NUMBER,
  smtp: smtpOptions,
  onEvent: callback,
} as const satisfies Record<keyof MailRelayOptions, OptionReader>);

/** Reads the options of a relay into a plain object; those that are wrong are left out of it. */
export function readRelayOptions(options: unknown): ReadOptions<Partial<MailRelayOptions>> {
  return readOptions<MailRelayOptions>(options, RELAY_OPTIONS);
}
