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
export const id = 'Q4';

const MEGABYTE = 2 ** 20;
const FILE = 'us-queue.mjs';

/**
 * Memory of those who fill a queue and of those who empty it, by the number of mails in it.
 *
 * @param {import('../bench.mjs').Bench} bench the run
 * @returns {Promise<object[]>} the groups of the row
 */
export function run(bench) {
  const [few, many] = bench.quick ? [500, 2000] : [5000, 100_000];
  // Until its heap has the size that the work needs, every process grows.
  const warmed = bench.quick ? 1000 : 30_000;
  return withRedis(bench, id, US, async redis => {
    const folder = temporaryFolder();
    try {
      const sink = await bench.sink();
      const load = {
        redis: redis.port,
        queue: 'memory',
        port: sink.port,
        folders: await writeTemplates(folder),
        keys: [newKey()],
      };
      const peaks = [];
      for (const count of [few, many]) peaks.push(await peaksOf({ redis, sink, load, count, warmed }));
      const side = (title, key, doing) => {
        const nameOf = count => `${US}/queue, ${count.toLocaleString('en')} mails ${doing}`;
        return group({
          id,
          title,
          unit: 'MB',
          higherIsBetter: false,
          us: nameOf(many),
          contestants: [few, many].map((count, index) => ({
            name: nameOf(count),
            values: [peaks[index][key]],
          })),
          reaches: [{ against: nameOf(few), least: 1 / 1.2, words: 'the many within 1.2 of the few' }],
          note: bench.quick ? 'The full run has 5,000 and 100,000.' : `${redis.name}. One round.`,
        });
      };
      const after = `once ${warmed.toLocaleString('en')} have warmed it`;
      return [
        side(`Most resident memory of a process that queues mails by sendMany, ${after}`, 'sender', 'queued'),
        side(
          `Most resident memory of a worker with so many mails in its queue, ${after}`,
          'worker',
          'waiting',
        ),
      ];
    } finally {
      removeFolder(folder);
    }
  });
}

async function peaksOf({ redis, sink, load, count, warmed }) {
  const sender = new Contestant(`${US}/queue`, FILE);
  const worker = new Contestant(`${US}/queue, worker`, FILE);
  const counted = await sink.count();
  try {
    await sender.open({ ...load, sends: true });
    await sender.run(warmed, { how: 'sendMany' });
    const sent = await sender.run(count, { how: 'sendMany', memory: true });
    if ((await redis.waiting(load.queue)) !== warmed + count)
      throw new Error(`${id}: mails are missing in the queue`);
    await worker.open({ ...load, delivers: true });
    await worker.run(count, { how: 'untilLeft' });
    const { peakRss } = await worker.run(0, { how: 'untilLeft', memory: true });
    await holdCount(sink, counted + warmed + count, id);
    const figures = { sender: sent.peakRss / MEGABYTE, worker: peakRss / MEGABYTE };
    tell(
      `${id}: ${count} mails: sender ${figures.sender.toFixed(1)} MB, worker ${figures.worker.toFixed(1)} MB at most`,
    );
    return figures;
  } finally {
    sender.kill();
    worker.kill();
    await redis.empty();
  }
}
