import { MailMessageError } from '../errors/mail-message-error.js';

/** How one send is bounded. */
export interface SendOptions {
  /** Ends the send at once. After the final dot the outcome is `'unknown'`. @default none */
  signal?: AbortSignal;
  /** Milliseconds for the whole send; 0 means no limit. @default the setting `SendTimeout` */
  timeoutMs?: number;
}

const LONGEST_TIMEOUT_MS = 2_147_483_647;

/**
 * What a caller gave as a time limit.
 *
 * @throws MailMessageError `EMAILMESSAGE` when it cannot be one
 */
export function checkTimeout(timeoutMs: number | undefined): number | undefined {
  if (timeoutMs === undefined) return undefined;
  if (typeof timeoutMs !== 'number' || !(timeoutMs >= 0) || timeoutMs > LONGEST_TIMEOUT_MS) {
    throw new MailMessageError(
      'EMAILMESSAGE',
      'timeoutMs',
      'must be a number of milliseconds, or 0 for no limit',
      { value: timeoutMs },
    );
  }
  return timeoutMs;
}
