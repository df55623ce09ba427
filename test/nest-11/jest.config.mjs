// The tests of what touches Nest, on Nest 11: the tests, the package and the processes that they start all get its packages.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import base from '../../jest.config.mjs';
import { FOLDER, PACKAGES } from './packages.mjs';

const missing = PACKAGES.filter(name => !existsSync(join(FOLDER, name)));
if (missing.length > 0)
  throw new Error(`Nest 11 is not installed (${missing.join(', ')}): npm ci --prefix test/nest-11`);

/** The packages of Nest 11, wherever they are imported. */
const swapped = Object.fromEntries(
  PACKAGES.map(name => [`^${name}(/.*)?$`, `<rootDir>/test/nest-11/node_modules/${name}$1`]),
);

process.env.NODE_OPTIONS_OF_CHILDREN = `--import=${pathToFileURL(join(import.meta.dirname, 'import-hook.mjs')).href}`;

/** @type {import('jest').Config} */
export default {
  ...base,
  rootDir: '../..',
  roots: ['<rootDir>/test'],
  testMatch: [
    'system/nest-11',
    'e2e',
    'preview',
    'testing',
    'contract',
    'core/mail',
    'core/sending',
    'sample-app',
  ].map(folder => `<rootDir>/test/${folder}/**/*.spec.ts`),
  moduleNameMapper: { ...base.moduleNameMapper, ...swapped },
  testPathIgnorePatterns: [
    '/node_modules/',
    // Tables of what servers say, and attacks on them: they go through one call of Nest's, and take minutes.
    '/e2e/(?:smtp|oauth2|dkim|hostile|bounded|quoted|pickup)-',
    '/e2e/(?:endless-streams|fields-of-built-in-mails|dkim|fallback|text-parts|addresses)\\.spec',
    '/preview/(?:hostile|read-calendar)\\.spec',
    '/testing/simulated-failures\\.spec',
    // Their children are Jest of Nest 12: it resolves imports itself, and no hook of Node.js can change that.
    '/testing/runners\\.spec',
    // Node.js lets no hook into a process under its permission model.
    '/e2e/pickup-permission-model\\.spec',
  ],
};
