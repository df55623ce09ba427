/** So many times a second at most the limit is asked for. */
const MOST_STEPS = 50;
const SECOND_MS = 1000;

/** How BullMQ limits the jobs that all workers of a queue take together. */
export interface RateLimit {
  /** Jobs in each span of time. */
  readonly max: number;
  /** The span in milliseconds. */
  readonly duration: number;
}

/**
 * The limit over all workers of a queue. Spread over the second as far as that costs little, because servers count in spans of
 * their own.
 *
 * @param perSecond the setting `MaxMessagesPerSecond`; 0 means no limit
 */
export function rateLimitOf(perSecond: number): RateLimit | undefined {
  if (perSecond <= 0) return undefined;
  const max = Math.max(1, Math.floor(perSecond / MOST_STEPS));
  // Rounded up: never more than the limit.
  return { max, duration: Math.ceil((max * SECOND_MS) / perSecond) };
}
