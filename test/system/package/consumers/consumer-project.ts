import { execFile } from 'node:child_process';
import { copyFileSync, cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join, relative } from 'node:path';
import { promisify } from 'node:util';
import type { ConsumerName, PackageManager } from './consumer-rows.js';

const CONSUMERS = join(process.cwd(), 'test', 'consumers');
const TOOLS = join(CONSUMERS, 'package-managers', 'node_modules');
const YARN = join(TOOLS, '@yarnpkg', 'cli-dist', 'bin', 'yarn.js');
const RUN_MS = 300_000;

/** The program of a package manager with its first arguments, and how it installs by its lock file. */
const COMMANDS: Readonly<
  Record<PackageManager, { readonly program: readonly string[]; readonly install: readonly string[] }>
> = {
  npm: { program: ['npm'], install: ['ci', '--prefer-offline', '--no-audit', '--no-fund'] },
  pnpm: {
    program: [process.execPath, join(TOOLS, 'pnpm', 'bin', 'pnpm.cjs')],
    install: ['install', '--no-frozen-lockfile', '--prefer-offline'],
  },
  "Yarn 4, Plug'n'Play": { program: [process.execPath, YARN], install: ['install'] },
  'Yarn 4, node_modules': { program: [process.execPath, YARN], install: ['install'] },
  'Yarn 1': {
    program: [process.execPath, join(TOOLS, 'yarn-classic', 'bin', 'yarn.js')],
    install: ['install', '--prefer-offline', '--no-progress', '--non-interactive'],
  },
};

/** What processes of an application get on top of the environment; `undefined` takes a variable away. */
export const CONSUMER_ENV: NodeJS.ProcessEnv = {
  NODE_OPTIONS: undefined,
  NODE_ENV: undefined,
  JEST_WORKER_ID: undefined,
  FORCE_COLOR: undefined,
  NO_COLOR: '1',
  YARN_ENABLE_TELEMETRY: '0',
  // The checksum of the tarball, which each build changes, stands in the lock file, and nothing else may change there.
  YARN_ENABLE_IMMUTABLE_INSTALLS: 'false',
};

/** Texts of files, by their paths below a folder. */
export type GeneratedFiles = ReadonlyMap<string, string>;

/** An application of `test/consumers` in a folder of its own, with the packed package beside it. */
export class ConsumerProject {
  readonly path: string;
  readonly #packages: PackageManager;

  private constructor(path: string, packages: PackageManager) {
    this.path = path;
    this.#packages = packages;
  }

  /** Copies the application and installs what it needs. */
  static async install(
    name: ConsumerName,
    packages: PackageManager,
    options: { readonly below: string; readonly tarball: string },
  ): Promise<ConsumerProject> {
    if (!existsSync(TOOLS))
      throw new Error(`${TOOLS} is not there: run npm ci --prefix test/consumers/package-managers`);
    const path = join(options.below, name);
    cpSync(join(CONSUMERS, name), path, {
      recursive: true,
      filter: source => !source.endsWith('node_modules'),
    });
    const application = join(CONSUMERS, 'application');
    cpSync(join(application, 'mailing.module.ts'), join(path, 'src', 'mailing.module.ts'));
    cpSync(join(application, 'templates'), join(path, 'src', 'templates'), { recursive: true });
    layOutPlace(path);
    copyFileSync(options.tarball, join(path, 'nest-mailroom.tgz'));
    const project = new ConsumerProject(path, packages);
    await project.#call(COMMANDS[packages].install);
    return project;
  }

  /** Runs a script of its package.json with further arguments; rejects with all that it printed when it fails. */
  async run(script: string, args: readonly string[] = []): Promise<string> {
    // npm takes for its own what stands before the two hyphens; pnpm hands the hyphens on.
    const hyphens = this.#packages === 'npm' && args.length > 0 ? ['--'] : [];
    return this.#call(['run', script, ...hyphens, ...args]);
  }

  /** The command that starts a file of the application: with Plug'n'Play, Node.js has to be told where packages are. */
  node(file: string): readonly string[] {
    return this.#packages === "Yarn 4, Plug'n'Play"
      ? [...COMMANDS[this.#packages].program, 'node', file]
      : [process.execPath, file];
  }

  /** What `nest new` of the installed version of the CLI generates: the text of each file, by its path. */
  async generate(): Promise<GeneratedFiles> {
    const nest = join('node_modules', '@nestjs', 'cli', 'bin', 'nest.js');
    await this.#execute(process.execPath, [
      nest,
      'new',
      'generated',
      '--skip-git',
      '--skip-install',
      '--package-manager=npm',
    ]);
    const folder = join(this.path, 'generated');
    const files = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter(entry => entry.isFile())
      .map(entry => join(entry.parentPath, entry.name));
    const texts = files.map(file => [relative(folder, file), readFileSync(file, 'utf8')] as const);
    // The application's own tests would find those of the generated one.
    rmSync(folder, { recursive: true });
    return new Map(texts);
  }

  #call(args: readonly string[]): Promise<string> {
    const [program = '', ...first] = COMMANDS[this.#packages].program;
    return this.#execute(program, [...first, ...args]);
  }

  async #execute(program: string, args: readonly string[]): Promise<string> {
    try {
      const { stdout, stderr } = await promisify(execFile)(program, args, {
        cwd: this.path,
        env: { ...process.env, ...CONSUMER_ENV },
        timeout: RUN_MS,
        maxBuffer: 2 ** 26,
      });
      return stdout + stderr;
    } catch (error) {
      const { stdout = '', stderr = '' } = error as { stdout?: string; stderr?: string };
      throw new Error(`${args.join(' ')} failed in ${this.path}:\n${stdout}\n${stderr}`, { cause: error });
    }
  }
}

/** Puts beside an application what it finds in its working directory: its settings, and the folder of the relay. */
export function layOutPlace(path: string): void {
  mkdirSync(join(path, 'pickup'), { recursive: true });
  copyFileSync(join(CONSUMERS, 'application', 'appsettings.json'), join(path, 'appsettings.json'));
}
