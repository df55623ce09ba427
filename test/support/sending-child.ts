import { join } from 'node:path';
import type { MailModuleOptions, MailSettings } from 'nest-mailroom';
import { waitedForCore } from './own-time.js';
import type { ChildEnd } from './talking-child.js';
import { TalkingChild } from './talking-child.js';

/** What became of one send of a {@link SendingChild}. */
export interface SendEnd {
  readonly id: string;
  readonly status?: string;
  readonly code?: string;
  readonly phase?: string;
  readonly retryable?: boolean | 'unknown';
}

/** How a {@link SendingChild} ended. */
export interface SendingEnd extends ChildEnd {
  /** What became of each send. */
  readonly sends: readonly SendEnd[];
  /** The ids of those that resolved, sorted. */
  readonly resolved: readonly string[];
  /** Milliseconds from the signal to the end of the process. */
  readonly tookMs: number;
  /** The same without the time in which the child, or the test with its server, waited for a core of the machine. */
  readonly ownMs: number;
  readonly stderr: string;
}

/** An application in a process of its own that has many sends pending. */
export class SendingChild {
  readonly #child: TalkingChild;
  readonly #sends: SendEnd[] = [];

  private constructor(child: TalkingChild) {
    this.#child = child;
  }

  get pid(): number {
    return this.#child.pid;
  }

  /** Starts it; done when all sends are pending. */
  static async start(task: {
    readonly settings: MailSettings;
    readonly options?: MailModuleOptions;
    readonly count: number;
    /** Stands before `mail-0`, `mail-1`, … in the ids. */
    readonly prefix?: string;
    /**
     * The child gives itself SIGTERM when so many sends have resolved, 0 being when all are pending: sends that nothing
     * holds up, such as those into a folder, could be done before a signal from here arrives.
     */
    readonly raiseAfter?: number;
    /** Begins one more send after SIGTERM. */
    readonly late?: boolean;
    /** Closes the application itself at SIGTERM, so often at once and once more, instead of leaving that to Nest. */
    readonly closing?: number;
    /** Sends from within requests to a web server of its own; each lets so much time pass before it sends. */
    readonly web?: { readonly dawdleMs?: number };
    /** Sends by one `sendMany`, whose source may be an asynchronous generator. */
    readonly campaign?: { readonly slowly?: boolean };
  }): Promise<SendingChild> {
    const { web, campaign, ...rest } = task;
    const program = campaign ? 'iterate-many' : web ? 'serve-many' : 'send-many';
    const script = join(process.cwd(), `test/e2e/shutdown-children/${program}.mjs`);
    const child = await TalkingChild.start(process.execPath, [
      script,
      JSON.stringify({ ...rest, ...web, ...campaign }),
    ]);
    const sending = new SendingChild(child);
    const line = await child.expectLine();
    if (line !== 'pending') throw new Error(`The child said “${line}” before its sends were pending.`);
    return sending;
  }

  /** Waits until so many sends have resolved. */
  async untilResolved(count: number): Promise<void> {
    while (this.#sends.filter(({ status }) => status !== undefined).length < count)
      if (!(await this.#readOne())) throw new Error(`The child has ended. ${this.#child.stderr}`);
  }

  /** Sends it signals, unless it raises its own, reads what became of the sends, and waits for its end, which nobody forces. */
  async end(...signals: NodeJS.Signals[]): Promise<SendingEnd> {
    const begun = performance.now();
    const waited = { here: waitedForCore(), there: waitedForCore(this.pid) };
    for (const signal of signals) process.kill(this.pid, signal);
    let waitedMs = 0;
    do {
      const here = waitedForCore() - waited.here;
      const there = waitedForCore(this.pid) - waited.there;
      waitedMs = Math.max(waitedMs, here, there);
    } while (await this.#readOne());
    const sends = this.#sends;
    const end = await this.#child.ended;
    const resolved = sends.filter(({ status }) => status !== undefined).map(({ id }) => id);
    const tookMs = performance.now() - begun;
    return {
      ...end,
      sends,
      resolved: resolved.toSorted(),
      tookMs,
      ownMs: tookMs - waitedMs,
      stderr: this.#child.stderr,
    };
  }

  /** Reads what became of one more send; false when there is nothing more to read. */
  async #readOne(): Promise<boolean> {
    const line = await this.#child.line();
    if (line !== undefined) this.#sends.push(JSON.parse(line) as SendEnd);
    return line !== undefined;
  }
}
