import { cpSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { Semaphore } from '../../../../lib/core/concurrency/semaphore.js';
import { messageOf } from '../../../../lib/core/errors/error-facts.js';
import { MailSink } from '../../../support/mail-sink.js';
import type { GeneratedFiles } from './consumer-project.js';
import { ConsumerProject, layOutPlace } from './consumer-project.js';
import type { ConsumerName, ConsumerRow } from './consumer-rows.js';
import { RunningApplication } from './running-application.js';
import type { SeenApplication } from './seen-application.js';
import { seeApplication } from './seen-application.js';

/** What became of a row of the table. */
export interface ConsumerTrial {
  /** What its build printed. */
  readonly built: string;
  /** What the application did when it ran. */
  readonly seen: SeenApplication;
  /** What each script of its tests printed. */
  readonly tested: readonly string[];
  /** What the bundle says when it is started without the templates that the build copies beside it. */
  readonly withoutTemplates?: string;
  /** What `nest new` generates, for an application that was generated. */
  readonly generated: GeneratedFiles | undefined;
  /** How long each step took, in seconds. */
  readonly seconds: Readonly<Record<string, number>>;
}

/** What an application did when it was started. */
type Started = Pick<ConsumerTrial, 'seen' | 'withoutTemplates'>;

/** What became, or will become, of each row. */
export type ConsumerTrials = ReadonlyMap<ConsumerRow, Promise<ConsumerTrial>>;

/** How many applications are installed and built at the same time: one waits for the network while the other builds. */
const SIDE_BY_SIDE = 2;

/**
 * What lets a test take a minute: the five seconds that Jest and Vitest give are few for one that loads an application, on a
 * machine that runs other suites beside.
 */
const LONG_TIME: Readonly<Record<NonNullable<ConsumerRow['tests']>['runner'], readonly string[]>> = {
  Jest: ['--testTimeout=60000'],
  Vitest: ['--testTimeout=60000', '--hookTimeout=60000'],
  'node:test': [],
};

/**
 * Installs, builds, starts and tests the applications of the table, some at a time. The folder of an application is removed
 * when all its rows are done: together they would take gigabytes.
 *
 * @param below folder for all that is made
 * @param tarball the packed package
 */
export function beginTrials(rows: readonly ConsumerRow[], below: string, tarball: string): ConsumerTrials {
  const places = new Semaphore(SIDE_BY_SIDE);
  const trials = new Map<ConsumerRow, Promise<ConsumerTrial>>();
  for (const [name, rowsOfOne] of byConsumer(rows)) {
    const application = places.acquire().then(() => Application.install(name, rowsOfOne, below, tarball));
    let last: Promise<unknown> = application;
    for (const row of rowsOfOne) {
      const trial = last.catch(() => undefined).then(async () => (await application).try(row));
      trials.set(row, trial);
      last = trial;
    }
    void last
      .catch(() => undefined)
      .then(async () => {
        rmSync(join(below, name), { recursive: true, force: true });
        places.release();
      });
  }
  return trials;
}

function byConsumer(rows: readonly ConsumerRow[]): Map<ConsumerName, ConsumerRow[]> {
  const groups = new Map<ConsumerName, ConsumerRow[]>();
  for (const row of rows) groups.set(row.consumer, [...(groups.get(row.consumer) ?? []), row]);
  return groups;
}

/** An application that is installed, and what was built of it so far. */
class Application {
  readonly #project: ConsumerProject;
  readonly #installSeconds: number;
  readonly #generated: GeneratedFiles | undefined;
  readonly #outputs = new Map<string, string>();

  private constructor(project: ConsumerProject, installSeconds: number, generated?: GeneratedFiles) {
    this.#project = project;
    this.#installSeconds = installSeconds;
    this.#generated = generated;
  }

  static async install(
    name: ConsumerName,
    [first]: readonly ConsumerRow[],
    below: string,
    tarball: string,
  ): Promise<Application> {
    const begun = performance.now();
    const project = await ConsumerProject.install(name, first?.packages ?? 'npm', { below, tarball });
    const installSeconds = since(begun);
    return new Application(
      project,
      installSeconds,
      name.startsWith('nest-') ? await project.generate() : undefined,
    );
  }

  async try(row: ConsumerRow): Promise<ConsumerTrial> {
    let begun = performance.now();
    const built: string[] = [];
    for (const script of row.scripts) built.push(await this.#build(script));
    const build = since(begun);
    begun = performance.now();
    const started = await (row.bundle === undefined ? this.#start(row) : this.#startMoved(row, row.bundle));
    const start = since(begun);
    begun = performance.now();
    const tested: string[] = [];
    const { scripts = [], runner } = row.tests ?? {};
    for (const script of scripts) tested.push(await this.#project.run(script, runner && LONG_TIME[runner]));
    const seconds = { install: this.#installSeconds, build, start, test: since(begun) };
    return { built: built.join('\n'), ...started, tested, generated: this.#generated, seconds };
  }

  async #build(script: string): Promise<string> {
    const output = this.#outputs.get(script) ?? (await this.#project.run(script));
    this.#outputs.set(script, output);
    return output;
  }

  async #start(row: ConsumerRow): Promise<Started> {
    return { seen: await see(this.#project.node(row.main), this.#project.path) };
  }

  /** Starts a bundle in a folder that has nothing else, while the folder where it was built is away. */
  async #startMoved(row: ConsumerRow, bundle: string): Promise<Started> {
    const { path } = this.#project;
    const away = `${path}-away`;
    const moved = `${path}-moved`;
    mkdirSync(moved);
    cpSync(join(path, bundle), moved, { recursive: true });
    layOutPlace(moved);
    renameSync(path, away);
    try {
      const command = [process.execPath, row.main];
      const seen = await see(command, moved);
      const templates = join(moved, 'templates');
      if (!existsSync(templates)) return { seen };
      rmSync(templates, { recursive: true });
      const failure = await see(command, moved).then(() => undefined, messageOf);
      return { seen, withoutTemplates: failure ?? 'It starts.' };
    } finally {
      renameSync(away, path);
      rmSync(moved, { recursive: true });
    }
  }
}

async function see(command: readonly string[], folder: string): Promise<SeenApplication> {
  const sink = await MailSink.start();
  try {
    const application = await RunningApplication.start(command, folder, sink);
    try {
      return await seeApplication(application, sink);
    } finally {
      await application.stop();
    }
  } finally {
    await sink.close();
  }
}

function since(begun: number): number {
  return Math.round((performance.now() - begun) / 100) / 10;
}
