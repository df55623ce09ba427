import { atMost } from '../core/concurrency/at-most.js';
import { labelOf } from '../core/mail/registry/mailer-key.js';
import type { OpenMailer } from '../core/mail/registry/open-mailer.js';
import type { OpenMailers } from '../core/mail/registry/open-mailers.js';
import { overdue } from './judge-check.js';
import type { MailCheck } from './mail-check.js';
import type { MailHealthTuning } from './mail-health-options.js';

/** Mailers that are checked at the same time. */
const AT_ONCE = 20;
/** Most keys that a report names. */
const MOST_NAMED = 10;
/** The whole takes at most so many times as long as one check. */
const WHOLE_SHARE = 2;

/** How the open mailers of a registry do. */
export interface RegistryFindings {
  readonly facts: Record<string, unknown>;
  readonly status: 'up' | 'degraded' | 'down';
}

/** Checks the open mailers of a registry, some at a time. None is opened for it, and it does not count as use. */
export class RegistryHealth {
  readonly #mailers: OpenMailers;
  /** Where the next check begins: servers that hang must not keep it from always the same others. */
  #next = 0;

  constructor(mailers: OpenMailers) {
    this.#mailers = mailers;
  }

  /** @param check checks one mailer, or takes its last result. Must not reject */
  async look(
    tuning: MailHealthTuning,
    check: (mailer: OpenMailer) => Promise<MailCheck>,
  ): Promise<RegistryFindings> {
    const checks = await this.#checkAll(tuning.timeoutMs * WHOLE_SHARE, check);
    // A mailer that was closed or replaced meanwhile is not the tenant's any more.
    const open = this.#mailers.all;
    const known = open.flatMap(mailer => {
      const found = checks.get(mailer);
      return found ? [{ mailer, found }] : [];
    });
    const failing = known.filter(
      ({ found }) => found.error !== undefined || overdue(found, tuning) !== undefined,
    );
    const impaired = known.filter(({ found }) => found.degraded && found.error === undefined).length;
    const unchecked = open.length - known.length;
    return {
      facts: {
        open: open.length,
        failing: failing.length,
        ...(failing.length > 0 && {
          failingKeys: failing.slice(0, MOST_NAMED).map(({ mailer }) => labelOf(mailer.key)),
        }),
        ...(impaired > 0 && { degraded: impaired }),
        ...(unchecked > 0 && { unchecked }),
      },
      status: statusOf({ open: open.length, failing: failing.length, impaired }),
    };
  }

  async #checkAll(
    limitMs: number,
    check: (mailer: OpenMailer) => Promise<MailCheck>,
  ): Promise<ReadonlyMap<OpenMailer, MailCheck>> {
    const { all } = this.#mailers;
    const begin = all.length === 0 ? 0 : this.#next % all.length;
    const turn = [...all.slice(begin), ...all.slice(0, begin)];
    const checks = new Map<OpenMailer, MailCheck>();
    const bound = { over: false };
    const work = async (): Promise<void> => {
      for (let mailer = turn.shift(); mailer && !bound.over; mailer = turn.shift()) {
        this.#next = all.indexOf(mailer) + 1;
        checks.set(mailer, await check(mailer));
      }
    };
    await atMost(limitMs, Promise.all(Array.from({ length: AT_ONCE }, work)));
    bound.over = true;
    return checks;
  }
}

function statusOf(
  counts: Readonly<Record<'open' | 'failing' | 'impaired', number>>,
): RegistryFindings['status'] {
  const { open, failing, impaired } = counts;
  if (failing > 0 && failing === open) return 'down';
  return failing > 0 || impaired > 0 ? 'degraded' : 'up';
}
