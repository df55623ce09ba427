import { cpSync, mkdirSync, readFileSync, realpathSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { runNode } from '../../support/run-script.js';
import type { TemporaryDirectory } from '../../support/temporary-directory.js';
import { temporaryDirectory } from '../../support/temporary-directory.js';

const ROOT = process.cwd();
const NEST = {
  11: join(ROOT, 'test/nest-11/node_modules'),
  12: join(ROOT, 'node_modules'),
} as const;
type Major = keyof typeof NEST;

const { dependencies } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  dependencies: Record<string, string>;
};

const folders: TemporaryDirectory[] = [];
afterAll(() => {
  for (const folder of folders) folder.remove();
});

/** Puts the packages of one version of Nest into a folder. */
function putNest(modules: string, major: Major): void {
  mkdirSync(modules, { recursive: true });
  for (const name of ['@nestjs', 'rxjs', 'reflect-metadata'])
    symlinkSync(realpathSync(join(NEST[major], name)), join(modules, name));
}

/** An application on one version of Nest, with this package beside another one, as npm nests what it cannot share. */
function application(major: Major, other: Major): string {
  const folder = temporaryDirectory();
  folders.push(folder);
  putNest(join(folder.path, 'node_modules'), major);
  const own = join(folder.path, 'node_modules/nest-mailroom');
  putNest(join(own, 'node_modules'), other);
  for (const name of Object.keys(dependencies))
    symlinkSync(join(ROOT, 'node_modules', name), join(own, 'node_modules', name));
  cpSync(join(ROOT, 'dist'), join(own, 'dist'), { recursive: true });
  cpSync(join(ROOT, 'package.json'), join(own, 'package.json'));
  mkdirSync(join(folder.path, 'pickup'));
  cpSync(join(ROOT, 'test/system/nest-11/application.mjs'), join(folder.path, 'main.mjs'));
  return folder.path;
}

async function run(folder: string, part: string): Promise<string> {
  const { stdout, stderr } = await runNode([join(folder, 'main.mjs'), join(folder, 'pickup'), part], {
    cwd: folder,
    // The folder alone decides which Nest is found.
    env: { NODE_OPTIONS: undefined, NO_COLOR: '1', FORCE_COLOR: undefined },
    timeoutMs: 90_000,
  });
  return `${stdout}${stderr}`;
}

function coreOf(major: Major): { version: string; folder: string } {
  const folder = realpathSync(join(NEST[major], '@nestjs/core'));
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string };
  return { version, folder };
}

describe.each<[Major, Major]>([
  [11, 12],
  [12, 11],
])('An application on Nest %i whose nest-mailroom finds Nest %i', (major, other) => {
  const running = coreOf(major);
  const imported = coreOf(other);
  let folder: string;
  beforeAll(() => {
    folder = application(major, other);
  });

  /** What must be said: both versions, where each lies, and what to do. */
  function expectWords(output: string): void {
    expect(output).toContain(`runs on @nestjs/core ${running.version} (${running.folder})`);
    expect(output).toContain(`imports @nestjs/core ${imported.version} (${imported.folder})`);
    expect(output).toContain('npm ls @nestjs/core');
    expect(output).toContain('npm dedupe');
  }

  it('is told so at its start, once, and sends', async () => {
    const output = await run(folder, 'none');
    expectWords(output);
    expect(output).toContain('does not reach the logger of the application');
    expect(output.match(/runs on @nestjs\/core/g)).toHaveLength(1);
    expect(output).toContain('status: written');
  });

  it.each([
    ['config', 'MailSettings: is not in the configuration.'],
    ['health', 'MailHealthIndicator cannot work.'],
    ['preview', 'MailPreviewModule cannot work.'],
  ])('does not start with what cannot work then, and says why: %s', async (part, said) => {
    const output = await run(folder, part);
    const [, reason = ''] = output.split('not started: ');
    expect(reason).toContain(said);
    expectWords(reason);
    expect(output).not.toContain('status:');
  });
});

describe.each<Major>([11, 12])('An application on Nest %i alone', major => {
  it.each(['none', 'config', 'health', 'preview'])('starts, sends and says nothing: %s', async part => {
    const folder = application(major, major);
    expect(await run(folder, part)).toBe('status: written\n');
  });
});
