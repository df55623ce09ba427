import { Logger } from '@nestjs/common';
import { smtpOptions } from '../../core/delivery/smtp/smtp-option-table.js';
import type { SmtpOptions } from '../../core/delivery/smtp/smtp-options.js';
import type { CheckedSettings } from '../../core/mail/mail.checked-settings.js';
import { checkedSettings } from '../../core/mail/mail.checked-settings.js';
import type { MailSettingsInput } from '../../core/settings/mail-settings.js';
import { fields } from '../../core/settings/options/option-fields.js';
import { anything, number, object } from '../../core/settings/options/option-kinds.js';
import type { OptionReader } from '../../core/settings/options/option-reader.js';
import type { ReadOptions } from '../../core/settings/options/read-options.js';
import type { MailQueueOptions, MailQueueWorkerOptions, QueueRetryOptions } from '../mail-queue-options.js';
import type { ReadQueueOptions, ResolvedQueueOptions } from './read-queue-options.js';
import { claimCheckProblems, readQueueOptions, withDefaults } from './read-queue-options.js';

/** {@link MailQueueWorkerOptions} that were read. */
export interface ReadWorkerOptions
  extends ReadQueueOptions, Omit<MailQueueWorkerOptions, keyof MailQueueOptions> {}

/** {@link MailQueueWorkerOptions} found to be usable, with the defaults applied. */
export interface ResolvedWorkerOptions extends ResolvedQueueOptions {
  /** Settings of the server or the pickup directory, and of the fallback. */
  readonly checked: CheckedSettings;
  readonly smtp?: SmtpOptions;
  readonly concurrency: number;
  readonly retry: ResolvedQueueRetry;
  readonly unconfirmed: number;
  readonly shutdownTimeoutMs: number;
}

/** {@link QueueRetryOptions} with the defaults applied. */
export interface ResolvedQueueRetry {
  /** Infinity where only the time is limited. */
  readonly attempts: number;
  readonly firstMs: number;
  readonly maxMs: number;
  readonly giveUpAfterMs: number;
}

const LONGEST_TIMER_MS = 2_147_483_647;
const MOST = 1000;
const HOUR_MS = 3_600_000;

const RETRY = {
  attempts: number({ min: 1, max: Infinity, integer: true }),
  firstMs: number({ min: 1, max: LONGEST_TIMER_MS }),
  maxMs: number({ min: 1, max: LONGEST_TIMER_MS }),
  giveUpAfterMs: number({ min: 0, max: Infinity }),
} as const satisfies Record<keyof QueueRetryOptions, OptionReader>;

const readRetry = fields(RETRY);

const retry: OptionReader = (value, key, report) => {
  const read = readRetry(value, key, report);
  const { firstMs, maxMs }: QueueRetryOptions = Object(read);
  if ((firstMs ?? DEFAULT_RETRY.firstMs) > (maxMs ?? DEFAULT_RETRY.maxMs))
    report(
      `${key}.maxMs`,
      `is the longest wait, and firstMs is longer (${firstMs ?? DEFAULT_RETRY.firstMs} ms)`,
    );
  return read;
};

const DEFAULT_RETRY: ResolvedQueueRetry = {
  attempts: Infinity,
  firstMs: 60_000,
  maxMs: HOUR_MS,
  giveUpAfterMs: 48 * HOUR_MS,
};

const WORKER_OPTIONS = {
  settings: anything,
  smtp: smtpOptions,
  fallback: object,
  concurrency: number({ min: 1, max: MOST, integer: true }),
  retry,
  unconfirmed: number({ min: 1, max: MOST, integer: true }),
  shutdownTimeoutMs: number({ min: 0, max: LONGEST_TIMER_MS }),
} as const satisfies Record<Exclude<keyof MailQueueWorkerOptions, keyof MailQueueOptions>, OptionReader>;

/** Reads the options of a worker into a plain object; those that are wrong are left out of it. */
export function readWorkerOptions(options: unknown): ReadOptions<Partial<ReadWorkerOptions>> {
  return readQueueOptions<ReadWorkerOptions>(options, WORKER_OPTIONS);
}

/**
 * Checks the options of a worker, its settings and those of its fallback, and applies the defaults. Connects to nothing. Warnings
 * about the settings go to the log at once.
 *
 * @throws MailSettingsError with every problem at once
 */
export async function resolveWorkerOptions(
  options: unknown,
  logger = new Logger('MailQueueWorker'),
): Promise<ResolvedWorkerOptions> {
  const { options: read, problems } = readWorkerOptions(options);
  const checked = await checkedSettings({
    // What is missing is told as what is missing in settings.
    input: read.settings ?? ({} satisfies MailSettingsInput),
    options: read.smtp ? { smtp: read.smtp } : {},
    problems: [...problems, ...(await claimCheckProblems(read))],
    fallbackInput: read.fallback,
    interceptor: undefined,
    senderRequired: false,
    logger,
  });
  return {
    ...(await withDefaults(read, [])),
    checked,
    ...(read.smtp && { smtp: read.smtp }),
    concurrency: read.concurrency ?? checked.settings.maxConnections,
    retry: { ...DEFAULT_RETRY, ...read.retry },
    unconfirmed: read.unconfirmed ?? 1,
    shutdownTimeoutMs: read.shutdownTimeoutMs ?? 10_000,
  };
}
