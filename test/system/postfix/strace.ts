import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { RelayFolder } from './relay-folder.js';
import type { RelayProcess } from './relay-process.js';
import { relayArguments } from './relay-process.js';

/** One call of a system function. */
export interface SystemCall {
  readonly call: string;
  /** The file that it is about. @default whichever */
  readonly path?: string;
  /** Of several such calls, which one. @default 1 */
  readonly nth?: number;
}

/** With one thread for all of its work with files, a relay makes the calls about a file in the order of its code. */
export const ONE_THREAD = { UV_THREADPOOL_SIZE: '1' };

const HOW_TO_INSTALL =
  'These tests need strace and are not skipped without it. Install it with "apt-get install strace".';
const running = new Set<ChildProcess>();

/** Has a running relay killed (SIGKILL) when it is about to make this system call; resolves when that is arranged. */
export async function killAt(relay: RelayProcess, call: SystemCall): Promise<void> {
  const strace = start([...killing(call), '-p', String(relay.pid)]);
  let said = '';
  // It speaks once it has hold of every thread.
  await new Promise<void>((resolve, reject) => {
    strace.stderr?.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      if (said.includes('attached')) resolve();
    });
    strace.once('exit', () => reject(new Error(`strace ended: ${said}`)));
    strace.once('error', cause => reject(new Error(HOW_TO_INSTALL, { cause })));
  });
}

/**
 * Lets a relay try every mail of a folder once, until it is about to make this system call.
 *
 * @returns whether it was killed there (SIGKILL)
 */
export async function drainUntilKilledAt(folder: RelayFolder, call: SystemCall): Promise<boolean> {
  const strace = start([...killing(call), process.execPath, ...relayArguments(folder, ['--once'])]);
  // Unread, its output would fill the pipe.
  strace.stdout?.resume();
  strace.stderr?.resume();
  await once(strace, 'exit').catch((cause: unknown) => {
    throw new Error(HOW_TO_INSTALL, { cause });
  });
  // strace ends as its program did.
  return strace.signalCode === 'SIGKILL';
}

/** Ends whatever still runs under strace, and strace. */
export async function stopStraces(): Promise<void> {
  await Promise.all(
    [...running].map(async strace => {
      const gone = once(strace, 'exit');
      // Its own end by SIGTERM lets go of the program or ends it, whichever it was.
      strace.kill('SIGTERM');
      await gone;
    }),
  );
}

function killing({ call, path, nth = 1 }: SystemCall): string[] {
  const which = path === undefined ? [] : ['-P', path];
  const inject = `inject=${call}:signal=SIGKILL:when=${nth}`;
  return ['-f', '-o', '/dev/null', ...which, '-e', `trace=${call}`, '-e', inject];
}

function start(args: readonly string[]): ChildProcess {
  const strace = spawn('strace', args, { env: { ...process.env, NODE_OPTIONS: '', ...ONE_THREAD } });
  running.add(strace);
  const gone = (): void => void running.delete(strace);
  strace.once('exit', gone);
  strace.once('error', gone);
  return strace;
}
