// node serve-many.mjs '{"settings":…,"options":…,"count":50}': a web server whose requests send mails. It asks itself many
// times, says "pending" when all requests have arrived, and then what became of the mail of each.
import { request } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { MailModule, MailService } from 'nest-mailroom';

const { settings, options = {}, count, prefix = '', dawdleMs = 0 } = JSON.parse(process.argv[2] ?? '{}');

process.on('unhandledRejection', error => {
  console.error(`unhandled: ${error}`);
  process.exitCode = 9;
});

const root = { module: class Root {}, imports: [MailModule.forRoot(settings, options)] };
const app = await NestFactory.create(root, { logger: ['error'] });
app.enableShutdownHooks();
const mail = app.get(MailService);

let arrived = 0;
app.use('/mails', async (incoming, response) => {
  const id = incoming.url.slice(1);
  if (++arrived === count) console.log('pending');
  await delay(dawdleMs);
  const message = { to: 'ann@contoso.test', subject: id, text: id, messageId: `<${id}@contoso.test>` };
  const outcome = await mail.send(message).then(
    ({ status }) => ({ status }),
    ({ code, phase, retryable }) => ({ code, phase, retryable }),
  );
  console.log(JSON.stringify({ id, ...outcome }));
  response.json(outcome);
});
await app.listen(0, '127.0.0.1');
const { port } = app.getHttpServer().address();

for (let index = 0; index < count; index++) {
  const path = `/mails/${prefix}mail-${index}`;
  // A connection for one request only: one that is kept open would hold the web server for its own time.
  const asking = request({ host: '127.0.0.1', port, path, method: 'POST', agent: false });
  asking.on('response', response => response.resume()).end();
}
