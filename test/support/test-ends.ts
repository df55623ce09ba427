import { afterEach } from '@jest/globals';

/** What tests have begun, to be ended after each of them. */
export interface TestEnds {
  /** Ends something after the test, before what was begun earlier. */
  push(end: () => unknown): void;
}

/** Ends what each test of a file has begun, the last first. */
export function useEnds(): TestEnds {
  const ends: (() => unknown)[] = [];
  afterEach(async () => {
    for (const end of ends.splice(0).toReversed()) await end();
  });
  return ends;
}
