import type { AnySignal } from './lazy-signal.js';
import { linkedAbort } from './linked-abort.js';

/** Runs a wait that either of two signals ends; each may be missing. */
export function withEitherSignal<T, S extends AnySignal | undefined>(
  signal: S,
  other: AnySignal | undefined,
  wait: (signal: AnySignal | S) => Promise<T>,
): Promise<T> {
  if (other === undefined) return wait(signal);
  return signal === undefined ? wait(other) : waitForEither(signal, other, wait);
}

async function waitForEither<T>(
  signal: AnySignal,
  other: AnySignal,
  wait: (signal: AnySignal) => Promise<T>,
): Promise<T> {
  const either = linkedAbort(signal, other);
  try {
    return await wait(either.signal);
  } finally {
    either.unlink();
  }
}
