import type { ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunResult } from '../../support/run-script.js';
import { runNode } from '../../support/run-script.js';
import type { RelayFolder } from './relay-folder.js';

/** One line that a relay has printed. */
export interface PrintedEvent {
  readonly event: string;
  readonly [fact: string]: unknown;
}

const LONGEST_RUN_MS = 110_000;
const MAIN = 'dist/cli/main.js';

/** What `node` is started with for the command line of a relay. */
export function relayArguments(folder: RelayFolder, args: readonly string[]): string[] {
  return [MAIN, 'relay', '--settings', folder.settingsFile, ...args];
}

const running = new Set<RelayProcess>();

/** The built command line `nest-mailroom relay` in a process of its own. */
export class RelayProcess {
  /** How it ended. */
  readonly ended: Promise<RunResult>;
  readonly #child: ChildProcess;
  #stdout = '';

  private constructor(folder: RelayFolder, args: readonly string[], env: NodeJS.ProcessEnv) {
    let child: ChildProcess | undefined;
    this.ended = runNode(relayArguments(folder, args), {
      env,
      timeoutMs: LONGEST_RUN_MS,
      onStart: started => (child = started),
    }).finally(() => running.delete(this));
    // Whoever waits for the end hears of a failure; nobody may be waiting.
    this.ended.catch(() => {});
    if (!child) throw new Error('The relay was not started.');
    this.#child = child;
    child.stdout?.on('data', (text: string) => (this.#stdout += text));
    running.add(this);
  }

  /** Starts a relay. `stopRelays` ends it whatever becomes of the test. */
  static start(folder: RelayFolder, args: readonly string[] = [], env: NodeJS.ProcessEnv = {}): RelayProcess {
    return new RelayProcess(folder, args, env);
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** What it has printed so far. */
  get events(): PrintedEvent[] {
    return eventsOf(this.#stdout);
  }

  /** Sends it a signal; resolves when it has ended. */
  async signal(signal: NodeJS.Signals): Promise<RunResult> {
    this.#child.kill(signal);
    return this.ended;
  }

  /**
   * Waits until it has printed so many events of a type.
   *
   * @throws Error with its output when it ends before
   */
  async printed(type: string, count = 1): Promise<void> {
    const many = (): boolean => this.events.filter(({ event }) => event === type).length >= count;
    while (!many()) {
      if (!running.has(this)) throw new Error(`The relay ended before: ${JSON.stringify(await this.ended)}`);
      await sleep(10);
    }
  }
}

/** Tries every mail in a folder once. */
export async function drain(
  folder: RelayFolder,
  args: readonly string[] = [],
  env: NodeJS.ProcessEnv = {},
): Promise<RunResult & { readonly events: PrintedEvent[] }> {
  const result = await RelayProcess.start(folder, ['--once', ...args], env).ended;
  return { ...result, events: eventsOf(result.stdout) };
}

/** Kills every relay that still runs. */
export async function stopRelays(): Promise<void> {
  await Promise.allSettled([...running].map(relay => relay.signal('SIGKILL')));
}

/** The lines of a killed relay may end in half a one. */
function eventsOf(stdout: string): PrintedEvent[] {
  return stdout
    .split('\n')
    .slice(0, -1)
    .map(line => JSON.parse(line) as PrintedEvent);
}

/** Milliseconds until a relay has sent its first mail, on this machine and now. */
export async function timeToFirstMail(folder: RelayFolder): Promise<number> {
  const began = performance.now();
  const relay = RelayProcess.start(folder);
  await relay.printed('sent');
  const took = Math.ceil(performance.now() - began);
  await relay.signal('SIGTERM');
  return took;
}
