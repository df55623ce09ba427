import type { AbortListener, AnySignal } from './lazy-signal.js';
import { LazySignal } from './lazy-signal.js';
import { onAbort } from './on-abort.js';

/** Takes whoever has left out of a queue. */
export type Leave = (waiter: Waiter, reason: unknown) => void;

/** Who waits in a queue: an object without functions of its own, as thousands may wait at once. */
export class Waiter implements AbortListener {
  readonly #leave: Leave;
  #signal: AnySignal | undefined;
  /** Undefined once it was served or has left. */
  #resolve: (() => void) | undefined;
  #reject: ((reason: unknown) => void) | undefined;
  /** Ends the listening to a signal that is none of ours. */
  #stop: (() => void) | undefined;

  /** @param leave called when the signal fires, with its reason */
  constructor(
    leave: Leave,
    signal: AnySignal | undefined,
    resolve: () => void,
    reject: (reason: unknown) => void,
  ) {
    this.#leave = leave;
    this.#signal = signal;
    this.#resolve = resolve;
    this.#reject = reject;
    if (signal instanceof LazySignal) signal.addListener(this);
    else if (signal) this.#stop = onAbort(signal, () => this.aborted());
  }

  /** Whether it still waits. */
  get waits(): boolean {
    return this.#resolve !== undefined;
  }

  /** The signal has fired. */
  aborted(): void {
    this.#leave(this, this.#signal?.reason);
  }

  /** Ends the wait, and holds on to nothing of it. */
  serve(): void {
    const resolve = this.#resolve;
    this.#end();
    resolve?.();
  }

  /** Ends the wait, and holds on to nothing of it. */
  reject(reason: unknown): void {
    const reject = this.#reject;
    this.#end();
    reject?.(reason);
  }

  #end(): void {
    this.#resolve = undefined;
    this.#reject = undefined;
    if (this.#signal instanceof LazySignal) this.#signal.removeListener(this);
    this.#stop?.();
    this.#signal = undefined;
    this.#stop = undefined;
  }
}
