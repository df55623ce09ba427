import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';

const PROGRAM = join(import.meta.dirname, '..', 'worker', 'main.js');
const START_LIMIT_MS = 30_000;
/** More than the Worker's own grace time for mails under way. */
const END_LIMIT_MS = 15_000;

/** The Worker as a process of its own, as in production. */
export class WorkerProcess {
  private constructor(private readonly child: ChildProcess) {}

  /**
   * Starts it and waits until it delivers.
   *
   * @param env its environment
   * @param program the built Worker. @default the one beside the built demo
   * @throws Error when it does not start; what it says stands on the standard error before
   */
  static async start(env: NodeJS.ProcessEnv, program = PROGRAM): Promise<WorkerProcess> {
    const child = fork(program, [], {
      env,
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
      execArgv: [],
      // A group of its own: Ctrl-C is for the demo, which ends the Worker when the queue is empty.
      detached: true,
    });
    const worker = new WorkerProcess(child);
    const limit = new AbortController();
    try {
      const said = child.stdout && once(createInterface({ input: child.stdout }), 'line', limit);
      const ended = once(child, 'exit', limit).then(([code, signal]) => {
        throw new Error(
          `the Worker has ended (${String(signal ?? `exit code ${code}`)}) before it delivered`,
        );
      });
      const late = sleep(START_LIMIT_MS, undefined, limit).then(() => {
        throw new Error(`the Worker has not started within ${START_LIMIT_MS / 1000} seconds`);
      });
      await Promise.race([said, ended, late]);
      return worker;
    } catch (error) {
      await worker.close();
      throw error;
    } finally {
      limit.abort();
    }
  }

  /** Number of the process. */
  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** Lets it finish what it has in hand; what it does not finish it gives back to the queue. */
  async close(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = once(this.child, 'exit').then(() => true);
    this.child.kill('SIGTERM');
    if (await Promise.race([ended, sleep(END_LIMIT_MS, false, { ref: false })])) return;
    this.child.kill('SIGKILL');
    await ended;
  }
}
