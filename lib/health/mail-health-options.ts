/** What `MailHealthIndicator` checks, and which results are unhealthy. */
export interface MailHealthOptions {
  /** Name of the mailer (option `name` of `MailModule`). @default the mailer without a name */
  mailer?: string;
  /** Milliseconds for one check, above 0; a server that has not answered by then is down. @default 5000 */
  timeoutMs?: number;
  /**
   * Milliseconds for which a good result is used again, so that probes do not log in at the server every few seconds. A
   * bad one is used again for a sixth of that, a refused login for twice that: repeating it can lock an account.
   * @default 30000
   */
  cacheMs?: number;
  /** Most mails that may wait in a pickup directory. @default no limit */
  maxBacklog?: number;
  /** Milliseconds that the oldest mail in a pickup directory may have waited. @default 900000 (15 min) */
  maxAgeMs?: number;
}

/** {@link MailHealthOptions} with the defaults applied. */
export type MailHealthTuning = Required<Omit<MailHealthOptions, 'mailer'>>;

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
