/** Least milliseconds of a processor that count: below, what is measured is chance. */
const LEAST = 20;
const TRIES = 2;

/** Milliseconds of a processor that an action takes, the best of a few: other work of this machine counts less. */
async function costOf(action: () => unknown): Promise<number> {
  let best = Number.POSITIVE_INFINITY;
  for (let left = TRIES; left > 0; left--) {
    const before = process.cpuUsage();
    await action();
    const { user, system } = process.cpuUsage(before);
    best = Math.min(best, (user + system) / 1000);
  }
  return Math.max(best, LEAST);
}

/** How many times as much an action costs with a large input as with a small one. */
export async function growthOf<Input>(
  action: (input: Input) => unknown,
  small: Input,
  large: Input,
): Promise<number> {
  await action(small);
  const cost = await costOf(() => action(small));
  return (await costOf(() => action(large))) / cost;
}
