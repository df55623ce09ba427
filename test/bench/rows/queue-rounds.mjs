import { alternate } from '../alternate.mjs';
import { removeFolder, temporaryFolder } from '../cleanup.mjs';
import { writeTemplates } from '../mail/template-folders.mjs';
import { IN_FLIGHT, newKey } from '../queue-load.mjs';
import { startSinkServer } from '../sink-server.mjs';
import { holdCount } from '../sink.mjs';
import { US } from '../smtp-load.mjs';
import { verifyMails } from '../verify-mails.mjs';

const VERIFIED = 12;

/** Names of the contestants of the queue rows. */
export const QUEUE = `${US}/queue, sealed`;
export const QUEUE_CLEAR = `${US}/queue, in clear`;
export const QUEUE_FIVE = `${US}/queue, sealed, unconfirmed: 5`;
export const BARE = 'BullMQ, nodemailer pool, ready bytes';
export const PEERS = '@nestjs/bullmq + @nestjs-modules/mailer, inlining';
export const PEERS_PLAIN = '@nestjs/bullmq + @nestjs-modules/mailer, no inlining';

/** Whom a row compares, each with a queue of its own. */
const ENTRIES = [
  { name: QUEUE, file: 'us-queue.mjs', options: { queue: 'us', keys: [newKey()] } },
  { name: QUEUE_CLEAR, file: 'us-queue.mjs', options: { queue: 'us-clear' } },
  { name: QUEUE_FIVE, file: 'us-queue.mjs', options: { queue: 'us-five', keys: [newKey()], unconfirmed: 5 } },
  { name: BARE, file: 'bare-queue.mjs', options: { queue: 'bare' } },
  { name: PEERS, file: 'nestjs-bullmq.mjs', options: { queue: 'peers', inlining: true } },
  { name: PEERS_PLAIN, file: 'nestjs-bullmq.mjs', options: { queue: 'peers-plain', inlining: false } },
];

/**
 * Rounds of contestants that put mails into a queue and, when they deliver, wait until all are delivered.
 *
 * @param {import('../bench.mjs').Bench} bench the run
 * @param {object} plan
 * @param {string} plan.label for the progress
 * @param {import('../redis-server.mjs').RedisServer} plan.redis the store
 * @param {number} plan.count mails in a round
 * @param {number} plan.warmUp mails before
 * @param {boolean} plan.delivers whether each has a worker beside
 * @param {string[]} plan.names whom
 * @param {number} [plan.inFlight] how many are put in at a time. @default as many as `IN_FLIGHT`
 * @returns {Promise<Map<string, import('../contestant.mjs').Run[]>>} rounds by contestant
 */
export async function queueRounds(
  bench,
  { label, redis, count, warmUp, delivers, names, inFlight = IN_FLIGHT },
) {
  const folder = temporaryFolder();
  const folders = await writeTemplates(folder);
  const sink = await bench.sink();
  const load = { redis: redis.port, port: sink.port, folders, recipients: 1, sends: true, delivers };
  const entries = ENTRIES.filter(({ name }) => names.includes(name)).map(entry => ({
    ...entry,
    options: { ...load, ...entry.options },
    runOptions: { inFlight },
  }));
  let counted = await sink.count();
  try {
    return await alternate(bench, {
      label,
      entries,
      count,
      warmUp,
      verify: (entry, contestant) => verifyOne(entry, contestant),
      afterRun: async ({ name, options }, size) => {
        if (delivers) {
          counted += size;
          await holdCount(sink, counted, `${label}, ${name}`);
        } else {
          const waiting = await redis.waiting(options.queue);
          if (waiting !== size) throw new Error(`${label}, ${name}: ${waiting} jobs wait and not ${size}`);
        }
        // The next one finds the store as this one did.
        await redis.empty();
      },
    });
  } finally {
    removeFolder(folder);
  }
}

/** A few mails through the queue into a sink that keeps them: nobody is fast because something is missing. */
async function verifyOne({ name, options }, contestant) {
  const witness = await startSinkServer({ keep: true });
  const queue = `${options.queue}-witness`;
  await contestant.open({ ...options, queue, port: witness.port, delivers: true });
  await contestant.run(VERIFIED);
  await contestant.close();
  const mails = witness.taken();
  witness.stop();
  await verifyMails(name, mails, { count: VERIFIED, recipients: 1 });
}
