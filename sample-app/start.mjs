// `npm run demo`: builds what is out of date, then becomes the demo. Building is done under a lock and only when
// needed, because a second demo must not pull the files away from under a first one.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const ROOT = dirname(import.meta.dirname);
const LIBRARY = join(ROOT, 'dist', 'index.js');
const BUILT = join(import.meta.dirname, 'dist', 'built');
const LOCK = join(ROOT, 'node_modules', '.demo-is-building');
const SOURCES = [
  'lib',
  'sample-app',
  'nest-cli.json',
  'tsconfig.json',
  'tsconfig.build.json',
  'tsconfig.sample-app.json',
  'package.json',
];

if (isOutOfDate()) {
  await lock();
  try {
    // Whoever held the lock before may have done it.
    if (isOutOfDate()) build();
  } finally {
    rmSync(LOCK, { recursive: true, force: true });
  }
}
await import('./dist/demo.js');

function build() {
  const nest = createRequire(import.meta.url).resolve('@nestjs/cli/bin/nest.js');
  for (const project of [[], ['sample-app']]) {
    const { status } = spawnSync(process.execPath, [nest, 'build', ...project], {
      cwd: ROOT,
      stdio: 'inherit',
    });
    if (status !== 0) {
      rmSync(LOCK, { recursive: true, force: true });
      console.error(`The demo failed: nest build ${project.join(' ')} ended with ${status ?? 'a signal'}`);
      process.exit(1);
    }
  }
  writeFileSync(BUILT, '');
}

function isOutOfDate() {
  const built = timeOf(BUILT);
  return timeOf(LIBRARY) === 0 || SOURCES.some(source => newestIn(join(ROOT, source)) > built);
}

function newestIn(path) {
  const stats = statSync(path);
  if (!stats.isDirectory()) return stats.mtimeMs;
  const below = readdirSync(path).filter(name => name !== 'dist' && !name.startsWith('.'));
  return Math.max(0, ...below.map(name => newestIn(join(path, name))));
}

function timeOf(file) {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

/** Waits until nobody else builds; a lock whose process is gone counts for nothing. */
async function lock() {
  for (;;) {
    try {
      mkdirSync(LOCK);
      writeFileSync(join(LOCK, 'pid'), String(process.pid));
      return;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    if (isAbandoned()) rmSync(LOCK, { recursive: true, force: true });
    else await delay(200);
  }
}

function isAbandoned() {
  try {
    process.kill(Number(readFileSync(join(LOCK, 'pid'), 'utf8')), 0);
    return false;
  } catch (error) {
    // No pid yet: its owner is about to write it, unless it died just then.
    if (error.code === 'ENOENT') return Date.now() - timeOf(LOCK) > 5000;
    return error.code === 'ESRCH';
  }
}
