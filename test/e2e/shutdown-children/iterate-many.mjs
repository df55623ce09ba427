// node iterate-many.mjs '{"settings":…,"options":…,"count":2000}': iterates over a sendMany, says "pending" when it begins, and
// then what became of each message. With "slowly" the source is an asynchronous generator.
import { setTimeout as delay } from 'node:timers/promises';
import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { MailModule, MailService } from 'nest-mailroom';

const { settings, options = {}, count, slowly = false } = JSON.parse(process.argv[2] ?? '{}');

process.on('unhandledRejection', error => {
  console.error(`unhandled: ${error}`);
  process.exitCode = 9;
});

const root = { module: class Root {}, imports: [MailModule.forRoot(settings, options)] };
const app = await NestFactory.createApplicationContext(root, { logger: ['error'] });
app.enableShutdownHooks();

function* messages() {
  for (let index = 0; index < count; index++)
    yield { to: 'ann@contoso.test', subject: `mail-${index}`, text: 'x' };
}

async function* slowMessages() {
  for (const message of messages()) {
    await delay(1);
    yield message;
  }
}

console.log('pending');
for await (const { message, receipt, error } of app
  .get(MailService)
  .sendMany(slowly ? slowMessages() : messages())) {
  const outcome = receipt
    ? { status: receipt.status }
    : { code: error.code, phase: error.phase, retryable: error.retryable };
  console.log(JSON.stringify({ id: message.subject, ...outcome }));
}
