import { bursts } from '../burst.mjs';
import { contextOf, FROM, recipientsOf } from '../mail/reset-mail.mjs';
import { TEMPLATE } from '../mail/template-folders.mjs';
import { IN_FLIGHT, untilLeft } from '../queue-load.mjs';
import { importBuilt, importFromRoot } from '../root-packages.mjs';

/**
 * `nest-mailroom/queue`: `MailService.send` with a template and an idempotency key into a queue that seals, and its worker.
 *
 * @param {import('../queue-load.mjs').QueueLoad} load what goes through which queue
 */
export async function open(load) {
  const { redis, queue: name, port, folders, sends, delivers, keys, unconfirmed } = load;
  await importFromRoot('reflect-metadata');
  const { NestFactory } = await importFromRoot('@nestjs/core');
  const { MailModule, MailService } = await importBuilt('index.js');
  const { MailQueue, MailQueueDelivery, MailQueueModule, MailQueueWorkerModule } =
    await importBuilt('queue/index.js');
  const settings = { Host: '127.0.0.1', Port: port, FromAddress: FROM, MaxConnections: 5 };
  const options = { connection: { host: '127.0.0.1', port: redis }, name, keys };
  const sending = [
    MailQueueModule.forRoot(options),
    MailModule.forRoot(settings, {
      delivery: MailQueueDelivery,
      templates: { directories: [folders.ours] },
    }),
  ];
  const delivering = [
    MailQueueWorkerModule.forRoot({ ...options, settings, ...(unconfirmed && { unconfirmed }) }),
  ];
  const app = await NestFactory.createApplicationContext(
    { module: class App {}, imports: [...(sends ? sending : []), ...(delivers ? delivering : [])] },
    { logger: false },
  );
  const mail = sends && app.get(MailService);
  const queue = sends && app.get(MailQueue, { strict: false });
  let run = 0;

  const work = {
    /** One by one, as requests come. */
    async send(count, round, { inFlight = IN_FLIGHT } = {}) {
      const send = n =>
        mail.send(messageOf(n), {
          idempotencyKey: `${round}-${n}`,
        });
      await bursts(count, send, { inFlight });
      if (delivers) await untilLeft(load);
    },
    /** A campaign. */
    async sendMany(count) {
      let queued = 0;
      for await (const { receipt, error } of mail.sendMany(messages(count))) {
        if (error) throw error;
        if (receipt.status === 'queued') queued++;
      }
      if (queued !== count) throw new Error(`${queued} of ${count} mails were queued`);
    },
    pause: () => queue.pause(),
    /** What waits is delivered, by whoever delivers. */
    async drain() {
      await queue.resume();
      await untilLeft(load);
    },
    /** What is there when this process is opened is delivered until so many are left. */
    untilLeft: count => untilLeft(load, count),
  };
  return {
    run: (count, { how = 'send', ...rest } = {}) => work[how](count, run++, rest),
    close: () => app.close(),
  };
}

function messageOf(n) {
  return { to: recipientsOf(n, 1), template: TEMPLATE, context: contextOf(n) };
}

async function* messages(count) {
  for (let n = 0; n < count; n++) {
    if (n % 100 === 0) await new Promise(setImmediate);
    yield messageOf(n);
  }
}
