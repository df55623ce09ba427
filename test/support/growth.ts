/** Runs at the most, where the growth seems too large: what the machine does beside can only add to it. */
const MOST_RUNS = 20;
/** How much larger the larger input is: with the square of it, work takes eight times as long as it may. */
const FACTOR = 8;

/** Above this, work grows faster than its input, whatever the machine does beside it: half-way to the square. */
export const LINEAR = FACTOR ** 0.5;

/**
 * How much longer some work takes with a large input than with as much input in small pieces: about 1 where twice the
 * input takes twice the time, 8 where it takes four times as long.
 *
 * @param inputOf makes an input of so many units
 * @param units so many that the work takes a good part of a millisecond
 */
export async function excessOfLarge<T>(
  work: (input: T) => unknown,
  inputOf: (units: number) => T,
  units: number,
): Promise<number> {
  const bound = { pieces: FACTOR, most: LINEAR, leastMs: 0.001, runs: 7 };
  return excessOf(work, inputOf(units), inputOf(units * FACTOR), bound);
}

/** What the times are compared with. */
export interface ExcessBound {
  /**
   * How many small inputs are as much work as the large one. Both runs make the same garbage then, and are disturbed
   * alike.
   */
  readonly pieces: number;
  /** The excess is to be below this; measured on as long as it is not. */
  readonly most: number;
  /** Least milliseconds that count: below, what is measured is chance. @default 20 */
  readonly leastMs?: number;
  /** Runs at the least: the quickest one is the one that the machine has disturbed least. @default 2 */
  readonly runs?: number;
}

/** How many times as long some work takes with a large input as with so many small ones. */
export async function excessOf<T>(
  work: (input: T) => unknown,
  small: T,
  large: T,
  { pieces, most, leastMs = 20, runs = 2 }: ExcessBound,
): Promise<number> {
  await work(small);
  const times = { small: Infinity, large: Infinity };
  let excess = Infinity;
  for (let run = 0; run < runs || (excess >= most && run < MOST_RUNS); run++) {
    times.small = Math.min(times.small, await timeOf(work, small, pieces));
    times.large = Math.min(times.large, await timeOf(work, large, 1));
    excess = Math.max(times.large, leastMs) / Math.max(times.small, leastMs);
  }
  return excess;
}

/** Milliseconds of the processor, not of the clock: other processes want it too. */
async function timeOf<T>(work: (input: T) => unknown, input: T, runs: number): Promise<number> {
  const before = process.cpuUsage();
  for (let run = 0; run < runs; run++) await work(input);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
