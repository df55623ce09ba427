import type { AgeLimit } from '../../core/delivery/age-limit.js';
import type { Outage, ServerPause } from '../../core/delivery/server-pause.js';
import type { RelayTuning } from '../relay-options.js';
import type { SpoolScanner } from '../spool/spool-scanner.js';
import type { MailProcessor } from './mail-processor.js';

/** What mails are given up with that cannot be tried. */
export interface OverdueMailsParts {
  readonly scanner: SpoolScanner;
  readonly processor: MailProcessor;
  readonly pause: ServerPause;
  readonly ageLimit: AgeLimit;
  readonly retry: RelayTuning['retry'];
  /** Whether the relay tries each mail once and ends: then no outage can be long, and several of them have to do. */
  readonly once: boolean;
  /** Fires when a shutdown begins. */
  readonly stopping: AbortSignal;
}

/** So long a server must have been unavailable before mails are given up for that; many times the first wait, and at least this. */
const SHORTEST_OUTAGE_MS = 10_000;
const FIRST_WAITS = 20;
/** So many tries of a mail are put on record in one outage: as many as it takes to give it up. */
const TRIES_ON_RECORD = 2;

/**
 * Sees to the mails that reach the age at which they are given up while none is tried, because the server is unavailable:
 * each failed try of the server counts as one of theirs.
 */
export class OverdueMails {
  readonly #parts: OverdueMailsParts;
  /** At which failed try of the server each mail was seen to last, and at how many. */
  readonly #seen = new Map<string, { readonly failures: number; readonly times: number }>();

  constructor(parts: OverdueMailsParts) {
    this.#parts = parts;
  }

  /** Looks at those that were not seen to since the last failed try of the server. Never rejects. */
  async run(): Promise<void> {
    const { scanner, pause, ageLimit } = this.#parts;
    const { outage } = pause;
    if (!outage) return this.#seen.clear();
    for (const name of scanner.index.olderThan(ageLimit.oldest)) {
      if (!this.#isStill(outage)) return;
      const isLong = this.#isLong(outage);
      const { failures = 0, times = 0 } = this.#seen.get(name) ?? {};
      // More tries on record change nothing before the outage is long.
      if (failures === outage.failures || (times >= TRIES_ON_RECORD && !isLong)) continue;
      if (!scanner.take(name)) continue;
      this.#seen.set(name, { failures: outage.failures, times: times + 1 });
      await this.#parts.processor.missed(name, { reason: outage.reason, isLong });
    }
  }

  #isStill({ failures }: Outage): boolean {
    const { pause, stopping } = this.#parts;
    return !stopping.aborted && pause.outage?.failures === failures;
  }

  #isLong({ lastedMs }: Outage): boolean {
    const { once, retry } = this.#parts;
    return (
      once ||
      lastedMs >= Math.min(retry.giveUpAfterMs, Math.max(SHORTEST_OUTAGE_MS, FIRST_WAITS * retry.firstMs))
    );
  }
}
