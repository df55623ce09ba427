import { availableParallelism } from 'node:os';

/** For tests that look into the sources: whoever imports the package by its name gets those too, not a second copy. */
export const SOURCES = {
  '^nest-mailroom$': '<rootDir>/lib/index.ts',
  '^nest-mailroom/(.*)$': '<rootDir>/lib/$1/index.ts',
};
// What is built has no lines of the sources to count.
const sources = process.env['COVERAGE'] ? SOURCES : {};

/** @type {import('jest').Config} */
export default {
  testEnvironment: 'node',
  // Many tests wait for a server or a clock: two workers for each core keep the cores at work. With more of them those that compute
  // take so long that what is bounded in time fails.
  maxWorkers: 2 * availableParallelism(),
  // Only stops a test that hangs. How long something may take is asserted by the test itself, where it matters.
  testTimeout: 120_000,
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.spec.ts'],
  // The peers of the benchmark and of Kerberos, the other runners, another Nest, and applications to try the package in, are no
  // modules of the tests.
  modulePathIgnorePatterns: [
    '<rootDir>/test/bench/',
    '<rootDir>/test/kerberos/',
    '<rootDir>/test/runners/',
    '<rootDir>/test/nest-11/',
    '<rootDir>/test/consumers/',
  ],
  testPathIgnorePatterns: ['/node_modules/', '/test/system/', '/test/consumers/'],
  extensionsToTreatAsEsm: ['.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1', ...sources },
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
          target: 'es2022',
          keepClassNames: true,
        },
        module: { type: 'es6' },
        sourceMaps: 'inline',
      },
    ],
  },
};
