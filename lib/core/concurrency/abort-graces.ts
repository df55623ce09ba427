/**
 * How long work that its signal has ended gets to say how far it had come, in milliseconds. Each layer waits longer than
 * the layer that it calls, so that the innermost one, which knows most, is heard; a send that was cut is over within
 * `send` and `listeners` together.
 */
export const ABORT_GRACE_MS = {
  /** A session with a mail server. */
  session: 75,
  /** A delivery that is checked beside its fallback. */
  fallback: 110,
  /** A delivery, from the view of the send. */
  send: 150,
  /** Hooks and observers, after a send that was cut. */
  listeners: 50,
  /** A check or a look at the backlog, from the view of the service. */
  check: 250,
  /** A check, from the view of the command line. */
  command: 300,
} as const;
