import type { MailCheck } from './mail-check.js';

interface Entry {
  readonly check: Promise<MailCheck>;
  /** When the check had ended, by `performance.now()`; undefined while it runs. */
  endedAt?: number;
  /** The result; undefined while the check runs. */
  found?: MailCheck;
}

/** How a mailer is checked, and how long the result is kept. */
export interface CachedCheck {
  /** Milliseconds that the check may take. Checks with different limits are kept apart: a longer one may find more. */
  readonly timeoutMs: number;
  /** Makes the check. Must not reject. */
  readonly make: () => Promise<MailCheck>;
  /** For how many milliseconds a result may be used again that came at that moment of `performance.now()`. */
  readonly keepMs: (found: MailCheck, endedAt: number) => number;
}

/** Keeps the last check of each mailer for a while. Checks at the same time are one; no timer keeps the process alive. */
export class CheckCache {
  readonly #entries = new WeakMap<object, Map<number, Entry>>();

  /** The result of a check, made anew when the last one is too old. */
  async get(mailer: object, options: CachedCheck): Promise<MailCheck> {
    const entries = this.#entries.get(mailer) ?? new Map<number, Entry>();
    this.#entries.set(mailer, entries);
    for (const [timeoutMs, entry] of entries) if (!isFresh(entry, options)) entries.delete(timeoutMs);
    const known = entries.get(options.timeoutMs);
    if (known) return known.check;
    const entry: Entry = { check: options.make() };
    entries.set(options.timeoutMs, entry);
    entry.found = await entry.check;
    entry.endedAt = performance.now();
    return entry.found;
  }
}

function isFresh({ endedAt, found }: Entry, { keepMs }: CachedCheck): boolean {
  if (endedAt === undefined || found === undefined) return true;
  return performance.now() - endedAt < keepMs(found, endedAt);
}
