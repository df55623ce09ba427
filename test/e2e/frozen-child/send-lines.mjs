// node send-lines.mjs '<settings as JSON>': says "ready", then sends a mail for each line of its input and says what became of it.
import 'reflect-metadata';
import { createInterface } from 'node:readline';
import { NestFactory } from '@nestjs/core';
import { MailModule, MailService } from 'nest-mailroom';

const root = { module: class Root {}, imports: [MailModule.forRoot(JSON.parse(process.argv[2] ?? '{}'))] };
const app = await NestFactory.createApplicationContext(root, { logger: ['error'] });
const mail = app.get(MailService);
const sends = [];
console.log('ready');
for await (const id of createInterface({ input: process.stdin })) {
  const message = { to: 'ann@contoso.test', subject: id, text: id };
  const end = mail.send(message).then(
    ({ status }) => `${id} ${status}`,
    ({ code, message: reason }) => `${id} ${code}: ${reason}`,
  );
  sends.push(end.then(line => console.log(line)));
}
await Promise.all(sends);
await app.close();
