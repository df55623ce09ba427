import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { CHILD_ENVIRONMENT } from './child-environment.js';
import { HANG_MS } from './hang-guard.js';

/** How a child process is started. */
export interface RunOptions {
  /** Working directory; default: this process's own. */
  readonly cwd?: string;
  /** Variables on top of this process's environment; `undefined` takes one away. */
  readonly env?: NodeJS.ProcessEnv;
  /** After this time the child is killed and the run rejects; default {@link HANG_MS}. */
  readonly timeoutMs?: number;
  /** What the child reads on its standard input; default: nothing. */
  readonly input?: string;
  /** A program with its arguments that starts the one it is given, such as `setpriv --reuid=65534`. @default none */
  readonly prefix?: readonly string[];
  /** Gets the running child, to send it signals or to follow its output. */
  readonly onStart?: (child: ChildProcess) => void;
}

/** How a child process ended. */
export interface RunResult {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs `node` with these arguments until it ends. Resolves for every exit code and signal; rejects when
 * the process could not be started or did not end in time.
 */
export function runNode(args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  const { cwd, env, timeoutMs = HANG_MS, input = '', prefix = [], onStart } = options;
  const [program = process.execPath, ...rest] = [...prefix, process.execPath, ...args];
  return new Promise((resolve, reject) => {
    const child = spawn(program, rest, { cwd, env: { ...process.env, ...CHILD_ENVIRONMENT, ...env } });
    const output = { stdout: '', stderr: '' };
    let late = false;
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
    const timer = setTimeout(() => {
      late = true;
      child.kill('SIGKILL');
    }, timeoutMs);
    child.once('error', error => {
      clearTimeout(timer);
      reject(error);
    });
    child.once('close', (code, signal) => {
      clearTimeout(timer);
      if (late) reject(new Error(lateMessage(args, timeoutMs, output)));
      else resolve({ code, signal, ...output });
    });
    // A child that does not read its input closes the pipe early, which is no failure.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
    onStart?.(child);
  });
}

function lateMessage(
  args: readonly string[],
  timeoutMs: number,
  output: { stdout: string; stderr: string },
): string {
  return [
    `node ${args.join(' ')} did not end within ${timeoutMs} ms and was killed.`,
    `stdout: ${output.stdout}`,
    `stderr: ${output.stderr}`,
  ].join('\n');
}
