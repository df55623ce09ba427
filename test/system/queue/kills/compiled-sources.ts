import { cpSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Options } from '@swc/core';
import { transformFileSync } from '@swc/core';
import { temporaryDirectory } from '../../../support/temporary-directory.js';
import type { TemporaryDirectory } from '../../../support/temporary-directory.js';

/** As Jest has them compiled. */
const OPTIONS: Options = {
  swcrc: false,
  jsc: {
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true },
    target: 'es2022',
    keepClassNames: true,
  },
  module: { type: 'es6' },
};

/**
 * Compiles the sources into a folder, file by file. Processes of their own need what the build has put together and does not show:
 * how long locks last, which is half a minute for applications, and too long for tests that kill workers by the dozen.
 */
export function compiledSources(): TemporaryDirectory {
  const directory = temporaryDirectory();
  for (const entry of readdirSync('lib', { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const source = join(entry.parentPath, entry.name);
    const target = join(directory.path, source);
    mkdirSync(dirname(target), { recursive: true });
    if (entry.name.endsWith('.ts'))
      writeFileSync(target.replace(/\.ts$/, '.js'), transformFileSync(source, OPTIONS).code);
    else cpSync(source, target);
  }
  directory.write('package.json', JSON.stringify({ type: 'module' }));
  symlinkSync(join(process.cwd(), 'node_modules'), join(directory.path, 'node_modules'));
  return directory;
}
