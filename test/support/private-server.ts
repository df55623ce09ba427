import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ProcessGroup } from './process-group.js';
import type { TemporaryDirectory } from './temporary-directory.js';
import { temporaryDirectory } from './temporary-directory.js';

const START_TIMEOUT_MS = 30_000;
const LOOK_AGAIN_MS = 10;

/** A server that belongs to one test: on 127.0.0.1, with a folder of its own. It ends with the test process. */
export abstract class PrivateServer {
  readonly host = '127.0.0.1';
  readonly port: number;
  protected readonly directory: TemporaryDirectory = temporaryDirectory();
  protected processes: ProcessGroup | undefined;

  protected constructor(port: number) {
    this.port = port;
  }

  /** What the server has said. */
  log(): string {
    return readFileSync(this.#outputFile, 'utf8');
  }

  /** Kills it (SIGKILL), as a crash does, and waits until nothing of it is left. */
  abstract kill(): Promise<void>;

  /** Kills it and removes its folder; harmless when done twice. */
  async close(): Promise<void> {
    await this.kill();
    this.directory.remove();
  }

  /** Starts the program; done when the server answers. */
  protected async launch(
    [program = '', ...args]: readonly string[],
    name: string,
    answers: () => Promise<boolean>,
  ): Promise<void> {
    const processes = ProcessGroup.start(program, args, this.#outputFile);
    this.processes = processes;
    const deadline = Date.now() + START_TIMEOUT_MS;
    while (!(await answers())) {
      if (!processes.running || Date.now() > deadline)
        throw new Error(`${name} did not start on port ${this.port}. It said:\n${this.log()}`);
      await sleep(LOOK_AGAIN_MS);
    }
  }

  get #outputFile(): string {
    return join(this.directory.path, 'output');
  }
}
