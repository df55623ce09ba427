import { accountTests, failingTest } from './account-tests.ts';

// Vitest is installed beside the package, so its functions come as globals.
const { afterEach, describe, it, vi } = globalThis;
const tests = process.env.EXAMPLE_FAILS ? failingTest : accountTests;
tests({
  describe,
  it,
  afterEach,
  fakeTimers: { stop: () => vi.useFakeTimers(), goOn: () => vi.useRealTimers() },
});
