import { readFileSync } from 'node:fs';
import { TalkingChild } from '../../support/talking-child.js';

/** What a file is written with, and what libuv uses to tell that a call is done (write). A "?" allows for systems without that call. */
const CALLS =
  'openat,write,pwrite64,?pwritev,?pwritev2,?fchmod,fsync,?fdatasync,close,?rename,renameat,?renameat2,?unlink,unlinkat';

/** One system call as strace shows it. */
export interface TracedCall {
  readonly name: string;
  readonly line: string;
  /** Which call of this name it is, counted from 1. */
  readonly nth: number;
}

/** A strace of one thread, from when it is attached. */
export class Strace {
  readonly #child: TalkingChild;
  readonly #log: string;

  private constructor(child: TalkingChild, log: string) {
    this.#child = child;
    this.#log = log;
  }

  /**
   * Attaches to one thread, so that `when=` counts its calls and no other's.
   *
   * @param injections such as `fsync:error=EIO:when=1`
   */
  static async attach(thread: number, log: string, injections: readonly string[] = []): Promise<Strace> {
    const faults = injections.flatMap(injection => ['-e', `inject=${injection}`]);
    const args = ['-p', String(thread), '-o', log, '-e', `trace=${CALLS}`, ...faults];
    const child = await TalkingChild.start('strace', args);
    await child.untilStderr('attached');
    return new Strace(child, log);
  }

  /** Lets the thread go. */
  async detach(): Promise<void> {
    await this.#child.kill('SIGINT');
  }

  /** Waits until the traced thread is gone. */
  async ended(): Promise<void> {
    await this.#child.ended;
  }

  /** The calls seen, in order. */
  calls(): TracedCall[] {
    const counts = new Map<string, number>();
    return readFileSync(this.#log, 'utf8')
      .split('\n')
      .flatMap(line => {
        const name = /^(\w+)\(/.exec(line)?.[1];
        if (name === undefined) return [];
        const nth = (counts.get(name) ?? 0) + 1;
        counts.set(name, nth);
        return [{ name, line, nth }];
      });
  }
}
