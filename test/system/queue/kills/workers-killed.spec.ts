import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import { MailSink } from '../../../support/mail-sink.js';
import { numberedMails } from '../../postfix/numbered-mails.js';
import { SeededRandom } from '../../relay-kills/random.js';
import { timesTaken } from '../../relay-kills/sink-folder.js';
import { DeliveringWorkers } from './delivering-workers.js';
import { killFigures, tell } from './kill-figures.js';
import { workerOptions } from './kill-options.js';
import { FEWER_MAILS, KILLS, PATIENCE_MS, SEED } from './kill-plan.js';
import type { KillableStore } from './killable-store.js';
import { KILLABLE_STORES } from './killable-store.js';
import { QueueProducer } from './queue-producer.js';
import { removeCompiledWorkers, stopQueueWorkers } from './queue-worker-process.js';

/** Between the final dot and the reply: the mails last until the last kill. */
const SERVER_MS = 8;
const LONGEST_MS = 500;

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

describe(`Two workers of a queue that are killed ${KILLS} times at random (QUEUE_KILLS_SEED=${SEED})`, () => {
  it.each([
    { name: 'Redis', unconfirmed: 1 },
    { name: 'Redis', unconfirmed: 3 },
    { name: 'PostgreSQL', unconfirmed: 1 },
  ] as const)(
    'lose no mail over $name, fail none, and double at most $unconfirmed for each kill',
    async ({ name, unconfirmed }) => {
      const server = await MailSink.start({ delayDataMs: SERVER_MS });
      sink = server;
      store = await KILLABLE_STORES[name]();
      const queue = { connection: store.connection };
      producer = await QueueProducer.start(queue);
      const mails = numberedMails(FEWER_MAILS);
      await producer.put(mails);
      const options = workerOptions(queue, server, { unconfirmed });
      const workers = await DeliveringWorkers.start(2, options, new SeededRandom(SEED));
      const delivered = (): number => server.messages.length;
      while (workers.kills < KILLS) {
        await workers.killOne(delivered, LONGEST_MS);
        // On a fast machine they are delivered before the kills are used up.
        if (mails.length - delivered() < FEWER_MAILS / 4) {
          const more = numberedMails(mails.length + FEWER_MAILS / 4).slice(mails.length);
          mails.push(...more);
          await producer.put(more);
        }
      }
      const failed = await producer.drained();
      await workers.end();
      const { lost, doubled } = killFigures(mails, timesTaken(server));
      tell(`workers killed, ${name}`, { mails: mails.length, kills: KILLS, unconfirmed, doubled });
      expect({ lost, failed }).toEqual({ lost: [], failed: 0 });
      expect(doubled).toBeLessThanOrEqual(KILLS * unconfirmed);
    },
    PATIENCE_MS,
  );
});
