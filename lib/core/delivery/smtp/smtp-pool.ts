import { withEitherSignal } from '../../concurrency/either-signal.js';
import type { AnySignal } from '../../concurrency/lazy-signal.js';
import { linkedAbort } from '../../concurrency/linked-abort.js';
import { pause } from '../../concurrency/pause.js';
import { lateImport } from '../../errors/late-import.js';
import type { MailDeliveryError } from '../../errors/mail-delivery-error.js';
import type { Redactor } from '../../redaction/redact.js';
import { Connecting } from './connecting.js';
import { ConnectionLimit } from './connection-limit.js';
import { ConnectionPermits } from './connection-permits.js';
import { IdleSessions } from './idle-sessions.js';
import { ReturningSessions } from './returning-sessions.js';
import type { SessionRequest } from './session-request.js';
import type { SmtpDeliveryOptions } from './smtp-options.js';
import type { SmtpSession } from './smtp-session.js';

/** Imported, with what of nodemailer connects, when the first connection is opened. */
const importSession = lateImport(() => import('./smtp-session.js'));

const MESSAGES_PER_CONNECTION = 100;
/** Milliseconds after which a connection that is being opened is not waited for any more when another one comes free. */
const SLOW_OPENING_MS = 500;
/** How often who waits for others looks whether there are any. */
const LOOK_MS = 250;

/** What a pool remembers. */
interface PoolState {
  closed: boolean;
  /** When a connection was open last, on the monotonic clock. */
  lastOpen: number | undefined;
  /** Why no connection could be opened, while none is open. */
  refusal: MailDeliveryError | undefined;
}

/**
 * Holds at most `MaxConnections` sessions, fewer where the server gives fewer, and lends them, one message at a time. The
 * permit to use a session comes first: see {@link acquire}.
 */
export class SmtpPool {
  readonly #options: SmtpDeliveryOptions;
  readonly #redact: Redactor;
  readonly #idle: IdleSessions;
  /** The connections that are open, lent and idle ones. */
  readonly #open = new Set<SmtpSession>();
  readonly #returning = new ReturningSessions();
  readonly #permits: ConnectionPermits;
  readonly #limit: ConnectionLimit;
  readonly #state: PoolState = { closed: false, lastOpen: undefined, refusal: undefined };

