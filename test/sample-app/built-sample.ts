import { existsSync, readdirSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { runNode } from '../support/run-script.js';

const ROOT = join(import.meta.dirname, '..', '..');
const SAMPLE = join(ROOT, 'sample-app');
const BUILT = join(SAMPLE, 'dist');

/** The programs of the sample as they are built. */
export const PROGRAMS = {
  demo: join(BUILT, 'demo.js'),
  agent: join(BUILT, 'agent', 'main.js'),
  relay: join(BUILT, 'relay', 'main.js'),
} as const;

/** Builds the sample, unless it is newer than its sources already. */
export async function buildSample(): Promise<void> {
  if (existsSync(PROGRAMS.demo) && statSync(PROGRAMS.demo).mtimeMs > newestSource()) return;
  const nest = createRequire(import.meta.url).resolve('@nestjs/cli/bin/nest.js');
  const built = await runNode([nest, 'build', 'sample-app'], { cwd: ROOT, timeoutMs: 240_000 });
  if (built.code !== 0) throw new Error(`nest build sample-app failed: ${built.stdout}${built.stderr}`);
}

function newestSource(): number {
  const sources = readdirSync(SAMPLE, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name))
    .filter(path => !path.startsWith(BUILT));
  const settings = ['nest-cli.json', 'tsconfig.json', 'tsconfig.sample-app.json', 'package.json'];
  const all = [...sources, ...settings.map(name => join(ROOT, name))];
  return Math.max(...all.map(path => statSync(path).mtimeMs));
}
