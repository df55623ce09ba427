// node serve-sends.mjs '{"settings":…,"options":…}': a web application of which every POST /mails/:id?pauseMs=… says its
// id, sends a mail after the pause and answers with what became of it, and GET /mails/check checks the mailer. Says its
// port first.
import 'reflect-metadata';
import { setTimeout as delay } from 'node:timers/promises';
import { Controller, Get, Inject, Param, Post, Query } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { MailModule, MailService } from 'nest-mailroom';

const { settings, options = {} } = JSON.parse(process.argv[2] ?? '{}');

class Mails {
  constructor(mail) {
    this.mail = mail;
  }
  check() {
    console.log('check');
    return this.mail.verify().then(
      () => ({ id: 'check', status: 'ok' }),
      ({ code, phase, retryable }) => ({ id: 'check', code, phase, retryable }),
    );
  }
  async send(id, pauseMs) {
    console.log(id);
    await delay(Number(pauseMs));
    const message = { to: 'ann@contoso.test', subject: id, text: id, messageId: `<${id}@contoso.test>` };
    return this.mail.send(message).then(
      ({ status }) => ({ id, status }),
      ({ code, phase, retryable }) => ({ id, code, phase, retryable }),
    );
  }
}
Get('check')(Mails.prototype, 'check', Object.getOwnPropertyDescriptor(Mails.prototype, 'check'));
Inject(MailService)(Mails, undefined, 0);
Param('id')(Mails.prototype, 'send', 0);
Query('pauseMs')(Mails.prototype, 'send', 1);
Post(':id')(Mails.prototype, 'send', Object.getOwnPropertyDescriptor(Mails.prototype, 'send'));
Controller('mails')(Mails);

process.on('unhandledRejection', error => {
  console.error(`unhandled: ${error}`);
  process.exitCode = 9;
});

const root = {
  module: class Root {},
  imports: [MailModule.forRoot(settings, options)],
  controllers: [Mails],
};
const app = await NestFactory.create(root, { logger: ['error'] });
app.enableShutdownHooks();
await app.listen(0, '127.0.0.1');
console.log(app.getHttpServer().address().port);
