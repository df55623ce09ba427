import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import { MailSink } from '../../../support/mail-sink.js';
import { eventually } from '../../postfix/eventually.js';
import { numberedMails } from '../../postfix/numbered-mails.js';
import { SeededRandom } from '../../relay-kills/random.js';
import { timesTaken } from '../../relay-kills/sink-folder.js';
import { DeliveringWorkers } from './delivering-workers.js';
import { killFigures, tell } from './kill-figures.js';
import { workerOptions } from './kill-options.js';
import { FEWER_MAILS, PATIENCE_MS, SEED } from './kill-plan.js';
import type { KillableStore } from './killable-store.js';
import { KILLABLE_STORE_NAMES, KILLABLE_STORES } from './killable-store.js';
import { QueueProducer } from './queue-producer.js';
import { removeCompiledWorkers, stopQueueWorkers } from './queue-worker-process.js';

/** Each of them cuts what is under way at the producer and at both workers. */
const STORE_KILLS = 6;
const SERVER_MS = 8;
const LONGEST_MS = 300;
/** For so long it is gone, at most. */
const GONE_MS = 1000;

let sink: MailSink | undefined;
let store: KillableStore | undefined;
let producer: QueueProducer | undefined;
afterEach(async () => {
  await stopQueueWorkers();
  await producer?.close();
  await store?.close();
  await sink?.close();
});
afterAll(removeCompiledWorkers);

describe(`A queue whose store is killed ${STORE_KILLS} times at random (QUEUE_KILLS_SEED=${SEED})`, () => {
  it.each(KILLABLE_STORE_NAMES)(
    'takes mails meanwhile, loses none, fails none, and doubles at most one for each kill: %s',
    async name => {
      const random = new SeededRandom(SEED);
      const server = await MailSink.start({ delayDataMs: SERVER_MS });
      sink = server;
      const killed = await KILLABLE_STORES[name]();
      store = killed;
      const queue = { connection: killed.connection, timeoutMs: 2000 };
      producer = await QueueProducer.start(queue);
      const workers = await DeliveringWorkers.start(2, workerOptions(queue, server), random);
      const mails = numberedMails(FEWER_MAILS);
      const put = producer.put(mails);
      // Its failure is told where it is awaited.
      put.catch(() => {});
      for (let kills = 1; kills <= STORE_KILLS; kills++) {
        // Counted in mails and not in time: each kill meets work, on any machine.
        const enough = (kills * FEWER_MAILS) / (STORE_KILLS + 2);
        await eventually(`${enough} mails are delivered`, () => server.messages.length >= enough).catch(
          (cause: unknown) => {
            throw new Error(`${server.messages.length} were delivered. Workers:\n${workers.log}`, { cause });
          },
        );
        await sleep(random.between(0, LONGEST_MS));
        await killed.kill();
        await sleep(random.between(0, GONE_MS));
        await killed.restart();
      }
      await put;
      const failed = await producer.drained();
      await workers.end();
      const { lost, doubled } = killFigures(mails, timesTaken(server));
      const { refused } = producer;
      tell(`${name} killed`, {
        mails: mails.length,
        kills: STORE_KILLS,
        'sends made again': refused,
        doubled,
      });
      expect({ lost, failed }).toEqual({ lost: [], failed: 0 });
      expect(doubled).toBeLessThanOrEqual(STORE_KILLS);
    },
    PATIENCE_MS,
  );
});
