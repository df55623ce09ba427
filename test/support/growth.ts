/** Runs of each size at the least: the quickest one is the one that the machine has disturbed least. */
const RUNS = { sync: 7, async: 2 };
/** Runs of each size at the most, where the growth seems too large: what the machine does beside can only add to it. */
const MOST_RUNS = 40;
/** How much larger the larger input is: what disturbs both runs counts for little then. */
const FACTOR = 8;

/** Above this, work grows faster than its input, whatever the machine does beside it. */
export const LINEAR = 1.5;

/**
 * The order in which the time for some work grows with its input: about 1 where twice the input takes twice the time, 2 where
 * it takes four times as long. Measured on as long as it is not below {@link LINEAR}.
 *
 * @param inputOf makes an input of so many units
 * @param units so many that the work takes a good part of a millisecond
 */
export function orderOfGrowth<T>(
  work: (input: T) => unknown,
  inputOf: (units: number) => T,
  units: number,
): number {
  const [small, large] = [inputOf(units), inputOf(units * FACTOR)];
  const times = { small: Infinity, large: Infinity };
  let order = Infinity;
  for (let run = 0; run < RUNS.sync || (order >= LINEAR && run < MOST_RUNS); run++) {
    for (const [size, input] of [['small', small] as const, ['large', large] as const]) {
      const time = timer();
      work(input);
      times[size] = Math.min(times[size], Math.max(time(), 0.001));
    }
    order = Math.log(times.large / times.small) / Math.log(FACTOR);
  }
  return order;
}

/** What growth is compared with. */
export interface GrowthBound {
  /** The growth is to be below this; measured on as long as it is not. */
  readonly most: number;
  /** Least milliseconds that count: below, what is measured is chance. @default 20 */
  readonly leastMs?: number;
}

/** How many times as much time some work takes with a large input as with a small one. */
export async function growthOf<T>(
  work: (input: T) => unknown,
  small: T,
  large: T,
  { most, leastMs = 20 }: GrowthBound,
): Promise<number> {
  await work(small);
  const times = { small: Infinity, large: Infinity };
  let growth = Infinity;
  for (let run = 0; run < RUNS.async || (growth >= most && run < MOST_RUNS); run++) {
    for (const [size, input] of [['small', small] as const, ['large', large] as const]) {
      const time = timer();
      await work(input);
      times[size] = Math.min(times[size], time());
    }
    growth = Math.max(times.large, leastMs) / Math.max(times.small, leastMs);
  }
  return growth;
}

/** Milliseconds of the processor, not of the clock, since the timer was made: other processes want it too. */
function timer(): () => number {
  const before = process.cpuUsage();
  return () => {
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  };
}
