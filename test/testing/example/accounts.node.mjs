import { afterEach, describe, it, mock } from 'node:test';
import { accountTests, failingTest } from './account-tests.ts';

const tests = process.env.EXAMPLE_FAILS ? failingTest : accountTests;
tests({
  describe,
  it,
  afterEach,
  fakeTimers: {
    stop: () => mock.timers.enable({ apis: ['setTimeout', 'setInterval', 'setImmediate', 'Date'] }),
    goOn: () => mock.timers.reset(),
  },
});
