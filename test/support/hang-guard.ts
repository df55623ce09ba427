/**
 * After so long a helper that waits for an event says that it does not come, in milliseconds: just before Jest ends the
 * test without a word of what was missing. It decides nothing but how soon a test that hangs is told; what must happen
 * in time is measured and asserted by the test.
 */
export const HANG_MS = 110_000;
