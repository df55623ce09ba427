import { group, rates } from '../group.mjs';
import { BARE, PEERS, PEERS_PLAIN, QUEUE, QUEUE_FIVE, queueRounds } from './queue-rounds.mjs';
import { withRedis } from './with-redis.mjs';

/** What the row is, for `--only` and the README. */
export const id = 'Q2';

/** Where it is said why: each mail is put on record before the next one ends. */
const OUT_OF_REACH = 'docs/performance.md#the-queue';

/**
 * Mails are put into a queue and delivered from it, by one process, over 5 connections.
 *
 * @param {import('../bench.mjs').Bench} bench the run
 * @returns {Promise<object[]>} the groups of the row
 */
export function run(bench) {
  const [count, warmUp] = bench.quick ? [200, 200] : [3000, 3000];
  return withRedis(bench, id, QUEUE, async redis => {
    const names = [QUEUE, QUEUE_FIVE, BARE, PEERS, PEERS_PLAIN];
    const results = await queueRounds(bench, { label: id, redis, count, warmUp, delivers: true, names });
    const sink = await bench.sink();
    return [
      group({
        id,
        title: `Through a queue: 2 KB two-part reset mail, ${count.toLocaleString('en')} put in and delivered over 5 connections`,
        unit: 'mails/s',
        higherIsBetter: true,
        us: QUEUE,
        contestants: rates(results),
        reaches: [
          {
            against: BARE,
            least: 0.8,
            words: 'at least 0.8 of a bare worker that hands ready bytes to a pool',
            notHeld: OUT_OF_REACH,
          },
          {
            against: PEERS,
            least: 2,
            words: `at least 2.0 times ${PEERS}`,
            notHeld: OUT_OF_REACH,
          },
          // A kill of the others' worker can double the mail of each of its five connections.
          {
            of: QUEUE_FIVE,
            against: BARE,
            least: 0.8,
            notHeld: OUT_OF_REACH,
            words: 'the same where five mails may double, as theirs',
          },
          {
            of: QUEUE_FIVE,
            against: PEERS,
            least: 2,
            words: 'the same where five mails may double, as theirs',
          },
        ],
        note: `Sender and worker in one process. ${redis.name}; sink: ${sink.name}.`,
      }),
    ];
  });
}
