import type { ChildProcess } from 'node:child_process';
import type { RunResult } from '../../support/run-script.js';
import { runNode } from '../../support/run-script.js';
import { eventually } from '../postfix/eventually.js';
import { RELAY, startedAs } from './accounts.js';
import type { SharedFolder } from './shared-folder.js';

/** The grace of the command line for mails under way is 10 s; a relay that needs longer to end hangs. */
const LONGEST_END_MS = 20_000;
const LONGEST_WAIT_MS = 30_000;
const LONGEST_RUN_MS = 100_000;

/** The built command line `nest-mailroom relay`, run by the account of the relay. */
export class RelayOfAccount {
  /** What it has printed so far. */
  stdout = '';
  readonly #ended: Promise<RunResult>;
  readonly #child: ChildProcess;
  #end: RunResult | undefined;

  private constructor(folder: SharedFolder, args: readonly string[]) {
    let child: ChildProcess | undefined;
    this.#ended = runNode(
      ['dist/cli/main.js', 'relay', '--settings', folder.settings, '--poll', '1', ...args],
      {
        prefix: startedAs(RELAY),
        timeoutMs: LONGEST_RUN_MS,
        onStart: started => (child = started),
      },
    ).then(end => (this.#end = end));
    this.#ended.catch(() => {});
    if (!child) throw new Error('The relay was not started.');
    this.#child = child;
    child.stdout?.on('data', (text: string) => (this.stdout += text));
  }

  static start(folder: SharedFolder, args: readonly string[] = []): RelayOfAccount {
    return new RelayOfAccount(folder, args);
  }

  /** The reasons of its events of a type. */
  reasons(type: string): string[] {
    return this.stdout
      .split('\n')
      .filter(line => line.endsWith('}'))
      .map(line => JSON.parse(line) as { event: string; reason?: string })
      .flatMap(({ event, reason }) => (event === type ? [reason ?? ''] : []));
  }

  /** How it has ended; undefined while it runs. */
  get end(): RunResult | undefined {
    return this.#end;
  }

  /** Waits until something is so, or the relay has ended. Rejects with all it has printed when neither happens. */
  async until(what: string, isSo: () => boolean): Promise<void> {
    await eventually(what, () => this.#end !== undefined || isSo(), LONGEST_WAIT_MS).catch(
      (error: unknown) => {
        throw new Error(`${String(error)} The relay said: ${this.stdout}`);
      },
    );
  }

  /** Waits until it has printed a text so many times. */
  async printed(text: string, count = 1): Promise<void> {
    await this.until(`the relay printed ${text}`, () => this.stdout.split(text).length > count);
  }

  /** Tells it to end. Rejects when it does not, or was not there to be told. */
  async stop(): Promise<RunResult> {
    if (this.#end) throw new Error(`The relay has ended by itself: ${JSON.stringify(this.#end)}`);
    this.#child.kill('SIGTERM');
    await eventually('the relay ended', () => this.#end !== undefined, LONGEST_END_MS).catch(
      (error: unknown) => {
        throw new Error(`${String(error)} It said: ${this.stdout}`);
      },
    );
    return this.#ended;
  }

  /** Ends it, whatever it does. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#ended.catch(() => {});
  }
}
