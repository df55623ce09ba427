/** By how much of itself a wait is made longer at most. */
const JITTER = 0.2;

/**
 * Milliseconds until the next try: twice as many after each try, and up to a fifth more by chance, so that mails that
 * failed together are not tried again together.
 *
 * @param attempts tries so far, at least one
 * @param random from 0 to 1
 */
export function retryDelayMs(
  attempts: number,
  { firstMs, maxMs }: { firstMs: number; maxMs: number },
  random = Math.random(),
): number {
  return Math.round(Math.min(firstMs * 2 ** (attempts - 1) * (1 + JITTER * random), maxMs));
}
