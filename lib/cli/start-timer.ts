/**
 * Calls back once, after a time in milliseconds.
 *
 * @returns a function that ends the waiting
 */
export type StartTimer = (ms: number, call: () => void) => () => void;

/** Does so by the clock of Node.js, and keeps the process alive meanwhile. */
export const startTimer: StartTimer = (ms, call) => {
  const timer = setTimeout(call, ms);
  return () => clearTimeout(timer);
};
