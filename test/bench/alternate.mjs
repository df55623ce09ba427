import { Contestant } from './contestant.mjs';
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
 * @param {object} plan
 * @param {string} plan.label for the progress
 * @param {Entry[]} plan.entries who
 * @param {number} plan.rounds how many rounds
 * @param {number} [plan.count] how many of whatever it is in one round, where the entry does not say
 * @param {number | ((entry: Entry) => number)} plan.warmUp how many before the first round
 * @param {(entry: Entry, contestant: Contestant) => Promise<void>} [plan.verify] before anything is timed; opens and closes it
 * @param {(entry: Entry, runs: number) => Promise<void>} [plan.afterRun] after each round and each warm-up, not timed
 * @returns {Promise<Map<string, import('./contestant.mjs').Run[]>>} the rounds of each, by name
 */
export async function alternate({ label, entries, rounds, count, warmUp, verify, afterRun }) {
  const contestants = entries.map(({ name, file }) => new Contestant(name, file));
  const results = new Map(entries.map(({ name }) => [name, []]));
  try {
    await Promise.all(contestants.map(({ ready }) => ready));
    for (const [index, entry] of entries.entries()) {
      const contestant = contestants[index];
      if (verify) await verify(entry, contestant);
      await contestant.open(entry.options ?? {});
      tell(`${label}: warming up ${entry.name}`);
      const size = typeof warmUp === 'function' ? warmUp(entry) : warmUp;
      await contestant.run(size, entry.runOptions);
      await afterRun?.(entry, size);
    }
    for (let round = 0; round < rounds; round++) {
      for (let turn = 0; turn < entries.length; turn++) {
        const index = (round + turn) % entries.length;
        const entry = entries[index];
        const size = entry.count ?? count;
        const run = await contestants[index].run(size, entry.runOptions);
        await afterRun?.(entry, size);
        results.get(entry.name).push(run);
        tell(
          `${label}: round ${round + 1}/${rounds}, ${entry.name}: ${Math.round((run.count / run.ms) * 1000).toLocaleString('en')} per second`,
        );
      }
    }
    await Promise.all(contestants.map(contestant => contestant.close()));
  } finally {
    for (const contestant of contestants) contestant.kill();
  }
  return results;
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
