import { join } from 'node:path';
import type { MailQueueWorkerOptions } from '../../../../lib/queue/index.js';
import type { QueueWorkerTuning } from '../../../../lib/queue/worker/queue-worker-tuning.js';
import type { ChildEnd } from '../../../support/talking-child.js';
import { TalkingChild } from '../../../support/talking-child.js';
import type { TemporaryDirectory } from '../../../support/temporary-directory.js';
import { compiledSources } from './compiled-sources.js';

/** In this folder it finds the packages of the application. */
const SCRIPT = join(process.cwd(), 'test/system/queue/kills/worker-application.mjs');
/** The mails of a killed worker are taken up within seconds. */
const TUNING: Partial<QueueWorkerTuning> = {
  lockMs: 2000,
  stalledIntervalMs: 500,
  stalledWaitMs: 200,
  putOffMs: 500,
  pause: { firstMs: 100, maxMs: 1000 },
};

const running = new Set<QueueWorkerProcess>();
let compiled: TemporaryDirectory | undefined;

/** A worker of a queue in a process of its own. */
export class QueueWorkerProcess {
  /** Fulfilled when it has ended. */
  readonly ended: Promise<ChildEnd>;
  readonly #child: TalkingChild;

  private constructor(child: TalkingChild) {
    this.#child = child;
    this.ended = child.ended;
    running.add(this);
    void this.ended.then(() => running.delete(this));
  }

  /** Starts one; done when there is the process. {@link stopQueueWorkers} ends it whatever becomes of the test. */
  static async start(options: MailQueueWorkerOptions): Promise<QueueWorkerProcess> {
    compiled ??= compiledSources();
    const task = { lib: join(compiled.path, 'lib'), options, tuning: TUNING };
    return new QueueWorkerProcess(await TalkingChild.start(process.execPath, [SCRIPT, JSON.stringify(task)]));
  }

  get pid(): number {
    return this.#child.pid;
  }

  /** What it has logged. */
  get log(): string {
    return this.#child.stderr;
  }

  /**
   * Waits until its application has started.
   *
   * @throws Error with its log when it ends before
   */
  async started(): Promise<void> {
    await this.#child.expectLine();
  }

  /** Sets its clock: later by so many milliseconds, or earlier. */
  setClock(byMs: number): void {
    this.#child.say(String(byMs));
  }

  /** Sends it a signal (SIGKILL) and waits for its end. */
  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<ChildEnd> {
    return this.#child.kill(signal);
  }

  /** Has it end in order. */
  async end(): Promise<ChildEnd> {
    return this.#child.finish();
  }
}

/** Kills every worker that still runs. */
export async function stopQueueWorkers(): Promise<void> {
  await Promise.all([...running].map(worker => worker.kill()));
}

/** Removes what the workers were compiled into. For the end of a file of tests. */
export function removeCompiledWorkers(): void {
  compiled?.remove();
  compiled = undefined;
}
