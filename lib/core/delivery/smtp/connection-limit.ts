/** Milliseconds until one connection more is tried, after the server has refused one. */
const FIRST_GROWTH_MS = 1000;
/** The longest such wait: it is twice as long after each refusal. */
const LONGEST_GROWTH_MS = 60_000;
/** Milliseconds without a refusal after which what was learnt is forgotten. */
const FORGET_MS = 600_000;

/** An idle connection is closed well before servers close it (RFC 5321 4.5.3.2.7: five minutes). */
const LONGEST_IDLE_MS = 60_000;
/** Where a server gives few connections, others may wait for one that is idle here. */
const IDLE_MS_UNDER_LIMIT = 500;
/** Another mailer that finds no room waits for `ConnectionTimeout`; an idle connection must not last as long. */
const IDLE_SHARE = 3;

/** Told how many connections the server gives, when that is fewer than the settings allow. */
export type ConnectionLimitListener = (connections: number) => void;

/**
 * How many connections a server gives to this mailer at a time. Begins with `MaxConnections`, becomes smaller when the
 * server has no room for one more, and grows again with a growing wait.
 */
export class ConnectionLimit {
  readonly #max: number;
  readonly #onLearnt: ConnectionLimitListener;
  #current: number;
  /** When one more is tried, on the monotonic clock, and how long that was put off. */
  #growth = { at: 0, afterMs: FIRST_GROWTH_MS };
  #hasGrown = false;
  #refusedAt: number | undefined;
  /** Whether there is something to tell of what the server gives, and whether that was done. */
  #telling: 'nothing' | 'due' | 'done' = 'nothing';
  #isSuspended = false;
  /** How many connections are being opened. */
  opening = 0;

  /**
   * @param max the setting `MaxConnections`
   * @param onLearnt told once what the server gives; again only when that was forgotten meanwhile
   */
  constructor(max: number, onLearnt: ConnectionLimitListener) {
    this.#max = max;
    this.#current = max;
    this.#onLearnt = onLearnt;
  }

  /** How many connections there may be now. */
  get current(): number {
    return this.#current;
  }

  /** Whether the server has refused a connection, not so long ago. */
  get learnt(): boolean {
    return this.#refusedAt !== undefined && performance.now() - this.#refusedAt < FORGET_MS;
  }

  /**
   * Milliseconds for which a connection without work is kept.
   *
   * @param connectionTimeout the setting `ConnectionTimeout` in seconds
   */
  idleMs(connectionTimeout: number): number {
    const share = (connectionTimeout * 1000) / IDLE_SHARE;
    return Math.min(share, this.learnt ? IDLE_MS_UNDER_LIMIT : LONGEST_IDLE_MS);
  }

  /**
   * There was no room for one more.
   *
   * @param others how many other connections there are, those that are being opened included
   * @param isOfServer whether the server said so; else one more could not sign in
   */
  refused(others: number, isOfServer = true): void {
    if (!this.learnt) {
      this.#growth.afterMs = FIRST_GROWTH_MS;
      this.#telling = 'nothing';
    } else if (this.#hasGrown) this.#growth.afterMs = Math.min(2 * this.#growth.afterMs, LONGEST_GROWTH_MS);
    if (isOfServer && this.#telling === 'nothing') this.#telling = 'due';
    this.#hasGrown = false;
    this.#current = Math.min(this.#current, Math.max(1, others));
    this.#refusedAt = performance.now();
    this.#growth.at = this.#refusedAt + this.#growth.afterMs;
  }

  /**
   * The server lets nobody in: one try at a time is enough.
   *
   * @returns how many connections there may be now
   */
  suspend(): number {
    this.#isSuspended = true;
    return 1;
  }

  /**
   * The server lets nobody in, and who tried has given up: nothing was learnt of how many it gives.
   *
   * @returns how many connections there may be now
   */
  forget(): number {
    this.#isSuspended = false;
    this.#current = this.#max;
    this.#refusedAt = undefined;
    return this.#current;
  }

  /**
   * A connection was opened. After a time in which the server let nobody in, all are tried again.
   *
   * @returns how many connections there may be now
   */
  opened(): number {
    return this.#isSuspended ? this.forget() : this.#current;
  }

  /** A mail was handled over a connection: what is known by now is told. */
  used(): void {
    if (this.#telling !== 'due' || this.opening > 0 || this.#current >= this.#max) return;
    this.#telling = 'done';
    this.#onLearnt(this.#current);
  }

  /**
   * Allows one connection more when it is time.
   *
   * @returns whether it was
   */
  grow(): boolean {
    if (this.#current >= this.#max || performance.now() < this.#growth.at) return false;
    this.#hasGrown = true;
    this.#current++;
    this.#growth.at = performance.now() + this.#growth.afterMs;
    return true;
  }
}
