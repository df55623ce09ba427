import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';

const CONSUMERS = join('test', 'consumers');
const LOCKS = ['package-lock.json', 'pnpm-lock.yaml', 'yarn.lock'];

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
}

interface NpmLock {
  readonly packages: Readonly<
    Record<string, Partial<Manifest> & { readonly resolved?: string; readonly integrity?: string }>
  >;
}

const { dependencies, peerDependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as Manifest;
const locks = readdirSync(CONSUMERS, { withFileTypes: true })
  .filter(entry => entry.isDirectory())
  .flatMap(({ name }) => LOCKS.map(lock => join(CONSUMERS, name, lock)))
  .filter(file => existsSync(file))
  .map(file => [file, readFileSync(file, 'utf8')] as const);
const ofPackage = locks.filter(([, text]) => text.includes('nest-mailroom.tgz'));

// All this is mended by: npm run build && node test/consumers/relock.mjs
describe('The lock files of the applications that the package is tried in', () => {
  it('are one for each application, and one for the package managers', () => {
    const applications = readdirSync(CONSUMERS).filter(name =>
      existsSync(join(CONSUMERS, name, 'package.json')),
    );
    expect(locks).toHaveLength(applications.length);
    expect(ofPackage).toHaveLength(applications.length - 1);
  });

  it.each(locks)('say nothing about where packages are fetched from: %s', (_, text) => {
    expect(text).not.toMatch(/resolved.*https?:|tarball: https?:/);
  });

  it.each(ofPackage)('know the dependencies and peers that the package has: %s', (file, text) => {
    if (file.endsWith('package-lock.json')) {
      const entry = (JSON.parse(text) as NpmLock).packages['node_modules/nest-mailroom'];
      expect(entry).toMatchObject({ dependencies, peerDependencies });
      // The tarball is another one after each build.
      expect(entry?.integrity).toBeUndefined();
      return;
    }
    const names = file.endsWith('pnpm-lock.yaml') ? peerDependencies : dependencies;
    for (const [name, range] of Object.entries(names))
      expect(text.replaceAll(/["']/g, '')).toMatch(new RegExp(`${name}[@: ]*(?:npm:)?${escaped(range)}`));
  });
});

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
