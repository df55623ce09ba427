import { fields } from '../core/settings/options/option-fields.js';
import { anything, flag, text } from '../core/settings/options/option-kinds.js';
import type { OptionReader } from '../core/settings/options/option-reader.js';
import { readOptions } from '../core/settings/options/read-options.js';

/** What `MailHealthIndicator` checks, and which results are unhealthy. */
export interface MailHealthOptions {
  /** Name of the mailer (option `name` of `MailModule`). @default the mailer without a name */
  mailer?: string;
  /** Key of a mailer of the `MailerRegistry`; one that is not open is not opened, and counts as healthy. @default none */
  tenant?: string;
  /** Every open mailer of the `MailerRegistry` together, in at most twice `timeoutMs`. @default false */
  registry?: boolean;
  /** Milliseconds for one check, above 0; a server that has not answered by then is down. @default 5000 */
  timeoutMs?: number;
  /**
   * Milliseconds for which a good result is used again, so that probes do not log in at the server every few seconds. A
   * bad one is used again for a sixth of that, a refused login for twice that: repeating it can lock an account.
   * @default 30000
   */
  cacheMs?: number;
  /** Most mails that may wait in a pickup directory or a queue. @default no limit */
  maxBacklog?: number;
  /** Milliseconds that the oldest mail in a pickup directory or a queue may have waited. @default 900000 (15 min) */
  maxAgeMs?: number;
}

/** {@link MailHealthOptions} with the defaults applied. */
export type MailHealthTuning = Required<Omit<MailHealthOptions, 'mailer' | 'tenant' | 'registry'>>;

const HEALTH_OPTIONS = fields({
  mailer: text,
  tenant: text,
  registry: flag,
  // Whether it can be meant is told with the defaults.
  timeoutMs: anything,
  cacheMs: anything,
  maxBacklog: anything,
  maxAgeMs: anything,
} as const satisfies Record<keyof MailHealthOptions, OptionReader>);

/**
 * Reads the options of one check: one that is mistyped would be ignored.
 *
 * @throws TypeError for an option that is not known, with the known one that was probably meant, and for options that
 *   exclude each other
 */
export function readHealthOptions(given: unknown): MailHealthOptions {
  const { options, problems } = readOptions<MailHealthOptions>(given, HEALTH_OPTIONS);
  const words = problems.map(({ key, message }) => `${key} ${message}`);
  const { mailer, tenant, registry } = options;
  if (
    words.length === 0 &&
    Number(mailer !== undefined) + Number(tenant !== undefined) + Number(registry === true) > 1
  )
    words.push('mailer, tenant and registry exclude each other; ask for each by a call of its own');
  if (words.length === 0) return options;
  throw new TypeError(`The health options cannot be used: ${words.join('; ')}`);
}

/**
 * Applies the defaults.
 *
 * @throws RangeError for a number that cannot be meant
 */
export function healthTuning(options: MailHealthOptions): MailHealthTuning {
  return {
    timeoutMs: timeLimit(options.timeoutMs ?? 5000),
    cacheMs: amount('cacheMs', options.cacheMs, 30_000),
    maxBacklog: amount('maxBacklog', options.maxBacklog, Infinity),
    maxAgeMs: amount('maxAgeMs', options.maxAgeMs, 900_000),
  };
}

/** The longest time that a timer of Node's takes. */
const LONGEST_TIMEOUT_MS = 2_147_483_647;

/** A check must end, because the probes that wait for it have time limits. */
function timeLimit(timeoutMs: number): number {
  if (typeof timeoutMs === 'number' && timeoutMs > 0 && timeoutMs <= LONGEST_TIMEOUT_MS) return timeoutMs;
  throw new RangeError(
    `The health option timeoutMs must be a number of milliseconds above 0, not ${String(timeoutMs)}`,
  );
}

function amount(name: string, value: number | undefined, otherwise: number): number {
  if (value === undefined) return otherwise;
  if (typeof value === 'number' && value >= 0) return value;
  throw new RangeError(
    `The health option ${name} must be a number that is not negative, not ${String(value)}`,
  );
}