  constructor(options: SmtpDeliveryOptions, redact: Redactor) {
    this.#options = options;
    this.#redact = redact;
    const { maxConnections } = options.settings;
    this.#idle = new IdleSessions(session => this.#open.delete(session));
    this.#permits = new ConnectionPermits(maxConnections);
    this.#limit = new ConnectionLimit(maxConnections, connections => {
      try {
        options.onFewConnections?.(connections);
      } catch {
        // A listener that fails must not fail the mail after which it is told.
      }
    });
  }

  /** Why no connection could be opened last; undefined while one is open, and before one was tried. */
  get refusal(): MailDeliveryError | undefined {
    return this.#state.refusal;
  }

  /** When the server last answered over a connection that is still open, on the monotonic clock; undefined: there is none. */
  get lastReplyAt(): number | undefined {
    const times = [...this.#open].filter(session => session.alive).map(session => session.lastReplyAt);
    return times.length === 0 ? undefined : Math.max(...times);
  }

  /** Whether mails wait for a connection. */
  get contended(): boolean {
    return this.#permits.waiting > 0;
  }

  /**
   * Waits for a permit to use a session. Give it back with {@link releasePermit}, or use it with {@link lend}. Rejects
   * with the reason of the signal that ends the wait.
   *
   * @param signal ends the wait
   * @param wait ends it too
   */
  acquire(signal?: AnySignal, wait?: AnySignal): Promise<void> {
    this.#grow();
    return withEitherSignal(signal, wait, either => this.#permits.acquire(either));
  }

  /** Waits as {@link acquire} does, before all who wait already: for the rest of a mail that had its turn, or a check. */
  acquireFirst(signal?: AnySignal, wait?: AnySignal): Promise<void> {
    return withEitherSignal(signal, wait, either => this.#permits.acquireFirst(either));
  }

  /** Gives a permit back that was not used. */
  releasePermit(): void {
    this.#permits.release();
  }

  /** Rejects all who wait for a permit. */
  rejectWaiting(reason: unknown): void {
    this.#permits.rejectAll(reason);
  }

  /**
   * Lends a session to the holder of a permit, opening one when none is idle. While the server has no room for one more
   * connection, the holder waits for those that work; when none does, connecting is tried again for
   * `patienceMs`. Give the session back, and the permit with it, with {@link release}; when this fails the permit is given back
   * already.
   *
   * @throws MailDeliveryError of the phase `connect`, `tls` or `auth`
   */
  async lend(request: SessionRequest): Promise<SmtpSession> {
    let { fresh = false } = request;
    let connecting: Connecting | undefined;
    for (;;) {
      const idle = fresh ? await this.#makeRoom() : this.#idle.take();
      if (idle) return idle;
      if (connecting?.isPointless(this.#state.lastOpen)) throw this.#failed(connecting.told);
      try {
        return await (fresh ? this.#openOne(request) : this.#openOrTake(request));
      } catch (error) {
        if (this.#state.closed || request.signal.aborted) throw this.#failed(error);
        connecting ??= new Connecting();
        const others = { open: this.#open.size, opening: this.#limit.opening };
        const step = connecting.failed(error, others, performance.now() >= this.#endOf(request));
        if (others.open === 0) this.#state.refusal = connecting.told;
        fresh = false;
        if (step === 'wait') await this.#waitForOthers(request, connecting);
        else if (step === 'pause') await this.#pause(connecting.pauseMs, request);
        else throw this.#failed(connecting.failure(error, this.#state.lastOpen !== undefined));
      }
    }
  }

  /** Takes a session back; resolves, and frees its permit, once the connection is ready again, or gone. */
  release(session: SmtpSession): Promise<void> {
    this.#state.lastOpen = performance.now();
    return this.#returning.hold(session, this.#takeBack(session)).finally(() => {
      this.#permits.release();
      this.#grow();
    });
  }

  /**
   * The server has ended a new session before it took a mail: it has too many connections.
   *
   * @param session still lent
   * @returns whether there are others that are worth waiting for
   */
  turnedAway(session: SmtpSession): boolean {
    this.#open.delete(session);
    const others = this.#others;
    if (others > 0) this.#shrink(others);
    return others > 0;
  }

  /** Ends all sessions that are not lent; those that are end when they come back. */
  async close(): Promise<void> {
    this.#state.closed = true;
    await Promise.all([this.#idle.quitAll(), this.#returning.destroyAll()]);
  }

  /** How many connections there are besides the one of who asks. */
  get #others(): number {
    return this.#open.size + this.#limit.opening;
  }

  async #openOne({ signal, mail }: SessionRequest): Promise<SmtpSession> {
    this.#limit.opening++;
    try {
      const { SmtpSession: Session } = await importSession();
      const session = await Session.open(this.#options, this.#redact, signal, mail);
      session.whileHeld = wait => this.#permits.whileHeld(wait);
      this.#open.add(session);
      this.#state.lastOpen = performance.now();
      this.#state.refusal = undefined;
      this.#permits.resize(this.#limit.opened());
      return session;
    } finally {
      this.#limit.opening--;
    }
  }

  /**
   * Opens a session. While that takes long, another one may come free: a server that is full may let a client wait without a
   * word.
   */
  async #openOrTake(request: SessionRequest): Promise<SmtpSession> {
    const bound = linkedAbort(request.signal);
    const opening = this.#openOne({ ...request, signal: bound.signal });
    let stop = (): void => {};
    let over = false;
    try {
      return await new Promise<SmtpSession>((resolve, reject) => {
        const take = (session: SmtpSession): void => {
          over = true;
          stop();
          resolve(session);
        };
        // Where another one was taken, nobody waits for this one any more.
        opening.then(session => (over ? void this.#takeBack(session) : take(session)), reject);
        const timer = setTimeout(() => (stop = this.#idle.onceFree(take)), SLOW_OPENING_MS);
        stop = () => clearTimeout(timer);
      });
    } finally {
      stop();
      // Cuts what is still being opened.
      bound.abort(new Error('Another connection has come free'));
      bound.unlink();
    }
  }

  /** Ends an idle session where there can be no other one beside it. */
  async #makeRoom(): Promise<undefined> {
    if (this.#others < this.#limit.current) return;
    const idle = this.#idle.take();
    if (!idle) return;
    this.#open.delete(idle);
    await idle.quit();
  }

  #failed(error: unknown): unknown {
    // Where nobody has got in, nothing was learnt of how many may.
    if (this.#others === 0) this.#permits.resize(this.#limit.forget());
    // Later than the caller's own handlers: a fallback rejects those who wait before one of them tries the same server.
    setImmediate(() => {
      // Nobody waits for that any more; who waits goes on to try, and hears anew.
      if (this.#others === 0) this.#state.refusal = undefined;
      this.#permits.release();
    });
    return error;
  }

  /** Gives the permit up for one of those who have a connection; rejects without a permit. */
  async #waitForOthers(request: SessionRequest, connecting: Connecting): Promise<void> {
    this.#shrink(this.#others, !connecting.isOfSignIn);
    this.#permits.release();
    const bound = linkedAbort(request.signal, request.wait);
    const timer = setInterval(() => {
      // The others may not get in either, and have more time.
      if (this.#open.size === 0 && performance.now() >= this.#endOf(request))
        bound.abort(connecting.failure(connecting.told, this.#state.lastOpen !== undefined));
    }, LOOK_MS);
    try {
      await this.#permits.acquireFirst(bound.signal);
    } finally {
      clearInterval(timer);
      bound.unlink();
    }
  }

  async #pause(pauseMs: number, request: SessionRequest): Promise<void> {
    // The others would only be refused as this one was.
    this.#permits.resize(this.#limit.suspend());
    const { signal, wait } = request;
    const left = Math.max(0, this.#endOf(request) - performance.now());
    const ms = Math.min(pauseMs, left);
    try {
      await withEitherSignal(signal, wait, either => pause(ms, either));
    } catch {
      throw this.#failed(signal.aborted ? signal.reason : wait?.reason);
    }
  }

  /** Until when a mail waits while no connection works. */
  #endOf({ since, patienceMs }: SessionRequest): number {
    return Math.max(since, this.#state.lastOpen ?? 0) + patienceMs;
  }

  #shrink(others: number, isOfServer = true): void {
    this.#limit.refused(others, isOfServer);
    this.#permits.resize(this.#limit.current);
  }

  #grow(): void {
    if (this.#open.size > 0 && this.#limit.grow()) this.#permits.resize(this.#limit.current);
  }

  async #takeBack(session: SmtpSession): Promise<void> {
    await session.settled();
    const most = this.#options.extra.maxMessages ?? MESSAGES_PER_CONNECTION;
    const ends = session.fate !== 'usable' || session.messages >= most || this.#state.closed;
    if (session.alive && !ends && this.#open.size <= this.#limit.current) {
      this.#limit.used();
      // Those who wait for a permit come first: who opens a connection may still get it.
      if (!this.contended && this.#idle.handOver(session)) return;
      return this.#idle.keep(session, this.#limit.idleMs(this.#options.settings.connectionTimeout));
    }
    this.#open.delete(session);
    await session.quit();
  }
}
