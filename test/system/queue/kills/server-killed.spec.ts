import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually } from '../../postfix/eventually.js';
import { numberedMails } from '../../postfix/numbered-mails.js';
import { PrivatePostfix } from '../../postfix/private-postfix.js';
import { countMails } from '../../postfix/relay-count.js';
import { SeededRandom } from '../../relay-kills/random.js';
import { DeliveringWorkers } from './delivering-workers.js';
import { tell } from './kill-figures.js';
import { workerOptions } from './kill-options.js';
import { FEWER_MAILS, KILLS, MAILS, PATIENCE_MS, SEED } from './kill-plan.js';
import type { KillableStore } from './killable-store.js';
import { KILLABLE_STORE_NAMES, KILLABLE_STORES } from './killable-store.js';
import { QueueProducer } from './queue-producer.js';
import { removeCompiledWorkers, stopQueueWorkers } from './queue-worker-process.js';

const SERVER_KILLS = 6;
const LONGEST_MS = 300;

let postfix: PrivatePostfix;
let store: KillableStore | undefined;
let producer: QueueProducer | undefined;
beforeEach(async () => {
  postfix = await PrivatePostfix.start();
});
afterEach(async () => {
  await stopQueueWorkers();
  await producer?.close();
  await store?.close();
  await postfix?.stop();
});
afterAll(removeCompiledWorkers);

/** How many mails the queue has got rid of. */
async function done(queue: QueueProducer, put: number): Promise<number> {
  const { waiting, delayed, active } = await queue.queue.counts();
  return put - waiting - delayed - active;
}

/** Files of mails that Postfix has delivered so far. */
function inMaildir(maildir: string): number {
  const folder = join(maildir, 'new');
  // Postfix makes it with the first mail.
  return existsSync(folder) ? readdirSync(folder).length : 0;
}

describe('A queue whose Postfix is killed and restarted again and again', () => {
  it(
    'loses no mail, fails none, and doubles at most one for each worker and kill',
    async () => {
      store = await KILLABLE_STORES.Redis();
      const queue = { connection: store.connection };
      const started = await QueueProducer.start(queue);
      producer = started;
      const mails = numberedMails(FEWER_MAILS);
      await started.put(mails);
      const server = { host: postfix.host, port: postfix.ports.plain };
      const options = workerOptions(queue, server);
      const workers = await DeliveringWorkers.start(2, options, new SeededRandom(SEED));
      for (let kills = 1; kills <= SERVER_KILLS; kills++) {
        const enough = (kills * FEWER_MAILS) / (SERVER_KILLS + 1);
        await eventually('the queue gets on', async () => (await done(started, FEWER_MAILS)) >= enough);
        await postfix.kill();
        await postfix.restart();
      }
      const failed = await started.drained();
      await workers.end();
      const { lost, doubled } = await countMails(postfix, mails);
      tell('Postfix killed, Redis', { mails: mails.length, kills: SERVER_KILLS, workers: 2, doubled });
      expect({ lost, failed }).toEqual({ lost: [], failed: 0 });
      expect(doubled).toBeLessThanOrEqual(2 * SERVER_KILLS);
    },
    PATIENCE_MS,
  );
});

describe(`A queue of which everything is killed in turn (QUEUE_KILLS_SEED=${SEED})`, () => {
  it.each(KILLABLE_STORE_NAMES)(
    'loses none of 2,000 mails, fails none, and doubles at most as many as the kills allow: %s',
    async name => {
      const random = new SeededRandom(SEED);
      const killed = await KILLABLE_STORES[name]();
      store = killed;
      const queue = { connection: killed.connection, timeoutMs: 2000 };
      const started = await QueueProducer.start(queue);
      producer = started;
      const mails = numberedMails(MAILS);
      await started.put(mails.slice(0, MAILS / 2));
      const server = { host: postfix.host, port: postfix.ports.plain };
      const workers = await DeliveringWorkers.start(2, workerOptions(queue, server), random);
      // The other half meets the kills.
      const put = started.put(mails.slice(MAILS / 2));
      put.catch(() => {});
      let ofServer = 0;
      let ofStore = 0;
      const delivered = (): number => inMaildir(postfix.maildir);
      while (workers.kills + ofServer + ofStore < KILLS) {
        const next = (workers.kills + ofServer + ofStore) % 4;
        if (next === 1) {
          ofStore += 1;
          await killed.kill();
          await killed.restart();
        } else if (next === 3) {
          ofServer += 1;
          await postfix.kill();
          await postfix.restart();
        } else await workers.killOne(delivered, LONGEST_MS);
      }
      await put;
      const failed = await started.drained();
      await workers.end();
      const { lost, doubled } = await countMails(postfix, mails);
      tell(`everything killed, ${name}`, {
        mails: mails.length,
        'kills of workers': workers.kills,
        'of the store': ofStore,
        'of Postfix': ofServer,
        doubled,
      });
      expect({ lost, failed }).toEqual({ lost: [], failed: 0 });
      expect(doubled).toBeLessThanOrEqual(workers.kills + ofStore + 2 * ofServer);
    },
    PATIENCE_MS,
  );
});
