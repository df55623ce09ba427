const JITTER = 0.2;

/**
 * How long to wait before the next try: twice as long each time, and up to a fifth longer by chance, so that mails that
 * failed together do not come back together.
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
