import type { MailCheck } from './mail-check.js';

interface Entry {
  readonly check: Promise<MailCheck>;
  /** When it was over; undefined while it runs. */
  endedAt?: number;
  good?: boolean;
}

/** A bad result is looked at again sooner: who has mended a server wants to see it. */
const BAD_SHARE = 1 / 6;

/** Keeps the last look at each mailer for a while. Looks at the same time are one look; nothing keeps the process alive. */
export class CheckCache {
  readonly #entries = new WeakMap<object, Entry>();

  /** The result of a look, made anew when the last one is too old. */
  async get(mailer: object, cacheMs: number, look: () => Promise<MailCheck>): Promise<MailCheck> {
    const known = this.#entries.get(mailer);
    if (known && isFresh(known, cacheMs)) return known.check;
    const entry: Entry = { check: look() };
    this.#entries.set(mailer, entry);
    const check = await entry.check;
    entry.endedAt = performance.now();
    entry.good = check.error === undefined && check.degraded === undefined;
    return check;
  }
}

function isFresh({ endedAt, good }: Entry, cacheMs: number): boolean {
  if (endedAt === undefined) return true;
  return performance.now() - endedAt < (good ? cacheMs : cacheMs * BAD_SHARE);
}
