/** Runs of each size at the most, where the growth seems too large: what the machine does beside can only add to it. */
const MOST_RUNS = 20;
/** How much larger the larger input is: what disturbs both runs counts for little then. */
const FACTOR = 8;

/** Above this, work grows faster than its input, whatever the machine does beside it. */
export const LINEAR = 1.5;

/**
 * The order in which the time for some work grows with its input: about 1 where twice the input takes twice the time, 2 where
 * it takes four times as long.
 *
 * @param inputOf makes an input of so many units
 * @param units so many that the work takes a good part of a millisecond
 */
export async function orderOfGrowth<T>(
  work: (input: T) => unknown,
  inputOf: (units: number) => T,
  units: number,
): Promise<number> {
  const bound = { most: FACTOR ** LINEAR, leastMs: 0.001, runs: 7 };
  const growth = await growthOf(work, inputOf(units), inputOf(units * FACTOR), bound);
  return Math.log(growth) / Math.log(FACTOR);
}

/** What growth is compared with. */
export interface GrowthBound {
  /** The growth is to be below this; measured on as long as it is not. */
  readonly most: number;
  /** Least milliseconds that count: below, what is measured is chance. @default 20 */
  readonly leastMs?: number;
  /** Runs of each size at the least: the quickest one is the one that the machine has disturbed least. @default 2 */
  readonly runs?: number;
}

/** How many times as much time some work takes with a large input as with a small one. */
export async function growthOf<T>(
  work: (input: T) => unknown,
  small: T,
  large: T,
  { most, leastMs = 20, runs = 2 }: GrowthBound,
): Promise<number> {
  await work(small);
  const times = { small: Infinity, large: Infinity };
  let growth = Infinity;
  for (let run = 0; run < runs || (growth >= most && run < MOST_RUNS); run++) {
    times.small = Math.min(times.small, await timeOf(work, small));
    times.large = Math.min(times.large, await timeOf(work, large));
    growth = Math.max(times.large, leastMs) / Math.max(times.small, leastMs);
  }
  return growth;
}

/** Milliseconds of the processor, not of the clock: other processes want it too. */
async function timeOf<T>(work: (input: T) => unknown, input: T): Promise<number> {
  const before = process.cpuUsage();
  await work(input);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
