import 'reflect-metadata';
import { MailerModule, MailerService } from '@nestjs-modules/mailer';
import { HandlebarsAdapter } from '@nestjs-modules/mailer/adapters/handlebars.adapter';
import { BullModule, getQueueToken, Processor, WorkerHost } from '@nestjs/bullmq';
import { NestFactory } from '@nestjs/core';
import { bursts } from '../burst.mjs';
import { bareTemplates } from '../mail/bare-templates.mjs';
import { contextOf, FROM, recipientsOf } from '../mail/reset-mail.mjs';
import { TEMPLATE } from '../mail/template-folders.mjs';
import { IN_FLIGHT, KEPT, untilLeft } from '../queue-load.mjs';

/**
 * `@nestjs/bullmq` and `@nestjs-modules/mailer` as their documentations show them together: the job holds recipient, template and context in
 * clear, a processor hands them to `MailerService`.
 *
 * @param {import('../queue-load.mjs').QueueLoad & { inlining: boolean }} load what goes through which queue
 */
export async function open(load) {
  const { redis, queue: name, port, folders, delivers, inlining } = load;
  const { subject, text } = bareTemplates();

  class MailProcessor extends WorkerHost {
    mailer;

    async process({ data: { to, context } }) {
      await this.mailer.sendMail({
        to,
        subject: subject(context),
        template: TEMPLATE,
        context,
        text: text(context),
      });
    }
  }
  Processor(name, { concurrency: 5 })(MailProcessor);

  const imports = [
    BullModule.forRoot({ connection: { host: '127.0.0.1', port: redis }, defaultJobOptions: KEPT }),
    BullModule.registerQueue({ name }),
    MailerModule.forRoot({
      transport: { host: '127.0.0.1', port, pool: true, maxConnections: 5 },
      defaults: { from: FROM },
      template: {
        dir: folders.mailer,
        adapter: new HandlebarsAdapter(undefined, inlining ? {} : { inlineCssEnabled: false }),
        options: { strict: true },
      },
      options: { partials: { dir: folders.mailerPartials, options: { strict: true } } },
    }),
  ];
  const processor = {
    provide: MailProcessor,
    inject: [MailerService],
    useFactory: mailer => Object.assign(new MailProcessor(), { mailer }),
  };
  const app = await NestFactory.createApplicationContext(
    { module: class App {}, imports, providers: delivers ? [processor] : [] },
    { logger: false },
  );
  const queue = app.get(getQueueToken(name), { strict: false });
  await queue.waitUntilReady();
  let run = 0;
  return {
    async run(count, { inFlight = IN_FLIGHT } = {}) {
      const round = run++;
      const add = n =>
        queue.add('mail', { to: recipientsOf(n, 1), context: contextOf(n) }, { jobId: `m${round}-${n}` });
      await bursts(count, add, { inFlight });
      if (delivers) await untilLeft(load);
    },
    close: () => app.close(),
  };
}
