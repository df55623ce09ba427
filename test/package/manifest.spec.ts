import { readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { importsBelow } from './source-files.js';

interface Manifest {
  name: string;
  license: string;
  type: string;
  files: string[];
  engines: { node: string };
  exports: Record<string, unknown>;
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
  peerDependencies: Record<string, string>;
  peerDependenciesMeta: Record<string, { optional?: boolean }>;
}

const manifest = JSON.parse(readFileSync(join(process.cwd(), 'package.json'), 'utf8')) as Manifest;
/** What the build takes into the modules of the package, so that nobody has to install it. */
const TAKEN_IN = ['jsonc-parser'];
const packageOf = (specifier: string): string =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
const imported = importsBelow(join(process.cwd(), 'lib')).filter(
  ({ specifier }) => !specifier.startsWith('.') && !isBuiltin(specifier),
);

describe('package.json', () => {
  it('takes the Nest that its tests run on: 11, in a project of its own, and 12', () => {
    const { peerDependencies } = manifest;
    expect(peerDependencies).toMatchObject({
      '@nestjs/common': '^11.1.0 || ^12.0.0',
      '@nestjs/core': '^11.1.0 || ^12.0.0',
      '@nestjs/config': '^4.0.0 || ^12.0.0',
      '@nestjs/terminus': '^11.0.0 || ^12.0.0',
    });
    const { dependencies } = JSON.parse(
      readFileSync(join(process.cwd(), 'test/nest-11/package.json'), 'utf8'),
    ) as Pick<Manifest, 'dependencies'>;
    for (const name of Object.keys(peerDependencies).filter(key => key.startsWith('@nestjs/')))
      expect(dependencies[name]).toMatch(name === '@nestjs/config' ? /^4\./ : /^11\./);
  });

  it('declares every package that lib/ imports', () => {
    const declared = new Set([
      ...Object.keys(manifest.dependencies),
      ...Object.keys(manifest.peerDependencies),
      ...TAKEN_IN,
    ]);
    expect(imported.map(({ specifier }) => packageOf(specifier)).filter(name => !declared.has(name))).toEqual(
      [],
    );
  });

  it('declares no dependency that lib/ does not import', () => {
    const used = new Set(imported.map(({ specifier }) => packageOf(specifier)));
    expect(Object.keys(manifest.dependencies).filter(name => !used.has(name))).toEqual([]);
  });

  it('needs what the build takes in to build it, and nowhere else', () => {
    for (const name of TAKEN_IN) {
      expect(manifest.devDependencies).toHaveProperty(name);
      expect({ ...manifest.dependencies, ...manifest.peerDependencies }).not.toHaveProperty(name);
    }
  });

  it('has the dependencies that the README justifies, and no other', () => {
    expect(Object.keys(manifest.dependencies).toSorted()).toEqual([
      'handlebars',
      'htmlparser2',
      'nodemailer',
      'postal-mime',
    ]);
  });

  it('imports optional peers only when they are needed', () => {
    const optional = Object.entries(manifest.peerDependenciesMeta)
      .filter(([, meta]) => meta.optional)
      .map(([name]) => name);
    const early = imported.filter(
      ({ specifier, from }) =>
        optional.includes(packageOf(specifier)) &&
        // Who asks for this subpath has asked for Terminus.
        !(specifier === '@nestjs/terminus' && from.startsWith('health/')) &&
        // Imported by nobody but openStore(), once it has found that the package is there.
        !(specifier === 'bullmq' && from.startsWith('queue/store/postgres/')) &&
        new RegExp(`^import (?!type)[^;]*'${specifier}'`, 'm').test(
          readFileSync(join(process.cwd(), 'lib', from), 'utf8'),
        ),
    );
    expect(optional).toEqual([
      '@css-inline/css-inline',
      '@nestjs/config',
      '@nestjs/terminus',
      '@opentelemetry/api',
      'bullmq',
      'ioredis',
      'kerberos',
      'pg',
      'socks',
    ]);
    expect(early).toEqual([]);
  });

  it('is an ESM package for Node 20.19 and later, with one entry for import and require', () => {
    expect(manifest).toMatchObject({
      name: 'nest-mailroom',
      type: 'module',
      license: 'MIT',
      files: ['appsettings.schema.json', 'dist'],
      engines: { node: '>=20.19' },
    });
    expect(manifest.exports['.']).toEqual({ types: './dist/index.d.ts', default: './dist/index.js' });
  });

  it('exports the schema of the settings for editors, which is packed', () => {
    const name = './appsettings.schema.json';
    expect(manifest.exports[name]).toBe(name);
    const path = fileURLToPath(import.meta.resolve('nest-mailroom/appsettings.schema.json'));
    expect(path).toBe(join(process.cwd(), name));
  });

  it.each(['.', 'test/runners', 'test/kerberos', 'test/nest-11'])(
    'has a lock file without addresses of registries in %s',
    folder => {
      const lock = readFileSync(join(process.cwd(), folder, 'package-lock.json'), 'utf8');
      expect(lock).not.toMatch(/"resolved": "http/);
    },
  );
});
