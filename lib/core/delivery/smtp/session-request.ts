import type { AnySignal } from '../../concurrency/lazy-signal.js';
import type { ComposedMail } from '../../mime/composed-mail.js';

/** Who wants a session. */
export interface SessionRequest {
  /** Ends opening. */
  readonly signal: AnySignal;
  /** Ends the waits, and nothing that is under way. */
  readonly wait?: AnySignal | undefined;
  /** When the waiting began, on the monotonic clock. */
  readonly since: number;
  /** Milliseconds for which connecting is tried again while the server has no room for a single connection. */
  readonly patienceMs: number;
  /** The message that the session is for, to be named in errors and kept out of them. */
  readonly mail?: ComposedMail | undefined;
  /** Whether it must be a connection over which nothing was sent. @default false */
  readonly fresh?: boolean;
}
