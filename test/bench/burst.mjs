/**
 * Does something many times.
 *
 * @param {number} count how often
 * @param {(n: number) => Promise<unknown>} start begins the nth
 * @param {number} [inFlight] how many run at a time; all are begun at once unless given
 */
export async function burst(count, start, inFlight = Infinity) {
  if (inFlight >= count) {
    const all = [];
    for (let n = 0; n < count; n++) all.push(start(n));
    await Promise.all(all);
    return;
  }
  let next = 0;
  const worker = async () => {
    while (next < count) await start(next++);
  };
  await Promise.all(Array.from({ length: inFlight }, worker));
}

/**
 * Does something many times, in one burst or in several, one after the other.
 *
 * @param {number} count how often
 * @param {(n: number) => Promise<unknown>} start begins the nth
 * @param {{ inFlight?: number, burstSize?: number, onDone?: () => void }} [options] how many at a time, how many in a burst, and
 *   what is called at the end of each
 */
export async function bursts(count, start, { inFlight, burstSize = count, onDone } = {}) {
  const one = onDone ? n => start(n).then(onDone) : start;
  for (let begun = 0; begun < count; begun += burstSize)
    await burst(Math.min(burstSize, count - begun), n => one(begun + n), inFlight);
}
