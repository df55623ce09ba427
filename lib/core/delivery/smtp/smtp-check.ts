import type { AnySignal } from '../../concurrency/lazy-signal.js';
import { linkedAbort } from '../../concurrency/linked-abort.js';
import { onAbort } from '../../concurrency/on-abort.js';
import { MailDeliveryError } from '../../errors/mail-delivery-error.js';
import type { SmtpPool } from './smtp-pool.js';

/** How often a check that waits for a connection looks whether the server answers over the busy ones. */
const LOOK_MS = 250;
/** How long a check that finds no room for a connection goes on trying. */
const PATIENCE_MS = 3000;
/** What ends the wait for a connection that is free. */
const BUSY = new Error('All connections are busy, and the server answers over them');

/**
 * Checks that mails can be sent over a pool: borrows a connection, or opens one where there may be one more. Where all are
 * busy, a server that answers over them is not asked for another.
 *
 * @param connectionTimeoutMs the setting `ConnectionTimeout` in milliseconds
 * @throws MailDeliveryError why no connection can be used
 * @throws the signal's reason
 */
export async function checkServer(
  pool: SmtpPool,
  connectionTimeoutMs: number,
  signal: AnySignal,
): Promise<void> {
  const since = performance.now();
  const patienceMs = Math.min(PATIENCE_MS, connectionTimeoutMs);
  if (await answersMeanwhile(pool, connectionTimeoutMs, patienceMs, signal)) return;
  for (;;) {
    const session = await pool.lend({ signal, since, patienceMs });
    try {
      // A connection over which the server has just answered needs no further question.
      if (session.lastReplyAt < since) await session.check(signal);
      return;
    } catch (error) {
      // An idle connection may have ended; only one that is opened now says whether the server can be used.
      session.destroy();
      if (signal.aborted) throw error;
    } finally {
      if (session.messages === 0 && !pool.contended) session.fate = 'retired';
      // All is known by now: a signal only ends the wait for the reply to QUIT.
      const stop = onAbort(signal, () => session.destroy());
      await pool.release(session);
      stop();
    }
    await pool.acquireFirst(signal);
  }
}

/**
 * Waits for a permit; when all connections are busy instead and the server answers over them, nothing more is to be found
 * out. Rejects with what other mails were refused with, when none is let in.
 */
async function answersMeanwhile(
  pool: SmtpPool,
  connectionTimeoutMs: number,
  patienceMs: number,
  signal: AnySignal,
): Promise<boolean> {
  const begun = performance.now();
  const bound = linkedAbort(signal);
  const timer = setInterval(() => {
    const { lastReplyAt, refusal } = pool;
    if (refusal && performance.now() - begun >= patienceMs) bound.abort(withoutMail(refusal));
    if (lastReplyAt === undefined) return;
    if (performance.now() - lastReplyAt < connectionTimeoutMs) bound.abort(BUSY);
  }, LOOK_MS);
  try {
    await pool.acquireFirst(bound.signal);
    return false;
  } catch (error) {
    if (error === BUSY) return true;
    throw error;
  } finally {
    clearInterval(timer);
    bound.unlink();
  }
}

/** The same failure, which another mail has met. */
function withoutMail(error: MailDeliveryError): MailDeliveryError {
  return new MailDeliveryError(error.code, error.message, {
    ...error,
    messageId: undefined,
    cause: error.cause,
  });
}
