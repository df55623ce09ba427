// `npm run demo`: builds what is out of date, then becomes the demo. Building is done under a lock and only when
// needed, because a second demo must not pull the files away from under a first one.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
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

const stopping = new AbortController();
const stop = () => stopping.abort();
const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];

if (isOutOfDate()) {
  for (const signal of SIGNALS) process.on(signal, stop);
  try {
    await lock();
    // Whoever held the lock before may have done it.
    if (isOutOfDate()) await build();
  } catch (error) {
    release();
    if (stopping.signal.aborted) console.error('Stopped while it was built; nothing was started.');
    else console.error(`The demo failed: ${error.message}`);
    process.exit(stopping.signal.aborted ? 130 : 1);
  }
  release();
  // The demo listens to them itself.
  for (const signal of SIGNALS) process.off(signal, stop);
}
await import('./dist/demo.js');

async function build() {
  const why = timeOf(BUILT) === 0 ? 'for the first time' : 'because its sources have changed';
  console.log(`Building ${why}: usually 10 to 30 seconds, and not again. Ctrl-C stops it.`);
  await compile('1 of 2: the package', []);
  await compile('2 of 2: the sample', ['sample-app']);
  writeFileSync(BUILT, '');
}

/** Runs the compiler and shows that it is at work. */
async function compile(what, projects) {
  const nest = createRequire(import.meta.url).resolve('@nestjs/cli/bin/nest.js');
  const since = Date.now();
  const seconds = () => `${Math.round((Date.now() - since) / 1000)} s`;
  const { isTTY } = process.stdout;
  if (!isTTY) console.log(`  ${what} …`);
  const show = () => process.stdout.write(`\r  ${what} … ${seconds()}`);
  if (isTTY) show();
  const shown = isTTY && setInterval(show, 1000);
  try {
    const child = spawn(process.execPath, [nest, 'build', ...projects], {
      cwd: ROOT,
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    const end = () => child.kill();
    stopping.signal.addEventListener('abort', end, { once: true });
    const [code, signal] = await once(child, 'close');
    stopping.signal.removeEventListener('abort', end);
    stopping.signal.throwIfAborted();
    if (code !== 0)
      throw new Error(
        `${['nest build', ...projects].join(' ')} ended with ${code ?? signal}; what it says stands above`,
      );
  } finally {
    clearInterval(shown);
    if (isTTY) console.log();
  }
  if (!isTTY) console.log(`  ${what}: built in ${seconds()}`);
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
  let told = false;
  for (;;) {
    stopping.signal.throwIfAborted();
    try {
      mkdirSync(LOCK);
      writeFileSync(join(LOCK, 'pid'), String(process.pid));
      return;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    if (isAbandoned()) {
      rmSync(LOCK, { recursive: true, force: true });
      continue;
    }
    if (!told) console.log('Another demo is building; waiting for it.');
    told = true;
    await delay(200, undefined, { signal: stopping.signal });
  }
}

/** Gives the lock back, if it is ours. */
function release() {
  if (ownerOfLock() === process.pid) rmSync(LOCK, { recursive: true, force: true });
}

function ownerOfLock() {
  try {
    return Number(readFileSync(join(LOCK, 'pid'), 'utf8'));
  } catch {
    return undefined;
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
