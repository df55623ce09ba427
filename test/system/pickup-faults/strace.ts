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
  /** When it began and ended, as places in one order of all threads. */
  readonly begin: number;
  readonly end: number;
}

/** A strace of one thread or several, from when it is attached. */
export class Strace {
  readonly #child: TalkingChild;
  readonly #log: string;

  private constructor(child: TalkingChild, log: string) {
    this.#child = child;
    this.#log = log;
  }

  /**
   * Attaches to one thread, so that `when=` counts its calls and no other's, or to several.
   *
   * @param injections such as `fsync:error=EIO:when=1`
   * @param only a path: calls about anything else are neither shown nor counted
   */
  static async attach(
    threads: number | readonly number[],
    log: string,
    injections: readonly string[] = [],
    only?: string,
  ): Promise<Strace> {
    const processes = [threads].flat().flatMap(thread => ['-p', String(thread)]);
    const filter = only === undefined ? [] : ['-P', only];
    const faults = injections.flatMap(injection => ['-e', `inject=${injection}`]);
    // Paths of descriptors are shown, and enough of what is written to know it.
    const shown = ['-y', '-s', '300', '-o', log, '-e', `trace=${CALLS}`];
    const args = [...processes, ...shown, ...filter, ...faults];
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

  /** The calls seen, in the order in which they began. */
  calls(): TracedCall[] {
    const counts = new Map<string, number>();
    const calls: { name: string; line: string; nth: number; begin: number; end: number }[] = [];
    const unfinished = new Map<string, (typeof calls)[number]>();
    for (const [index, text] of readFileSync(this.#log, 'utf8').split('\n').entries()) {
      const [, thread = '', line = ''] = /^(?:(\d+) +)?(.*)$/.exec(text) ?? [];
      const resumed = /^<\.\.\. \w+ resumed>(.*)$/.exec(line);
      const call = unfinished.get(thread);
      if (resumed && call) {
        call.line += resumed[1] ?? '';
        call.end = index;
      }
      const name = /^(\w+)\(/.exec(line)?.[1];
      if (name === undefined) continue;
      const nth = (counts.get(name) ?? 0) + 1;
      counts.set(name, nth);
      const begun = line.split(' <unfinished ...>');
      const next = {
        name,
        line: begun[0] ?? '',
        nth,
        begin: index,
        end: begun.length > 1 ? Infinity : index,
      };
      unfinished.set(thread, next);
      calls.push(next);
    }
    return calls;
  }
}
