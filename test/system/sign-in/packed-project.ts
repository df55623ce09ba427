import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { RunOptions, RunResult } from '../../support/run-script.js';
import { runNode } from '../../support/run-script.js';
import type { TemporaryDirectory } from '../../support/temporary-directory.js';
import { temporaryDirectory } from '../../support/temporary-directory.js';
import { MAILER_SCRIPT } from './mailer-child.js';

const ROOT = process.cwd();
const PACKAGE = 'nest-mailroom';
/** What an application has beside the packages that the package brings itself. */
const PEERS = ['@nestjs/common', '@nestjs/core', 'reflect-metadata', 'rxjs'];

/**
 * A project of its own that has the packed package installed. What the package imports is looked for there, and not in this
 * repository: it has the optional peers that the test gives it, and no others.
 */
export class PackedProject {
  readonly #directory: TemporaryDirectory = temporaryDirectory();

  /** Packs the build and installs it, as `npm install` would, without asking a registry. */
  constructor() {
    const { path } = this.#directory;
    this.#directory.write('package.json', '{ "name": "project", "private": true }');
    const packed = execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', path], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const [file] = JSON.parse(packed) as { filename: string }[];
    if (!file) throw new Error('npm pack packed nothing');
    mkdirSync(this.#module(PACKAGE), { recursive: true });
    execFileSync('tar', [
      '-xzf',
      join(path, file.filename),
      '--strip-components=1',
      '-C',
      this.#module(PACKAGE),
    ]);
    const { dependencies = {} } = JSON.parse(
      readFileSync(join(this.#module(PACKAGE), 'package.json'), 'utf8'),
    ) as { dependencies?: Record<string, string> };
    for (const name of [...Object.keys(dependencies), ...PEERS])
      this.add(name, join(ROOT, 'node_modules', name));
    this.#directory.write('mailer-application.mjs', readFileSync(MAILER_SCRIPT));
  }

  /** The script of a `MailerChild` that uses the package as it is installed here. */
  get mailerScript(): string {
    return join(this.#directory.path, 'mailer-application.mjs');
  }

  /** Gives it a package that is installed elsewhere. */
  add(name: string, from: string): void {
    mkdirSync(join(this.#module(name), '..'), { recursive: true });
    symlinkSync(from, this.#module(name));
  }

  /** Runs the package's command. */
  command(args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
    return runNode([join(this.#module(PACKAGE), 'dist/cli/main.js'), ...args], {
      cwd: this.#directory.path,
      ...options,
    });
  }

  /** Removes it; harmless when done twice. */
  remove(): void {
    this.#directory.remove();
  }

  #module(name: string): string {
    return join(this.#directory.path, 'node_modules', name);
  }
}
