import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Interface } from 'node:readline';
import { CHILD_ENVIRONMENT } from './child-environment.js';

/** How a child process ended. */
export interface ChildEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A child process with which a test talks in lines, while it runs. */
export class TalkingChild {
  /** Fulfilled when the child has ended and all it said was read. */
  readonly ended: Promise<ChildEnd>;
  /** What it wrote to its standard error so far. */
  stderr = '';

  readonly #child: ChildProcessWithoutNullStreams;
  readonly #lines: AsyncIterator<string>;

  private constructor(child: ChildProcessWithoutNullStreams) {
    this.#child = child;
    const output: Interface = createInterface({ input: child.stdout });
    this.#lines = output[Symbol.asyncIterator]();
    child.stderr.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
    // A child that was killed does not read what it is told.
    child.stdin.on('error', () => undefined);
    this.ended = new Promise(resolve => child.once('close', (code, signal) => resolve({ code, signal })));
  }

  /** Starts a program. Rejects when there is no such program. */
  static async start(
    program: string,
    args: readonly string[],
    env: NodeJS.ProcessEnv = {},
  ): Promise<TalkingChild> {
    const child = spawn(program, args, { env: { ...process.env, ...CHILD_ENVIRONMENT, ...env } });
    const talking = new TalkingChild(child);
    await once(child, 'spawn');
    return talking;
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** The next line of its standard output; undefined when there is none any more. */
  async line(): Promise<string | undefined> {
    const next = await this.#lines.next();
    return next.done === true ? undefined : next.value;
  }

  /** The next line, which must be there. */
  async expectLine(): Promise<string> {
    const line = await this.line();
    if (line !== undefined) return line;
    const { code, signal } = await this.ended;
    throw new Error(`The child ended (${code ?? signal}) and said no more. ${this.stderr}`);
  }

  /** Writes a line to its standard input. */
  say(line: string): void {
    this.#child.stdin.write(`${line}\n`);
  }

  /** Waits until its standard error holds a text. */
  async untilStderr(text: string): Promise<void> {
    while (!this.stderr.includes(text)) {
      const end = await Promise.race([once(this.#child.stderr, 'data'), this.ended]);
      if ('code' in end && !this.stderr.includes(text))
        throw new Error(`The child ended (${end.code ?? end.signal}) without "${text}". ${this.stderr}`);
    }
  }

  /** Ends its standard input and waits for its end. */
  async finish(): Promise<ChildEnd> {
    this.#child.stdin.end();
    return this.ended;
  }

  /** Sends it a signal and waits for its end. */
  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<ChildEnd> {
    this.#child.kill(signal);
    return this.ended;
  }
}
