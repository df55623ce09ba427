import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { closeSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { errnoOf } from '../../lib/core/errors/error-facts.js';

/**
 * Runs the program and kills the whole process group, itself included, as soon as the program ends or this test
 * process is gone (then the standard input ends), however it went: nothing outlives the tests.
 */
const GUARD = '( "$@"; kill -9 0 ) & read -r _; kill -9 0';

/** A program with all its children, in a process group of its own. */
export class ProcessGroup {
  readonly #guard: ChildProcess;
  readonly #ended: Promise<void>;
  #running = true;

  private constructor(guard: ChildProcess) {
    this.#guard = guard;
    this.#ended = new Promise(resolve => {
      const end = (): void => {
        this.#running = false;
        resolve();
      };
      guard.once('exit', end);
      guard.once('error', end);
    });
  }

  /** Starts a program whose output goes to a file. */
  static start(program: string, args: readonly string[], outputFile: string): ProcessGroup {
    const output = openSync(outputFile, 'a');
    try {
      const guard = spawn('/bin/sh', ['-c', GUARD, 'guard', program, ...args], {
        detached: true,
        stdio: ['pipe', output, output],
      });
      guard.stdin?.on('error', () => {});
      return new ProcessGroup(guard);
    } finally {
      closeSync(output);
    }
  }

  /** Whether the program still runs. */
  get running(): boolean {
    return this.#running;
  }

  /** Waits until the program has ended by itself. */
  async ended(): Promise<void> {
    await this.#ended;
  }

  /** Kills every process of the group at the same moment, and waits until none is left. */
  async kill(): Promise<void> {
    const { pid } = this.#guard;
    if (pid !== undefined && this.#running) killGroup(pid);
    await this.#ended;
    while (this.members().length > 0) await sleep(5);
  }

  /** Process ids of the group. */
  members(): number[] {
    return this.#guard.pid === undefined ? [] : membersOf(this.#guard.pid);
  }
}

function killGroup(group: number): void {
  try {
    process.kill(-group, 'SIGKILL');
  } catch (error) {
    // It may have ended by itself a moment ago. The error is of another realm than the test: `instanceof Error` says no.
    if (errnoOf(error) !== 'ESRCH') throw error;
  }
}

function membersOf(group: number): number[] {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .map(Number)
    .filter(pid => isMember(pid, group));
}

function isMember(pid: number, group: number): boolean {
  try {
    // "pid (name) state parent group …"; the name may hold blanks and brackets.
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const [state, , processGroup] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    // A zombie does nothing any more; when it vanishes is up to the system's first process.
    return Number(processGroup) === group && state !== 'Z' && state !== 'X';
  } catch {
    return false;
  }
}
