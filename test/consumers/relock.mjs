// Renews the lock files of these applications: node test/consumers/relock.mjs [name …], after `npm run build` and
// `npm ci --prefix test/consumers/package-managers`. Needed when dependencies or peers of the package change.
import { execFileSync } from 'node:child_process';
import { copyFileSync, cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const HERE = import.meta.dirname;
const TOOLS = join(HERE, 'package-managers', 'node_modules');
const NPM = ['npm', 'install', '--package-lock-only', '--no-audit', '--no-fund'];
const PNPM = [
  process.execPath,
  join(TOOLS, 'pnpm/bin/pnpm.cjs'),
  'install',
  '--lockfile-only',
  '--no-frozen-lockfile',
];
const YARN = [
  process.execPath,
  join(TOOLS, '@yarnpkg/cli-dist/bin/yarn.js'),
  'install',
  '--mode=update-lockfile',
];
const YARN_1 = [process.execPath, join(TOOLS, 'yarn-classic/bin/yarn.js'), 'install', '--ignore-scripts'];

/** For each application the command, and its lock file. */
const APPLICATIONS = {
  'nest-11': [NPM, 'package-lock.json'],
  'nest-12': [NPM, 'package-lock.json'],
  bundlers: [NPM, 'package-lock.json'],
  pnpm: [PNPM, 'pnpm-lock.yaml'],
  'pnpm-nest-11': [PNPM, 'pnpm-lock.yaml'],
  'yarn-pnp': [YARN, 'yarn.lock'],
  'yarn-nest-11': [YARN, 'yarn.lock'],
  'yarn-classic': [YARN_1, 'yarn.lock'],
};

/** Takes out of a lock file what each build changes, and where packages were fetched from. */
function lasting(file, text) {
  if (file !== 'package-lock.json')
    return text
      .replaceAll(/^ +resolved "https:.*\n/gm, '')
      .replaceAll(/("file:nest-mailroom\.tgz)#[0-9a-f]{40}"/g, '$1"');
  const lock = JSON.parse(text);
  for (const [path, entry] of Object.entries(lock.packages)) {
    if (path === 'node_modules/nest-mailroom') delete entry.integrity;
    else delete entry.resolved;
  }
  return `${JSON.stringify(lock, null, 2)}\n`;
}

/** npm keeps what the lock file says of a tarball, whatever is in it by now. */
function forgetPackage(file) {
  const lock = JSON.parse(readFileSync(file, 'utf8'));
  delete lock.packages['node_modules/nest-mailroom'];
  writeFileSync(file, JSON.stringify(lock));
}

const work = mkdtempSync(join(tmpdir(), 'nest-mailroom-relock-'));
const packed = execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', work], {
  cwd: join(HERE, '../..'),
  encoding: 'utf8',
});
const tarball = join(work, JSON.parse(packed)[0].filename);
const wanted = process.argv.slice(2);
for (const [name, [[program, ...args], file]] of Object.entries(APPLICATIONS)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  const project = join(work, name);
  cpSync(join(HERE, name), project, { recursive: true });
  copyFileSync(tarball, join(project, 'nest-mailroom.tgz'));
  const lock = join(project, file);
  if (file === 'package-lock.json' && existsSync(lock)) forgetPackage(lock);
  // Yarn takes a folder without a lock file for part of a project above it.
  if (!existsSync(lock) && file === 'yarn.lock') writeFileSync(lock, '');
  const env = { ...process.env, YARN_ENABLE_IMMUTABLE_INSTALLS: 'false' };
  execFileSync(program, args, { cwd: project, env, stdio: 'inherit' });
  writeFileSync(join(HERE, name, file), lasting(file, readFileSync(lock, 'utf8')));
}
rmSync(work, { recursive: true });
