/**
 * Where the application called a method. Its stack is put into words only when somebody reads it; until then V8 keeps the
 * frames, and with them the objects whose methods stand in them, so it is held no longer than the send takes.
 */
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

/** The lines of a stack that say where the application called. */
export function linesOf(site: CallSite): string[] {
  return String(site.stack ?? '')
    .split('\n')
    .filter(line => FRAME.test(line));
}

/** Adds the lines of the application to the stacks of errors that do not hold the line of the call yet. */
export class CallerNotes {
  /** Errors that the application throws again and again must not grow, nor tell of another call than they did. */
  readonly #noted = new WeakSet<Error>();

  /** Adds the lines of a call to an error, once; anything else that is thrown stays as it is. */
  add(error: unknown, site: CallSite): void {
    try {
      if (!(error instanceof Error) || this.#noted.has(error)) return;
      this.#noted.add(error);
      const { stack } = error;
      const frames = linesOf(site);
      const [call] = frames;
      if (typeof stack !== 'string' || call === undefined || stack.includes(lineOf(call))) return;
      error.stack = [stack, ...frames].join('\n');
    } catch {
      // An error that nobody may change, or whose stack cannot be read: what it says counts more than where.
    }
  }
}

/** File and line of a frame, without the column: an awaited call and the call itself stand in the same line. */
function lineOf(frame: string): string {
  return /[^\s(]+:\d+:/.exec(frame)?.[0] ?? frame;
}
