/** Runs of each size: the quickest one is the one that the machine has disturbed least. */
const RUNS = 7;
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
export function orderOfGrowth<T>(
  work: (input: T) => unknown,
  inputOf: (units: number) => T,
  units: number,
): number {
  const small = inputOf(units);
  const large = inputOf(units * FACTOR);
  const times = { small: Infinity, large: Infinity };
  for (let run = 0; run < RUNS; run++) {
    times.small = Math.min(
      times.small,
      timeOf(() => work(small)),
    );
    times.large = Math.min(
      times.large,
      timeOf(() => work(large)),
    );
  }
  return Math.log(times.large / times.small) / Math.log(FACTOR);
}

/** Of the processor, not of the clock: other processes want it too. */
function timeOf(work: () => unknown): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return Math.max(user + system, 1);
}
