import type { StartTimer } from './start-timer.js';
import type { TextStream } from './text-output.js';

/** A stream of texts that may be a terminal. */
export interface CommandOutput extends TextStream {
  /** Whether somebody reads it on a terminal. @default false */
  readonly isTTY?: boolean;
  /** Width of the terminal in characters. @default 80 */
  readonly columns?: number;
}

/** All that a command uses of the process it runs in, so that it can run without a process of its own. */
export interface CommandIo {
  readonly stdout: CommandOutput;
  readonly stderr: CommandOutput;
  /** Environment variables: settings, `NODE_ENV`, and whether colours are wanted. */
  readonly env: NodeJS.ProcessEnv;
  /** Absolute path that relative paths of the command line start from. */
  readonly cwd: string;
  /**
   * Certificates (PEM) of the authorities that servers are trusted by. @default those that Node.js knows, with those of
   * `NODE_EXTRA_CA_CERTS`, which Node.js reads once, when the process starts
   */
  readonly authorities?: readonly string[];
  /** Name servers that are asked for the keys of signatures, `address:port`. @default those of this machine */
  readonly nameServers?: readonly string[];
  /** The clock of `--timeout`. */
  readonly startTimer: StartTimer;

  /**
   * Begins to listen for the wish to end. The signal fires at the first Ctrl-C or its like.
   *
   * @param options `withOutput`: also when nobody reads the output any more, as in `| head`. A command that comes to an end by
   * itself works on without it, so that its exit code tells the truth. @default false
   */
  stopSignal(options?: { withOutput?: boolean }): AbortSignal;

  /**
   * Ends what a command leaves behind that would hold the process.
   *
   * @param code exit code of the process
   * @param graceMs milliseconds in which the process may end by itself; 0 ends it now
   */
  endProcess(code: number, graceMs: number): void;
}
