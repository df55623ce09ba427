import { cpSync, existsSync, mkdirSync, readdirSync, realpathSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { RunResult } from '../../support/run-script.js';
import { runNode } from '../../support/run-script.js';
import type { TemporaryDirectory } from '../../support/temporary-directory.js';

const ROOT = process.cwd();
const RUNNERS = join(ROOT, 'test/runners/node_modules');
export const RECIPES = join(ROOT, 'test/runners/recipes');

/** A project of an application that is tested as a recipe of the documentation says. */
export interface Recipe {
  /** Where the packages of Nest come from. */
  readonly nest: 'node_modules' | 'test/nest-11/node_modules';
  /** The kind of module that the application is. */
  readonly type: 'commonjs' | 'module';
  /** What its tests import from the runner; `nest new` has them as globals. */
  readonly imports: string;
  /** Arguments of `node` in the project. */
  readonly run: readonly string[];
  /** What the runner prints when both tests have passed. */
  readonly passed: RegExp;
}

// A machine that is busy takes longer than the five seconds that runners give a test.
const JEST = [
  '--disable-warning=ExperimentalWarning',
  'node_modules/jest/bin/jest.js',
  '--testTimeout=60000',
];
const ESM = ['--experimental-vm-modules', ...JEST];

/** Every recipe, by the folder that holds its files. */
export const ALL_RECIPES: Readonly<Record<string, Recipe>> = {
  'jest-commonjs': {
    nest: 'test/nest-11/node_modules',
    type: 'commonjs',
    imports: '',
    run: JEST,
    passed: /^Tests: +2 passed, 2 total$/m,
  },
  'jest-ts-jest': {
    nest: 'node_modules',
    type: 'module',
    imports: '',
    run: ESM,
    passed: /^Tests: +2 passed, 2 total$/m,
  },
  'jest-swc': {
    nest: 'node_modules',
    type: 'module',
    imports: '',
    run: ESM,
    passed: /^Tests: +2 passed, 2 total$/m,
  },
  vitest: {
    nest: 'node_modules',
    type: 'module',
    imports: "import { it } from 'vitest';",
    run: ['node_modules/vitest/vitest.mjs', 'run', '--testTimeout=60000'],
    passed: /^ +Tests +2 passed \(2\)$/m,
  },
  'node-test': {
    nest: 'node_modules',
    type: 'module',
    imports: "import { it } from 'node:test';",
    run: ['--import', './swc.mjs', '--test', '--test-reporter=spec', 'src/jobs.spec.ts'],
    passed: /^ℹ pass 2\nℹ fail 0$/m,
  },
};

const JOBS = `import { Injectable } from '@nestjs/common';
import { MailService } from 'nest-mailroom';

@Injectable()
export class Jobs {
  constructor(private readonly mail: MailService) {}

  async finished(address: string): Promise<void> {
    await this.mail.sendNotification({ to: address, title: 'Done', lines: ['The job has finished.'] });
  }
}
`;

const tests = (imports: string, extension: string): string => `import 'reflect-metadata';
${imports}
import { Test } from '@nestjs/testing';
import { Mailbox, MailTestingModule } from 'nest-mailroom/testing';
import { Jobs } from './jobs${extension}';

async function start() {
  const settings = { Host: 'localhost', FromAddress: 'no-reply@contoso.com' };
  const imports = [MailTestingModule.forRoot({ settings })];
  return Test.createTestingModule({ imports, providers: [Jobs] }).compile();
}

it('tells that a job has finished', async () => {
  const module = await start();
  await module.get(Jobs).finished('ann@contoso.com');
  module.get(Mailbox).assertSent({ to: 'ann@contoso.com', subject: 'Done', text: 'has finished' });
  await module.close();
});

it('passes on what the mail server says', async () => {
  const module = await start();
  module.get(Mailbox).failNext({ responseCode: 451 });
  const failed = await module.get(Jobs).finished('ann@contoso.com').then(() => false, () => true);
  if (!failed) throw new Error('The failure was not passed on.');
  module.get(Mailbox).assertNothingSent();
  await module.close();
});
`;

/** Makes the project of a recipe in a folder, with the built package, and runs its tests there. */
export function runRecipe(name: string, recipe: Recipe, folder: TemporaryDirectory): Promise<RunResult> {
  cpSync(join(RECIPES, name), folder.path, { recursive: true });
  const modules = join(folder.path, 'node_modules');
  mkdirSync(modules);
  cpSync(join(ROOT, 'dist'), join(modules, 'nest-mailroom/dist'), { recursive: true });
  cpSync(join(ROOT, 'package.json'), join(modules, 'nest-mailroom/package.json'));
  for (const source of [join(ROOT, recipe.nest), RUNNERS, join(ROOT, 'node_modules')])
    linkPackages(source, modules);
  if (!existsSync(join(folder.path, 'package.json')))
    folder.write('package.json', JSON.stringify({ name: 'app', private: true, type: recipe.type }));
  folder.write('src/jobs.ts', JOBS);
  folder.write('src/jobs.spec.ts', tests(recipe.imports, recipe.type === 'module' ? '.js' : ''));
  return runNode(recipe.run, {
    cwd: folder.path,
    env: {
      NODE_OPTIONS: undefined,
      NO_COLOR: '1',
      FORCE_COLOR: undefined,
      NODE_TEST_CONTEXT: undefined,
      VITEST: undefined,
    },
    timeoutMs: 110_000,
  });
}

/** Links the packages of a folder that the project has not got yet. */
function linkPackages(from: string, to: string): void {
  for (const name of readdirSync(from)) {
    const target = join(to, name);
    if (name.startsWith('.') || existsSync(target)) continue;
    symlinkSync(realpathSync(join(from, name)), target);
  }
}
