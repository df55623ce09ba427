import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import type { RelayFolder } from './relay-folder.js';
import type { RelayProcess } from './relay-process.js';
import { relayArguments } from './relay-process.js';

/** One call of a system function. */
export interface SystemCall {
  /** Its name, or several with commas. */
  readonly call: string;
  /** The file that it is about, or the sockets (`socket:[123]`). @default whichever */
  readonly path?: string | readonly string[];
  /** Of several such calls, which one. @default 1 */
  readonly nth?: number;
}

/** What is traced: a relay, or any other process. */
type TracedProcess = Pick<RelayProcess, 'pid'>;

/** With one thread for all of its work with files, a relay makes the calls about a file in the order of its code. */
export const ONE_THREAD = { UV_THREADPOOL_SIZE: '1' };

/** Its name since Node.js 22.13, and before. */
const PERMISSION_MODEL = process.allowedNodeEnvironmentFlags.has('--permission')
  ? '--permission'
  : '--experimental-permission';
/** What a relay needs to read: itself, its folder, and what /proc says of processes, but not of open files. */
const READABLE = [
  `${process.cwd()}/*`,
  `${tmpdir()}/*`,
  '/proc/sys/*',
  '/proc/self/ns/*',
  ...Array.from({ length: 9 }, (_, digit) => `/proc/${digit + 1}*`),
];

/**
 * With this a relay cannot hold its folders open and reaches them by their names, as on other systems than Linux: a call is
 * about a path that is known beforehand.
 */
export const BY_NAME = {
  ...ONE_THREAD,
  NODE_OPTIONS: [
    PERMISSION_MODEL,
    '--allow-fs-write=*',
    ...READABLE.map(path => `--allow-fs-read=${path}`),
  ].join(' '),
};

/** Longer than any test. */
const HELD_S = 600;

const HOW_TO_INSTALL =
  'These tests need strace and are not skipped without it. Install it with "apt-get install strace".';
const running = new Set<ChildProcess>();

/**
 * Has a running process killed (SIGKILL) when it is about to make this system call; resolves when that is arranged.
 *
 * @returns ends the tracing at once; a process that is not killed yet goes on
 */
export async function killAt(traced: TracedProcess, call: SystemCall): Promise<() => Promise<void>> {
  const strace = await attach(traced, killing(call));
  return async () => {
    if (!running.has(strace)) return;
    const gone = once(strace, 'exit');
    // Asked to let go of a process that is being killed, strace waits for its end, and the process for strace.
    strace.kill('SIGKILL');
    await gone;
  };
}

/**
 * Has each removal of a name wait before it is made, in a running relay; resolves when that is arranged. A thread that
 * waits does nothing else.
 *
 * @returns kills the relay (SIGKILL) before any of these calls is made
 */
export async function holdRemovals(relay: RelayProcess): Promise<() => Promise<void>> {
  const calls = '?unlink,unlinkat';
  const inject = `inject=${calls}:delay_enter=${HELD_S}s`;
  const strace = await attach(relay, ['-f', '-o', '/dev/null', '-e', `trace=${calls}`, '-e', inject]);
  return async () => {
    const ended = relay.signal('SIGKILL');
    // As long as strace waits to let it go on, nobody hears that the relay is dead.
    strace.kill('SIGKILL');
    await ended;
  };
}

async function attach(traced: TracedProcess, args: readonly string[]): Promise<ChildProcess> {
  const strace = start([...args, '-p', String(traced.pid)]);
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
  return strace;
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
  const which = [path ?? []].flat().flatMap(each => ['-P', each]);
  const inject = `inject=${call}:signal=SIGKILL:when=${nth}`;
  return ['-f', '-o', '/dev/null', ...which, '-e', `trace=${call}`, '-e', inject];
}

function start(args: readonly string[]): ChildProcess {
  const strace = spawn('strace', args, { env: { ...process.env, ...BY_NAME } });
  running.add(strace);
  const gone = (): void => void running.delete(strace);
  strace.once('exit', gone);
  strace.once('error', gone);
  return strace;
}
