import { Queue, Worker } from 'bullmq';
import { createTransport } from 'nodemailer';
import { bursts } from '../burst.mjs';
import { bareTemplates } from '../mail/bare-templates.mjs';
import { contextOf, FROM, recipientsOf } from '../mail/reset-mail.mjs';
import { IN_FLIGHT, KEPT, untilLeft } from '../queue-load.mjs';

const DIFFERENT = 500;

/**
 * BullMQ with nothing around it: jobs that hold an envelope and ready bytes, in clear, and a worker that hands them to nodemailer's pool as
 * they are. Composing is done before anything is timed.
 *
 * @param {import('../queue-load.mjs').QueueLoad} load what goes through which queue
 */
export async function open(load) {
  const { redis, queue: name, port, sends, delivers } = load;
  const connection = { host: '127.0.0.1', port: redis, maxRetriesPerRequest: null };
  const transport = delivers && createTransport({ host: '127.0.0.1', port, pool: true, maxConnections: 5 });
  const worker =
    delivers &&
    new Worker(
      name,
      async ({ data }) =>
        void (await transport.sendMail({ envelope: data.envelope, raw: Buffer.from(data.raw, 'base64') })),
      { connection, concurrency: 5 },
    );
  worker?.on?.('error', () => {});
  await worker?.waitUntilReady?.();
  const jobs = sends ? await composed(Math.min(DIFFERENT, load.mails ?? DIFFERENT)) : [];
  const queue = new Queue(name, { connection, defaultJobOptions: KEPT });
  await queue.waitUntilReady();
  let run = 0;
  return {
    async run(count, { inFlight = IN_FLIGHT } = {}) {
      const round = run++;
      const add = n => queue.add('mail', jobs[n % jobs.length], { jobId: `m${round}-${n}` });
      await bursts(count, add, { inFlight });
      if (delivers) await untilLeft(load);
    },
    async close() {
      await worker?.close?.();
      await queue.close();
      transport?.close?.();
    },
  };
}

/** Mails as bytes, each to its own recipient. */
async function composed(count) {
  const transport = createTransport({ streamTransport: true, buffer: true, newline: 'windows' });
  const { subject, html, text } = bareTemplates();
  const jobs = [];
  for (let n = 0; n < count; n++) {
    const context = contextOf(n);
    const to = recipientsOf(n, 1);
    const { message } = await transport.sendMail({
      from: FROM,
      to,
      subject: subject(context),
      html: html(context),
      text: text(context),
    });
    jobs.push({ envelope: { from: FROM, to }, raw: message.toString('base64') });
  }
  return jobs;
}
