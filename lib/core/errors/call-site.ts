/** Where the application called a method; its stack is put into words only when somebody reads it. */
export interface CallSite {
  readonly stack?: string;
}

const FRAME = /^ {4}at /;

/**
 * Remembers who calls a method. Errors of mails come up in callbacks of sockets and timers, whose stacks hold nothing of
 * the application.
 *
 * @param method the method of ours that was called; what it calls itself is left out
 */
export function callSite(method: (...args: never[]) => unknown): CallSite {
  const site: CallSite = {};
  Error.captureStackTrace(site, method);
  return site;
}

/** Adds the lines of the application to the stack of an error that does not hold the line of the call yet. */
export function withCaller(error: unknown, site: CallSite): unknown {
  if (!(error instanceof Error) || typeof error.stack !== 'string') return error;
  const frames = (site.stack ?? '').split('\n').filter(line => FRAME.test(line));
  const [call] = frames;
  if (call === undefined || error.stack.includes(lineOf(call))) return error;
  try {
    error.stack = [error.stack, ...frames].join('\n');
  } catch {
    // An error of the application that nobody may change.
  }
  return error;
}

/** File and line of a frame, without the column: an awaited call and the call itself stand in the same line. */
function lineOf(frame: string): string {
  return /[^\s(]+:\d+:/.exec(frame)?.[0] ?? frame;
}
