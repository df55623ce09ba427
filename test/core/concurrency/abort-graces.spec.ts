import { expect, it } from '@jest/globals';
import { ABORT_GRACE_MS } from '../../../lib/core/concurrency/abort-graces.js';

/** What a send that was cut may take longer than its bounds, as the contract of the module says. */
const LONGEST_LATENESS_MS = 250;

it('Each layer waits longer for a cut one than the layer that it calls', () => {
  const { session, fallback, send, check, command } = ABORT_GRACE_MS;
  const inwards = [command, check, send, fallback, session];
  expect(inwards).toEqual(inwards.toSorted((a, b) => b - a));
  expect(new Set(inwards).size).toBe(inwards.length);
});

it('A send that was cut and those who hear of it stay within what the module promises', () => {
  expect(ABORT_GRACE_MS.send + ABORT_GRACE_MS.listeners).toBeLessThan(LONGEST_LATENESS_MS);
});
