import { removeFolder, temporaryFolder } from '../cleanup.mjs';
import { Contestant } from '../contestant.mjs';
import { group } from '../group.mjs';
import { writeTemplates } from '../mail/template-folders.mjs';
import { tell } from '../progress.mjs';
import { newKey } from '../queue-load.mjs';
import { holdCount } from '../sink.mjs';
import { US } from '../smtp-load.mjs';
import { withRedis } from './with-redis.mjs';

/** What the row is, for `--only` and the README. */
export const id = 'Q3';

const WORKERS = [1, 2, 4];
const FILE = 'us-queue.mjs';

/**
 * A full queue is drained by workers, each a process of its own.
 *
 * @param {import('../bench.mjs').Bench} bench the run
 * @returns {Promise<object[]>} the groups of the row
 */
export function run(bench) {
  const count = bench.quick ? 300 : 4000;
  const workers = bench.quick ? WORKERS.slice(0, 2) : WORKERS;
  return withRedis(bench, id, nameOf(1), async redis => {
    const folder = temporaryFolder();
    try {
      const sink = await bench.sink();
      const load = {
        redis: redis.port,
        queue: 'workers',
        port: sink.port,
        folders: await writeTemplates(folder),
        keys: [newKey()],
      };
      const contestants = [];
      for (const number of workers)
        contestants.push(await drained(bench, { redis, sink, load, number, count }));
      return [
        group({
          id,
          title: `Workers: ${count.toLocaleString('en')} reset mails that wait are delivered, each worker with 5 connections`,
          unit: 'mails/s',
          higherIsBetter: true,
          us: nameOf(1),
          contestants,
          note: `${redis.name}; sink: ${sink.name}. All on one machine, so cores are the limit. No reach is set.`,
        }),
      ];
    } finally {
      removeFolder(folder);
    }
  });
}

function nameOf(number) {
  return `${US}/queue, ${number} worker${number === 1 ? '' : 's'}`;
}

async function drained(bench, { redis, sink, load, number, count }) {
  const name = nameOf(number);
  const sender = new Contestant(name, FILE);
  const workers = Array.from({ length: number }, () => new Contestant(name, FILE));
  const values = [];
  try {
    await sender.open({ ...load, sends: true });
    await Promise.all(workers.map(worker => worker.open({ ...load, delivers: true })));
    let counted = await sink.count();
    // The first round warms up.
    for (let round = 0; round <= bench.rounds; round++) {
      await sender.run(0, { how: 'pause' });
      await sender.run(count);
      const { ms } = await sender.run(count, { how: 'drain' });
      counted += count;
      await holdCount(sink, counted, `${id}, ${name}`);
      await redis.empty();
      if (round > 0) values.push((count / ms) * 1000);
      tell(`${id}: round ${round}/${bench.rounds}, ${name}: ${Math.round((count / ms) * 1000)} per second`);
    }
  } finally {
    for (const contestant of [sender, ...workers]) contestant.kill();
  }
  await redis.empty();
  return { name, values };
}
