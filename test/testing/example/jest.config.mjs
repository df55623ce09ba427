import base from '../../../jest.config.mjs';

/** @type {import('jest').Config} */
export default {
  ...base,
  rootDir: '../../..',
  roots: ['<rootDir>/test/testing/example'],
  testMatch: ['**/accounts.jest.mjs'],
  maxWorkers: 1,
};
