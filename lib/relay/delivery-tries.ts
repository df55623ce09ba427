import { lstat } from 'node:fs/promises';
import type { MailDelivery } from '../delivery/mail-delivery.js';
import { Places } from '../delivery/places.js';
import { HeldMail } from './mail/held-mail.js';
import type { SpooledMail } from './mail/spooled-mail.js';
import type { ClaimedMail, MailHistory, MailRecords } from './mail-records.js';
import type { ServerPause } from './server-pause.js';
import type { RelayEvent } from './relay-event.js';
import { maskAddresses } from '../address/mask-addresses.js';
import type { Claims } from './spool/claims.js';
import { fileIdentity } from './spool/file-identity.js';
import type { Verdict } from './verdict.js';
import { FileChangedError, verdictOf, verdictOfFailure } from './verdict.js';

/** What tries are made with. */
export interface DeliveryTriesParts {
  readonly delivery: MailDelivery;
  readonly claims: Claims;
  readonly records: MailRecords;
  readonly pause: ServerPause;
  /** Fires when a shutdown begins: no further mail is ended. Its reason is a `HeldBackError`. */
  readonly stopping: AbortSignal;
  /** Fires at the end of the grace time of a shutdown. */
  readonly cut: AbortSignal;
  /** Mails whose end was sent and whose outcome is not on record, at most. */
  readonly unconfirmed: number;
  /** The setting `SendTimeout` in milliseconds; 0 means none. */
  readonly timeoutMs: number;
  readonly emit: (event: RelayEvent) => void;
}

/** Tries to deliver claimed mails, and hands what came of it to the records. */
export class DeliveryTries {
  readonly #parts: DeliveryTriesParts;
  readonly #unconfirmed: Places;

  constructor(parts: DeliveryTriesParts) {
    this.#parts = parts;
    this.#unconfirmed = new Places(parts.unconfirmed);
  }

  /** Tries once. */
  async run(
    claimed: ClaimedMail,
    mail: SpooledMail,
    to: readonly string[],
    history: MailHistory,
  ): Promise<void> {
    const { records, pause, emit } = this.#parts;
    // Another mail may have met a server that cannot be used, after this one was taken.
    if (pause.current) return records.giveBack(claimed);
    const began = performance.now();
    const turn = this.#turn(claimed);
    try {
      const verdict = await this.#try(mail, to, turn);
      if (verdict.kind === 'unusable') {
        const paused = pause.failed(verdict.reason, began);
        if (records.isExpired(claimed)) await records.giveUp(claimed, mail, history, to, verdict.reason);
        else await records.giveBack(claimed);
        if (paused) emit({ type: 'paused', ...paused, reason: maskAddresses(paused.reason) });
        return;
      }
      if (verdict.kind === 'stopped') return await records.giveBack(claimed);
      if (verdict.kind === 'unfinished') return await records.unfinished(claimed);
      if (pause.succeeded()) emit({ type: 'resumed' });
      const delivered = [...history.delivered, ...verdict.delivered];
      const refused = [...history.refused, ...verdict.refused];
      const settle = await records.decided(
        claimed,
        mail,
        { ...history, delivered, refused },
        verdict.deferred,
        verdict.delivered,
      );
      // Only now, when the outcome is on record, may the next mail come into doubt.
      turn.end();
      await settle();
    } finally {
      turn.end();
    }
  }

  async #try(mail: SpooledMail, to: readonly string[], turn: Turn): Promise<Verdict> {
    const { delivery, timeoutMs, cut } = this.#parts;
    const limit = timeLimit(timeoutMs, cut);
    try {
      const held = new HeldMail(mail, to, async () => {
        await turn.wait(limit.signal);
        limit.refresh();
      });
      return verdictOf(await delivery.deliver(held, { signal: limit.signal }), to);
    } catch (error) {
      return verdictOfFailure(error, to);
    } finally {
      limit.end();
    }
  }

  /** The right to end one mail: taken once, given back when its outcome is on record. */
  #turn(claimed: ClaimedMail): Turn {
    let taken: Promise<void> | undefined;
    let has = false;
    return {
      wait: async signal => {
        taken ??= this.#waitFor(signal).then(() => {
          has = true;
        });
        await taken;
        await this.#checkUnchanged(claimed);
      },
      end: () => {
        if (has) this.#unconfirmed.free();
        has = false;
      },
    };
  }

  async #waitFor(signal: AbortSignal): Promise<void> {
    const waiting = new AbortController();
    const sources = [this.#parts.stopping, signal];
    const onAbort = (event: Event): void => waiting.abort((event.target as AbortSignal).reason);
    for (const source of sources) {
      source.addEventListener('abort', onAbort, { once: true });
      if (source.aborted) waiting.abort(source.reason);
    }
    try {
      await this.#unconfirmed.take(waiting.signal);
    } finally {
      for (const source of sources) source.removeEventListener('abort', onAbort);
    }
  }

  /** The last moment at which a file can still turn out to be half written, or to be claimed by somebody else. */
  async #checkUnchanged({ name, identity }: ClaimedMail): Promise<void> {
    const path = this.#parts.claims.pathOf(name);
    const now = await lstat(path, { bigint: true }).catch(() => undefined);
    if (!now || fileIdentity(now) !== identity)
      throw new FileChangedError('The file has changed while it was being sent.');
  }
}

interface Turn {
  wait(signal: AbortSignal): Promise<void>;
  end(): void;
}

interface TimeLimit {
  readonly signal: AbortSignal;
  /** Starts the time again. */
  refresh(): void;
  end(): void;
}

function timeLimit(timeoutMs: number, cut: AbortSignal): TimeLimit {
  if (timeoutMs === 0) return { signal: cut, refresh: () => {}, end: () => {} };
  const controller = new AbortController();
  const onCut = (): void => controller.abort(cut.reason);
  cut.addEventListener('abort', onCut, { once: true });
  if (cut.aborted) onCut();
  const timer = setTimeout(() => {
    const reason = new Error(`The send took longer than ${timeoutMs} ms`);
    reason.name = 'TimeoutError';
    controller.abort(reason);
  }, timeoutMs);
  return {
    signal: controller.signal,
    refresh: () => void timer.refresh(),
    end: () => {
      clearTimeout(timer);
      cut.removeEventListener('abort', onCut);
    },
  };
}
