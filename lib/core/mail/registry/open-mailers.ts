import { atMost } from '../../concurrency/at-most.js';
import { MailDeliveryError } from '../../errors/mail-delivery-error.js';
import { MailRegistryError } from '../../errors/mail-registry-error.js';
import type { MailerEnd } from '../../sending/mailer-end.js';
import { SHUTTING_DOWN } from '../../sending/mailer-end.js';
import { mailLogger } from '../mail.logger.js';
import { IdleWatch } from './idle-watch.js';
import { closedEnd, idleEnd, replacedEnd } from './mailer-ends.js';
import { labelOf } from './mailer-key.js';
import { MailerSlot } from './mailer-slot.js';
import type { MailerRequest, OpenMailer } from './open-mailer.js';

/** The bounds of a registry. */
export interface OpenMailersLimits {
  /** Milliseconds without use after which a mailer closes; 0 means never. */
  readonly idleMs: number;
  readonly maxOpen: number;
  /** Milliseconds that sends under way get to finish. */
  readonly graceMs: number;
}

/** A mailer that only finishes what has begun. */
interface Draining {
  readonly key: string;
  readonly done: Promise<void>;
}

/** The mailers of a registry: at most one for each key, and those that only finish what has begun. */
export class OpenMailers {
  readonly #limits: OpenMailersLimits;
  readonly #slots = new Map<string, MailerSlot>();
  readonly #draining = new Set<Draining>();
  readonly #idle: IdleWatch;
  readonly #logger = mailLogger('MailerRegistry', undefined);
  /** When the grace time of the shutdown is over, by `performance.now()`; undefined before the shutdown. */
  #graceEndsAt: number | undefined;
  #ended = false;

  constructor(limits: OpenMailersLimits) {
    this.#limits = limits;
    this.#idle = new IdleWatch(limits.idleMs, () => this.#closeIdle());
  }

