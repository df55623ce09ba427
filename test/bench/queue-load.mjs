import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';

/**
 * @typedef {import('./smtp-load.mjs').SmtpLoad & {
 *   redis: number, queue: string, sends: boolean, delivers: boolean, unconfirmed?: number, keys?: string[] }} QueueLoad
 *   what a contestant puts into a queue and delivers from it: port of Redis, name of the queue, whether it has the sending side, and the
 *   delivering side
 */

/** Jobs that are put into a queue at a time. */
export const IN_FLIGHT = 50;

/** What becomes of finished jobs, for all alike: what the queue of this package does unless it is told otherwise. */
export const KEPT = { removeOnComplete: { age: 86_400, count: 10_000 }, removeOnFail: { age: 1_209_600 } };

/** A key to seal mails with. */
export const newKey = () => randomBytes(32).toString('base64');

/**
 * Waits until no more than so many jobs are left in a queue, by asking Redis for their number, for all contestants alike.
 *
 * @param {QueueLoad} load the queue
 * @param {number} [left] how many
 */
export async function untilLeft({ redis, queue }, left = 0) {
  const client = new Redis({ host: '127.0.0.1', port: redis });
  const key = state => `bull:${queue}:${state}`;
  let [least, since] = [Infinity, performance.now()];
  try {
    for (;;) {
      const answers = await client
        .pipeline()
        .llen(key('wait'))
        .llen(key('active'))
        .zcard(key('prioritized'))
        .zcard(key('delayed'))
        .zcard(key('failed'))
        .exec();
      const [wait, active, prioritized, delayed, failed] = answers.map(([, number]) => number);
      if (failed > 0) throw new Error(`${failed} jobs have failed`);
      const now = wait + active + prioritized + delayed;
      if (now <= left) return;
      if (now < least) [least, since] = [now, performance.now()];
      if (performance.now() - since > 30_000)
        throw new Error(`${now} jobs are left, and none was done for 30 s`);
      await sleep(5);
    }
  } finally {
    client.disconnect();
  }
}
