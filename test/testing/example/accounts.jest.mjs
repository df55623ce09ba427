import { afterEach, describe, it, jest } from '@jest/globals';
import { accountTests, failingTest } from './account-tests.ts';

const tests = process.env.EXAMPLE_FAILS ? failingTest : accountTests;
tests({
  describe,
  it,
  afterEach,
  fakeTimers: { stop: () => jest.useFakeTimers(), goOn: () => jest.useRealTimers() },
});
