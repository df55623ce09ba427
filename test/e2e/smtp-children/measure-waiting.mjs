// node --expose-gc measure-waiting.mjs: octets of heap that a mail holds which waits for a connection.
import 'reflect-metadata';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { NestFactory } from '@nestjs/core';
import { MailModule, MailService } from 'nest-mailroom';

const COUNT = 2000;

// Greets, and answers nothing more: all mails but one wait for its connection.
const server = createServer(socket => socket.on('error', () => {}).write('220 hello\r\n'));
server.listen(0, '127.0.0.1');
await once(server, 'listening');

const sources = { 't/subject.hbs': 'For {{name}}', 't/text.hbs': 'Hello {{name}}\n'.repeat(40) };
const settings = {
  Host: '127.0.0.1',
  Port: server.address().port,
  FromAddress: 'a@contoso.com',
  MaxConnections: 1,
  ConnectionTimeout: 600,
};
const app = await NestFactory.createApplicationContext(
  { module: class App {}, imports: [MailModule.forRoot(settings, { templates: { sources } })] },
  { logger: false },
);
const mail = app.get(MailService);
const sends = [];

async function heapWith(count) {
  for (let n = sends.length; n < count; n++)
    sends.push(mail.send({ to: `user${n}@contoso.com`, template: 't', context: { name: `User ${n}` } }));
  // Until all are composed: nothing tells of that, and the heap is looked at until it grows no more.
  for (let last = 0, now = 1; last !== now;) {
    await delay(300);
    globalThis.gc();
    [last, now] = [now, Math.round(process.memoryUsage().heapUsed / 65_536)];
  }
  return process.memoryUsage().heapUsed;
}

const few = await heapWith(COUNT);
const many = await heapWith(2 * COUNT);
console.log(JSON.stringify({ octets: Math.round((many - few) / COUNT) }));
process.exit();
