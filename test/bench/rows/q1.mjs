import { group, rates } from '../group.mjs';
import { IN_FLIGHT } from '../queue-load.mjs';
import { BARE, PEERS_PLAIN, QUEUE, QUEUE_CLEAR, queueRounds } from './queue-rounds.mjs';
import { withRedis } from './with-redis.mjs';

/** What the row is, for `--only` and the README. */
export const id = 'Q1';

/** By the clock as requests come, one after the other: what the reach is about. Many at a time show what it costs. */
const WAYS = [
  { inFlight: 1, words: 'one after the other', least: 0.5 },
  { inFlight: IN_FLIGHT, words: `${IN_FLIGHT} at a time` },
];

/**
 * Mails are put into a queue; nobody delivers them.
 *
 * @param {import('../bench.mjs').Bench} bench the run
 * @returns {Promise<object[]>} the groups of the row
 */
export function run(bench) {
  const [count, warmUp] = bench.quick ? [300, 300] : [5000, 5000];
  return withRedis(bench, id, QUEUE, async redis => {
    const names = [QUEUE, QUEUE_CLEAR, BARE, PEERS_PLAIN];
    const groups = [];
    for (const { inFlight, words, least } of WAYS) {
      const label = `${id}, ${words}`;
      const results = await queueRounds(bench, {
        label,
        redis,
        count,
        warmUp,
        delivers: false,
        names,
        inFlight,
      });
      groups.push(
        group({
          id,
          title: `Into a queue: 2 KB two-part reset mail, ${count.toLocaleString('en')} in a round, ${words}`,
          unit: 'mails/s',
          higherIsBetter: true,
          us: QUEUE,
          contestants: rates(results),
          ...(least && {
            reaches: [
              {
                against: BARE,
                least,
                words: `composed, sealed, with a digest: at least ${least} of bare queue.add of ready bytes`,
                notHeld: 'docs/performance.md#the-queue',
              },
            ],
          }),
          note: `${redis.name}. The peers put in a recipient and a context, and render in the worker.`,
        }),
      );
    }
    return groups;
  });
}
