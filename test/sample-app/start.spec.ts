import { copyFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { RunOptions, RunResult } from '../support/run-script.js';
import { runNode } from '../support/run-script.js';
import type { TemporaryDirectory } from '../support/temporary-directory.js';
import { temporaryDirectory } from '../support/temporary-directory.js';

const START = join(import.meta.dirname, '..', '..', 'sample-app', 'start.mjs');

/** In place of the compiler, which would empty folders that other tests use: writes what a build leaves. */
const COMPILES = `const { appendFileSync, mkdirSync, writeFileSync } = require('node:fs');
appendFileSync('builds.txt', process.argv.slice(2).join(' ') + '\\n');
const dist = process.argv[3] === 'sample-app' ? 'sample-app/dist' : 'dist';
mkdirSync(dist, { recursive: true });
writeFileSync(dist + '/index.js', '');
writeFileSync(dist + '/demo.js', 'console.log("the demo runs")');`;

describe('npm run demo', () => {
  let root: TemporaryDirectory;
  beforeEach(() => {
    root = temporaryDirectory();
    for (const folder of ['lib', 'sample-app']) root.write(`${folder}/source.ts`, '');
    for (const name of ['nest-cli', 'tsconfig', 'tsconfig.build', 'tsconfig.sample-app'])
      root.write(`${name}.json`, '{}');
    root.write('package.json', '{ "type": "module" }');
    root.write('node_modules/@nestjs/cli/package.json', '{ "type": "commonjs" }');
    compiler(COMPILES);
    copyFileSync(START, join(root.path, 'sample-app', 'start.mjs'));
  });
  afterEach(() => root.remove());

  const compiler = (code: string): unknown => root.write('node_modules/@nestjs/cli/bin/nest.js', code);
  const start = (options: RunOptions = {}): Promise<RunResult> =>
    runNode([join(root.path, 'sample-app', 'start.mjs')], { cwd: root.path, ...options });
  const isLocked = (): boolean => existsSync(join(root.path, 'node_modules', '.demo-is-building'));

  it('says what it builds, why, and how long that takes, and builds once', async () => {
    const { code, stdout, stderr } = await start();
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.split('\n')).toEqual([
      'Building for the first time: usually 10 to 30 seconds, and not again. Ctrl-C stops it.',
      '  1 of 2: the package …',
      expect.stringMatching(/^ {2}1 of 2: the package: built in \d+ s$/),
      '  2 of 2: the sample …',
      expect.stringMatching(/^ {2}2 of 2: the sample: built in \d+ s$/),
      'the demo runs',
      '',
    ]);
    expect(readFileSync(join(root.path, 'builds.txt'), 'utf8')).toBe('build\nbuild sample-app\n');
    expect((await start()).stdout).toBe('the demo runs\n');
    expect(isLocked()).toBe(false);
  });

  it('ends with code 1 and says which build failed', async () => {
    compiler('console.error("error TS2322"); process.exit(2)');
    const { code, stdout, stderr } = await start();
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /error TS2322\nThe demo failed: nest build ended with 2; what it says stands above\n/,
    );
    expect(stdout).not.toContain('the demo runs');
    expect(isLocked()).toBe(false);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('stops a build at %s, and what it has locked', async end => {
    compiler('console.log("at work"); setInterval(() => {}, 1000)');
    const { code, signal, stderr } = await start({
      onStart: child =>
        child.stdout?.on('data', (text: string) => text.includes('at work') && child.kill(end)),
    });
    expect({ code, signal, stderr }).toEqual({
      code: 130,
      signal: null,
      stderr: 'Stopped while it was built; nothing was started.\n',
    });
    expect(isLocked()).toBe(false);
  });

  it('says that it waits for a build of another demo, which Ctrl-C ends too', async () => {
    root.write('node_modules/.demo-is-building/pid', String(process.pid));
    const { code, stdout } = await start({
      onStart: child =>
        child.stdout?.on('data', (text: string) => text.includes('waiting') && child.kill('SIGINT')),
    });
    expect({ code, stdout }).toEqual({ code: 130, stdout: 'Another demo is building; waiting for it.\n' });
    expect(isLocked()).toBe(true);
  });

  it('builds behind one that has died', async () => {
    root.write('node_modules/.demo-is-building/pid', '2147483646');
    expect((await start()).stdout).toContain('the demo runs');
    expect(isLocked()).toBe(false);
  });
});
