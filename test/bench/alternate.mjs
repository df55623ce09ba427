import { tell } from './progress.mjs';
import { median } from './statistics.mjs';

/**
 * @typedef {object} Entry a contestant of a row
 * @property {string} name what the table calls it
 * @property {string} file its module in `contestants`
 * @property {object} [options] what its module takes
 * @property {object} [runOptions] what its rounds take
 * @property {number} [count] mails in each of its rounds, when not that of the row
 */

/**
 * Runs contestants in turns, each in a process of its own: first round of each, second round of each, and so on, with
 * another one first each time. So what disturbs the machine disturbs all.
 *
 * @param {import('./bench.mjs').Bench} bench the run
 * @param {object} plan
 * @param {string} plan.label for the progress
 * @param {Entry[]} plan.entries who
 * @param {number} [plan.count] how many of whatever it is in one round, where the entry does not say
 * @param {number} [plan.roundMs] instead of a count: what a round should take each, judged by the warm-up. A system gives
 *   more to a process that wants it for a moment only, so rounds that differ in length could not be compared
 * @param {number | ((entry: Entry) => number)} plan.warmUp how many before the first round
 * @param {(entry: Entry, contestant: import('./contestant.mjs').Contestant) => Promise<void>} [plan.verify] before
 *   anything is timed, all at the same time; opens the contestant and closes it
 * @param {(entry: Entry, size: number) => Promise<void>} [plan.afterRun] after each warm-up and each round, not timed
 * @returns {Promise<Map<string, import('./contestant.mjs').Run[]>>} the rounds of each, by name
 */
export async function alternate(bench, { label, entries, count, roundMs, warmUp, verify, afterRun }) {
  const contestants = entries.map(({ name, file }) => bench.hire(name, file));
  const results = new Map(entries.map(({ name }) => [name, []]));
  tell(`${label}: starting and checking ${entries.length} contestants`);
  await together(entries, async (entry, index) => {
    await contestants[index].ready;
    await verify?.(entry, contestants[index]);
    await contestants[index].open(entry.options ?? {});
  });
  const run = async (index, size) => {
    const answer = await contestants[index].run(size, entries[index].runOptions);
    await afterRun?.(entries[index], size);
    return answer;
  };
  const sizes = [];
  for (const [index, entry] of entries.entries()) {
    tell(`${label}: warming up ${entry.name}`);
    const size = typeof warmUp === 'function' ? warmUp(entry) : warmUp;
    const { cpuUs } = await run(index, size);
    sizes.push(entry.count ?? count ?? Math.max(1, Math.round((size * roundMs * 1000) / cpuUs)));
  }
  for (let round = 0; round < bench.rounds; round++) {
    for (let turn = 0; turn < entries.length; turn++) {
      const index = (round + turn) % entries.length;
      const { name } = entries[index];
      const figures = await run(index, sizes[index]);
      results.get(name).push(figures);
      const rate = Math.round((figures.count / figures.ms) * 1000).toLocaleString('en');
      tell(`${label}: round ${round + 1}/${bench.rounds}, ${name}: ${rate} per second`);
    }
  }
  await together(contestants, contestant => contestant.close());
  for (const contestant of contestants) bench.dismiss(contestant);
  return results;
}

/** All at once; the first that fails is the error of all, after the others have ended too. */
async function together(items, work) {
  const outcomes = await Promise.allSettled(items.map(work));
  const failed = outcomes.find(({ status }) => status === 'rejected');
  if (failed) throw failed.reason;
}

/**
 * CPU time of one of whatever it is.
 *
 * @param {import('./contestant.mjs').Run[]} runs rounds of a contestant
 * @returns {number | undefined} microseconds; undefined when the system does not tell
 */
export function cpuEach(runs) {
  const each = runs.filter(({ cpuUs }) => typeof cpuUs === 'number').map(({ cpuUs, count }) => cpuUs / count);
  return each.length === 0 ? undefined : median(each);
}

/**
 * CPU time of one of whatever it is, in each round.
 *
 * @param {import('./contestant.mjs').Run[]} runs rounds of a contestant
 * @returns {number[] | undefined} microseconds; undefined when the system does not tell of every round
 */
export function cpuOfRounds(runs) {
  const rounds = runs.map(({ cpuUs, count }) => cpuUs / count);
  return runs.every(({ cpuUs }) => typeof cpuUs === 'number') ? rounds : undefined;
}