  /** Every mailer, in the order in which their keys were first opened. Looking at them does not count as use. */
  get all(): OpenMailer[] {
    return [...this.#slots.values()].flatMap(slot => slot.current ?? []);
  }

  /** The mailer of a key. Looking at it does not count as use. */
  find(key: string): OpenMailer | undefined {
    return this.#slots.get(key)?.current;
  }

  /**
   * The mailer that is asked for, which counts as used.
   *
   * @throws MailDeliveryError `EMAILCLOSED` after the shutdown
   * @throws MailRegistryError `EMAILMAILERLIMIT` when there are too many
   * @throws what making it throws
   */
  async open(key: string, request: MailerRequest): Promise<OpenMailer> {
    this.checkOpen();
    const known = this.#slots.get(key);
    if (!known?.has(request)) this.#checkRoom(known);
    const slot = known ?? this.#newSlot(key);
    const mailer = await slot.open(request);
    mailer.lifetime.limits.touch();
    return mailer;
  }

  /** Closes the mailer of a key and waits until everything that was begun under that key is done. */
  async close(key: string): Promise<void> {
    const slot = this.#slots.get(key);
    if (slot) {
      const taken = slot.takeInTurn();
      this.#forgetEmpty(key, slot);
      const mailer = await taken;
      if (mailer) await this.#drain(mailer, closedEnd(labelOf(key)));
    }
    await Promise.all(this.#drainsOf(key));
  }

  /** The application ends: starts the grace time of every mailer. */
  beginGrace(): void {
    this.#graceEndsAt ??= performance.now() + this.#limits.graceMs;
    for (const { lifetime } of this.all) lifetime.beginGrace();
  }

  /** The application has ended: nothing is opened any more, and all mailers finish at the same time. Never rejects. */
  async end(): Promise<void> {
    this.beginGrace();
    this.#ended = true;
    this.#idle.stop();
    const making = [...this.#slots.values()].map(({ work }) => work);
    for (const slot of this.#slots.values()) {
      const mailer = slot.take();
      if (mailer) this.#drain(mailer, SHUTTING_DOWN);
    }
    // A mailer that is being made gets no longer than those that are there.
    await Promise.all([
      atMost(this.#graceLeft, Promise.all(making)),
      ...[...this.#draining].map(({ done }) => done),
    ]);
    // One that was made meanwhile has been closed by then, or is being closed.
    await Promise.all([...this.#draining].map(({ done }) => done));
  }

  /** @throws MailDeliveryError `EMAILCLOSED` after the shutdown */
  checkOpen(): void {
    if (!this.#ended) return;
    throw new MailDeliveryError(
      'EMAILCLOSED',
      'The application is shutting down; no mailer can be opened any more.',
      { phase: 'connect', retryable: true },
    );
  }

  get #graceLeft(): number {
    return Math.max(0, (this.#graceEndsAt ?? 0) - performance.now());
  }

  #newSlot(key: string): MailerSlot {
    const slot = new MailerSlot({
      checkOpen: () => this.checkOpen(),
      opened: (mailer, before) => this.#opened(mailer, before),
      discard: mailer => this.#drain(mailer, SHUTTING_DOWN),
      settled: () => this.#forgetEmpty(key, slot),
    });
    this.#slots.set(key, slot);
    return slot;
  }

  #forgetEmpty(key: string, slot: MailerSlot): void {
    if (!slot.busy && !slot.current && this.#slots.get(key) === slot) this.#slots.delete(key);
  }

  /** Before anything is made. */
  #checkRoom(known: MailerSlot | undefined): void {
    const { maxOpen, graceMs } = this.#limits;
    if (!known && this.#slots.size >= maxOpen) {
      throw limitError(
        `${this.#slots.size} mailers are open, and maxOpen allows no more. Close one by close(key), let unused ones close sooner (idleMs), or raise maxOpen of MailModule.registry().`,
        maxOpen,
      );
    }
    if (this.#draining.size >= maxOpen) {
      throw limitError(
        `${this.#draining.size} mailers that were closed or replaced still finish their mails, as many as maxOpen allows. Try again when they are done, ${graceMs} ms (shutdownTimeoutMs) at the latest, or raise maxOpen of MailModule.registry().`,
        maxOpen,
      );
    }
  }

  #opened(mailer: OpenMailer, before: OpenMailer | undefined): void {
    if (this.#graceEndsAt !== undefined) mailer.lifetime.beginGrace(this.#graceLeft);
    this.#idle.start();
    if (!before) return;
    const label = labelOf(before.key);
    this.#logger.log(`The mailer "${label}" has other settings or options from now on.`);
    void this.#drain(before, replacedEnd(label));
  }

  /** Never rejects: what cannot be closed is logged by the mailer. */
  #drain({ key, lifetime }: OpenMailer, end: MailerEnd): Promise<void> {
    const draining = { key, done: lifetime.close(end).catch(() => {}) };
    this.#draining.add(draining);
    void draining.done.then(() => this.#draining.delete(draining));
    return draining.done;
  }

  #drainsOf(key: string): Promise<void>[] {
    return [...this.#draining].filter(one => one.key === key).map(({ done }) => done);
  }

  /** @returns when the next one may be idle, by `performance.now()`; undefined when none is open */
  #closeIdle(): number | undefined {
    const { idleMs } = this.#limits;
    const now = performance.now();
    let next: number | undefined;
    for (const [key, slot] of this.#slots) {
      const idleAt = (slot.current?.lifetime.limits.usedAt ?? now) + idleMs;
      if (slot.busy || !slot.current || idleAt > now) {
        next = Math.min(next ?? Infinity, slot.busy ? now + idleMs : idleAt);
        continue;
      }
      const mailer = slot.take();
      this.#forgetEmpty(key, slot);
      if (mailer) void this.#drain(mailer, idleEnd(labelOf(key), idleMs));
    }
    return next;
  }
}

function limitError(problem: string, maxOpen: number): MailRegistryError {
  return new MailRegistryError('EMAILMAILERLIMIT', `No mailer can be opened: ${problem}`, maxOpen);
}
