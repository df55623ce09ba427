import type SMTPConnection from 'nodemailer/lib/smtp-connection';
import { onAbort } from '../../concurrency/on-abort.js';
import type { SessionErrors } from './session-errors.js';

/** For whom a step is run. */
export interface StepContext {
  /** Cuts the connection. */
  readonly signal: AbortSignal;
  /** The mail that errors name. */
  readonly messageId: string | undefined;
}

/**
 * Runs one step of a session; it ends with its result, the connection's failure, or the signal.
 *
 * @throws MailDeliveryError
 */
export async function runStep<T>(
  connection: SMTPConnection,
  errors: SessionErrors,
  { signal, messageId }: StepContext,
  step: () => Promise<T>,
): Promise<T> {
  let interrupt: (reason: unknown) => void = () => {};
  const interruption = new Promise<never>((_, reject) => {
    interrupt = reject;
  });
  const onError = (error: unknown): void => interrupt(error);
  const onEnd = (): void => {
    const ended = errors.ended();
    // nodemailer closes a connection before it says why; the reason, where there is one, comes first.
    queueMicrotask(() => interrupt(ended));
  };
  connection.once('error', onError);
  connection.once('end', onEnd);
  const stop = onAbort(signal, () => {
    interrupt(errors.aborted(signal, messageId));
    connection.close();
  });
  try {
    return await (signal.aborted ? interruption : Promise.race([interruption, step()]));
  } catch (error) {
    throw errors.failure(error, messageId);
  } finally {
    connection.off('error', onError);
    connection.off('end', onEnd);
    stop();
  }
}
