import { cpuEach, cpuOfRounds } from './alternate.mjs';
import { summary } from './statistics.mjs';

/**
 * @typedef {object} Figures one contestant of a group
 * @property {string} name what the table calls it
 * @property {number[]} values one of each round
 * @property {number} [cpuUs] CPU time for one, microseconds
 * @property {number[]} [cpuRounds] the same in each round; missing where the system does not tell
 *
 * @typedef {object} Reach what is to be reached: `of` so many times as good as `against`
 * @property {string} [of] this package unless given
 * @property {string} against name of a contestant
 * @property {number} least how many times as good, at least
 * @property {'cpu' | 'worst cpu'} [by] judged by CPU time in place of the values, or by that of the worst of the rounds
 * @property {string} words how one would say it
 * @property {number} [heldAt] how many times as little CPU time a run that holds the reaches asks for, where that differs from
 *   machine to machine, as between JavaScript and C. @default `least`
 * @property {string} [notHeld] why a run that holds the reaches does not judge it: it is missed, or at the edge of what can be told
 *
 * @typedef {object} Limit what a median is not to exceed
 * @property {string} of name of a contestant
 * @property {number} most the most
 * @property {boolean} [byCpu] of CPU time for one, in microseconds. @default of the values
 * @property {string} words how one would say it
 */

/**
 * A block of the table: contestants with the same unit, and what is to be reached.
 *
 * @param {object} given
 * @param {string} given.id row and, where the row has several groups, which
 * @param {string} given.title what is measured
 * @param {string} given.unit unit of the values
 * @param {boolean} given.higherIsBetter whether more is better
 * @param {string} given.us with whom the others are compared
 * @param {Figures[]} given.contestants the figures
 * @param {Reach[]} [given.reaches] compared with others
 * @param {Limit[]} [given.limits] absolute
 * @param {string} [given.note] what a reader must know
 * @returns {object} for table and JSON file
 */
export function group({ id, title, unit, higherIsBetter, us, contestants, reaches = [], limits = [], note }) {
  const rows = contestants.map(({ name, values, cpuUs, cpuRounds }) => ({
    name,
    rounds: values,
    ...summary(values),
    cpuUs,
    cpuRounds,
  }));
  const named = name => rows.find(row => row.name === name);
  const times = (of, against) => (higherIsBetter ? of.median / against.median : against.median / of.median);
  const cpuTimes = (of, against) => (of.cpuUs && against.cpuUs ? against.cpuUs / of.cpuUs : undefined);
  const judge = by => (by === undefined ? times : by === 'cpu' ? cpuTimes : worstCpuTimes);
  for (const row of rows) {
    if (row.name === us || !named(us)) continue;
    row.usTimes = times(named(us), row);
    row.usCpuTimes = cpuTimes(named(us), row);
  }
  return {
    id,
    title,
    unit,
    higherIsBetter,
    us,
    note,
    contestants: rows,
    reaches: [
      ...reaches
        .filter(({ of = us, against }) => named(of) && named(against))
        .map(({ of = us, against, least, by, words, heldAt, notHeld }) => {
          const reached = judge(by)(named(of), named(against));
          return {
            of,
            against,
            least,
            by,
            words,
            ...(heldAt !== undefined && { heldAt }),
            ...(notHeld !== undefined && { notHeld }),
            reached,
            cpuReached: cpuTimes(named(of), named(against)),
            met: reached >= least,
          };
        })
        // Where the system does not tell the CPU time, nothing can be said.
        .filter(({ reached }) => reached !== undefined),
      ...limits
        .map(({ byCpu, ...limit }) => ({
          ...limit,
          reached: byCpu ? named(limit.of)?.cpuUs : named(limit.of)?.median,
        }))
        .filter(({ reached }) => reached !== undefined)
        .map(({ of, most, words, reached }) => ({ of, most, words, reached, met: reached <= most })),
    ],
  };
}

/** How many times as little CPU time one takes as another, in the round that is worst for it. */
function worstCpuTimes(of, against) {
  if (!of.cpuRounds || !against.cpuRounds) return undefined;
  return Math.min(...of.cpuRounds.map((cpuUs, round) => against.cpuRounds[round] / cpuUs));
}

/**
 * Figures of rounds as so many a second.
 *
 * @param {Map<string, import('./contestant.mjs').Run[]>} results rounds by contestant
 * @returns {Figures[]} in their order
 */
export function rates(results) {
  return [...results].map(([name, runs]) => ({
    name,
    values: runs.map(({ count, ms }) => (count / ms) * 1000),
    cpuUs: cpuEach(runs),
    cpuRounds: cpuOfRounds(runs),
  }));
}

/**
 * Figures of rounds as microseconds for one.
 *
 * @param {Map<string, import('./contestant.mjs').Run[]>} results rounds by contestant
 * @returns {Figures[]} in their order
 */
export function costs(results) {
  return [...results].map(([name, runs]) => ({
    name,
    values: runs.map(({ count, ms }) => (ms / count) * 1000),
    cpuUs: cpuEach(runs),
    cpuRounds: cpuOfRounds(runs),
  }));
}
