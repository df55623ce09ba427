import type { AnySignal, LazySignal } from '../concurrency/lazy-signal.js';
import type { DeliverOptions, MailDelivery, QueuedDeliverOptions } from './mail-delivery.js';

/** A delivery of ours that works under a {@link LazySignal} too. */
interface LazyDelivery extends MailDelivery {
  readonly takesLazySignals: true;
}

/**
 * Options of one delivery under a signal of our own: whoever looks at `signal` finds one of the platform, and a delivery of
 * ours that asks by {@link signalOf} needs none.
 */
class LazyDeliverOptions implements DeliverOptions {
  readonly queue?: QueuedDeliverOptions;
  readonly #signal: LazySignal;

  constructor(signal: LazySignal, queue: QueuedDeliverOptions | undefined) {
    this.#signal = signal;
    if (queue) this.queue = queue;
  }

  get signal(): AbortSignal {
    return this.#signal.platform;
  }

  /** The same as it is. */
  get lazySignal(): LazySignal {
    return this.#signal;
  }
}

/**
 * The options with which a delivery is called: for one of the application's own plain ones, which it may copy.
 *
 * @param queue what the delivery is told, where it is a queue
 */
export function deliverOptions(
  delivery: MailDelivery,
  signal: LazySignal,
  queue: QueuedDeliverOptions | undefined,
): DeliverOptions {
  if (isLazy(delivery)) return new LazyDeliverOptions(signal, queue);
  return queue ? { signal: signal.platform, queue } : { signal: signal.platform };
}

/** The signal of a delivery's options; undefined never fires. */
export function signalOf(options: DeliverOptions): AnySignal | undefined {
  return options instanceof LazyDeliverOptions ? options.lazySignal : options.signal;
}

function isLazy(delivery: MailDelivery): delivery is LazyDelivery {
  return 'takesLazySignals' in delivery;
}
