import { EventEmitter, once } from 'node:events';
import type { CommandIo, CommandOutput } from '../../lib/cli/command-io.js';
import { runCommand } from '../../lib/cli/run-command.js';
import { startTimer } from '../../lib/cli/start-timer.js';

/** What a command is given in place of a process. */
export interface CommandRunOptions {
  /** Working directory. @default this process's own */
  readonly cwd?: string;
  /** All its environment variables: nothing of this process is inherited. @default none */
  readonly env?: NodeJS.ProcessEnv;
  /** Certificates of the authorities that it trusts. @default those that Node.js knows */
  readonly authorities?: readonly string[];
  /** Name servers that it asks for the keys of signatures. @default those of this machine */
  readonly nameServers?: readonly string[];
  /** Whether the time of `--timeout` is over when {@link CommandRun.timeOut} is called, and not before. @default false */
  readonly manualTimeout?: boolean;
}

/** How a command ended. */
export interface CommandResult {
  /** Its exit code. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command that runs in this process, with streams, environment, working directory and signals of its own. */
export class CommandRun {
  /** Fulfilled when the command has returned its exit code. */
  readonly ended: Promise<CommandResult>;
  readonly #stop = new AbortController();
  readonly #output = { stdout: '', stderr: '' };
  readonly #news = new EventEmitter();
  readonly #timers = new Set<() => void>();
  #forcedEnd: { readonly code: number; readonly graceMs: number } | undefined;
  #isOver = false;

  /** @param args what stands behind `nest-mailroom` */
  constructor(
    args: readonly string[],
    {
      cwd = process.cwd(),
      env = {},
      authorities,
      nameServers,
      manualTimeout = false,
    }: CommandRunOptions = {},
  ) {
    const io: CommandIo = {
      stdout: this.#stream('stdout'),
      stderr: this.#stream('stderr'),
      env,
      cwd,
      ...(authorities && { authorities }),
      ...(nameServers && { nameServers }),
      startTimer: manualTimeout ? (_ms, call) => this.#wait(call) : startTimer,
      stopSignal: () => this.#stop.signal,
      endProcess: (code, graceMs) => {
        this.#forcedEnd = { code, graceMs };
      },
    };
    this.ended = runCommand(args, io)
      .then(code => ({ code, ...this.#output }))
      .finally(() => {
        this.#isOver = true;
        this.#news.emit('news');
      });
  }

  /** What it wrote to its standard output so far. */
  get stdout(): string {
    return this.#output.stdout;
  }

  /** How the command asked for the end of its process; undefined when it did not. */
  get forcedEnd(): { readonly code: number; readonly graceMs: number } | undefined {
    return this.#forcedEnd;
  }

  /** Does what Ctrl-C does, and waits for the end. */
  stop(): Promise<CommandResult> {
    this.#stop.abort();
    return this.ended;
  }

  /** Lets the time of `--timeout` be over, and waits for the end. */
  timeOut(): Promise<CommandResult> {
    for (const call of this.#timers) call();
    return this.ended;
  }

  /** Waits until its standard output holds a text; fails when it ends without. */
  async untilStdout(text: string): Promise<void> {
    while (!this.stdout.includes(text)) {
      if (this.#isOver) {
        const { code, stdout, stderr } = await this.ended;
        throw new Error(`The command ended (${code}) without "${text}". ${stdout}${stderr}`);
      }
      await once(this.#news, 'news');
    }
  }

  #wait(call: () => void): () => void {
    this.#timers.add(call);
    return () => this.#timers.delete(call);
  }

  #stream(name: 'stdout' | 'stderr'): CommandOutput {
    return {
      write: (text, written) => {
        this.#output[name] += text;
        this.#news.emit('news');
        written?.();
      },
    };
  }
}

/** Runs a command in this process until it ends. */
export function runHere(args: readonly string[], options: CommandRunOptions = {}): Promise<CommandResult> {
  return new CommandRun(args, options).ended;
}
