// The tests that need a program of the system (Postfix, strace, Python, npm): they fail, and are not skipped, without it.
import base, { SOURCES } from '../../jest.config.mjs';

/** @type {import('jest').Config} */
export default {
  ...base,
  rootDir: '../..',
  roots: ['<rootDir>/test/system'],
  testPathIgnorePatterns: ['/node_modules/'],
  testTimeout: 300_000,
  maxWorkers: 1,
  // Their errors and deliveries are those of the sources, which some of these tests take apart.
  moduleNameMapper: { ...base.moduleNameMapper, ...SOURCES },
};
