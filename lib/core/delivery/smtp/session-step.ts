import type { AnySignal } from '../../concurrency/lazy-signal.js';
import { onAbort } from '../../concurrency/on-abort.js';
import type { NodemailerConnection } from './nodemailer/nodemailer-connection.js';
import type { SessionErrors } from './session-errors.js';

/** For whom a step is run. */
export interface StepContext {
  /** Cuts the connection; undefined never fires. */
  readonly signal: AnySignal | undefined;
  /** The mail that errors name. */
  readonly messageId: string | undefined;
}

/**
 * Runs one step of a session; it ends with its result, the connection's failure, or the signal.
 *
 * @throws MailDeliveryError
 */
export async function runStep<T>(
  connection: NodemailerConnection,
  errors: SessionErrors,
  { signal, messageId }: StepContext,
  step: () => Promise<T>,
): Promise<T> {
  let interrupt: (reason: unknown) => void = () => {};
  const interruption = new Promise<never>((_, reject) => {
    interrupt = reject;
  });
  const stopFailed = connection.onceFailed(error => interrupt(error));
  const stopEnded = connection.onceEnded(() => {
    const ended = errors.ended();
    // nodemailer closes a connection before it says why; the reason, where there is one, comes first.
    queueMicrotask(() => interrupt(ended));
  });
  const stopAbort = onAbort(signal, reason => {
    interrupt(errors.aborted(reason, messageId));
    connection.close();
  });
  try {
    return await (signal?.aborted ? interruption : Promise.race([interruption, step()]));
  } catch (error) {
    throw errors.failure(error, messageId);
  } finally {
    stopFailed();
    stopEnded();
    stopAbort();
  }
}
