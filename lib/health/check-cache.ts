import type { MailCheck } from './mail-check.js';

interface Entry {
  readonly check: Promise<MailCheck>;
  /** When it was over; undefined while it runs. */
  endedAt?: number;
  /** What was found; undefined while it runs. */
  found?: MailCheck;
}

/** How a look is made and kept. */
export interface Look {
  /** Milliseconds that the look may take. Looks with different limits are different looks: one may have seen more. */
  readonly timeoutMs: number;
  /** Makes the look. Must not reject. */
  readonly make: () => Promise<MailCheck>;
  /** For how many milliseconds what was found may be used again. */
  readonly keepMs: (found: MailCheck) => number;
}

/** Keeps the last look at each mailer for a while. Looks at the same time are one look; nothing keeps the process alive. */
export class CheckCache {
  readonly #entries = new WeakMap<object, Map<number, Entry>>();

  /** The result of a look, made anew when the last one is too old. */
  async get(mailer: object, look: Look): Promise<MailCheck> {
    const entries = this.#entries.get(mailer) ?? new Map<number, Entry>();
    this.#entries.set(mailer, entries);
    for (const [timeoutMs, entry] of entries) if (!isFresh(entry, look)) entries.delete(timeoutMs);
    const known = entries.get(look.timeoutMs);
    if (known) return known.check;
    const entry: Entry = { check: look.make() };
    entries.set(look.timeoutMs, entry);
    entry.found = await entry.check;
    entry.endedAt = performance.now();
    return entry.found;
  }
}

function isFresh({ endedAt, found }: Entry, { keepMs }: Look): boolean {
  if (endedAt === undefined || found === undefined) return true;
  return performance.now() - endedAt < keepMs(found);
}
