import { expect, it } from '@jest/globals';
import { Injectable, Module } from '@nestjs/common';
import type { OnApplicationShutdown } from '@nestjs/common';
import { MailDelivery, MailModule } from 'nest-mailroom';
import { until } from '../support/bounded-send.js';
import { startApp, startMailApp } from '../support/mail-app.js';
import { rejection } from '../support/rejection.js';
import { runNode } from '../support/run-script.js';
import { ScriptedSmtpServer } from '../support/scripted-smtp-server.js';

it('A message that the grace time cuts in its middle has surely not been sent, and its end never comes', async () => {
  let readOn = (): void => {};
  const patience = new Promise<void>(resolve => (readOn = resolve));
  const server = await ScriptedSmtpServer.start([
    { send: '220 hi\r\n' },
    { expect: /^EHLO/, send: '250 hi\r\n' },
    { expect: /^MAIL/, send: '250 ok\r\n' },
    { expect: /^RCPT/, send: '250 ok\r\n' },
    { expect: 'DATA', send: '354 go\r\n' },
    // The message has begun.
    { expect: /./ },
    { readNothingUntil: patience },
  ]);
  const app = await startMailApp(
    { Host: server.host, Port: server.port, FromAddress: 'a@contoso.test' },
    { shutdownTimeoutMs: 300 },
  );
  const content = Buffer.alloc(16 * 1024 * 1024, 'x');
  const sent = rejection(
    app.mail.send({ subject: 's', to: 'ann@contoso.test', text: 'Large', attachments: [{ content }] }),
  );
  await until(() => (server.received().indexOf('DATA') + 1 || Infinity) < server.received().length);
  await app.close();
  expect(await sent).toMatchObject({ code: 'EMAILCLOSED', phase: 'data', retryable: true });
  readOn();
  await until(() => server.openConnections === 0);
  const received = server.receivedBytes();
  expect({ begun: received.includes('Message-ID: '), ended: received.includes('\r\n.\r\n') }).toEqual({
    begun: true,
    ended: false,
  });
  await server.close();
});

it('A delivery that cannot be closed crashes no application whose web server still answers', async () => {
  const script = `
    import 'reflect-metadata';
    import { setTimeout as delay } from 'node:timers/promises';
    import { NestFactory } from '@nestjs/core';
    import { MailDelivery, MailModule } from 'nest-mailroom';
    class Unclosable extends MailDelivery {
      name = 'unclosable';
      async deliver() { throw new Error('not asked'); }
      async verify() {}
      async close() { throw new Error('cannot be closed'); }
    }
    const options = { shutdownTimeoutMs: 10, delivery: new Unclosable() };
    const root = { module: class Root {}, imports: [MailModule.forRoot({ FromAddress: 'a@contoso.test' }, options)] };
    const app = await NestFactory.create(root, { logger: ['error'] });
    app.use(async (request, response) => {
      console.log('asked');
      await delay(300);
      response.end('answered');
    });
    await app.listen(0, '127.0.0.1');
    const answer = fetch(await app.getUrl(), { headers: { connection: 'close' } });
    await delay(100);
    await Promise.all([app.close(), answer.then(async response => console.log(await response.text()))]);
    console.log('closed');
  `;
  const end = await runNode(['--input-type=module', '-e', script], { cwd: process.cwd() });
  expect(end.stdout).toBe('asked\nanswered\nclosed\n');
  expect(end.stderr).toContain('cannot be closed');
  expect(end.code).toBe(0);
});

it('A check that a web server waits for at its shutdown is ended at once, long before its own time-outs', async () => {
  const server = await ScriptedSmtpServer.start([{ silence: true }]);
  const settings = { Host: server.host, Port: server.port, FromAddress: 'a@contoso.test' };
  const script = `
    import 'reflect-metadata';
    import { setTimeout as delay } from 'node:timers/promises';
    import { NestFactory } from '@nestjs/core';
    import { MailModule, MailService } from 'nest-mailroom';
    const root = { module: class Root {}, imports: [MailModule.forRoot(${JSON.stringify(settings)})] };
    const app = await NestFactory.create(root, { logger: ['error'] });
    app.use(async (request, response) => {
      response.end(await app.get(MailService).verify().then(() => 'up', ({ code }) => code));
    });
    await app.listen(0, '127.0.0.1');
    const answer = fetch(await app.getUrl(), { headers: { connection: 'close' } });
    await delay(200);
    const begun = performance.now();
    await app.close();
    console.log(await (await answer).text(), performance.now() - begun < 3000 ? 'soon' : 'late');
  `;
  const end = await runNode(['--input-type=module', '-e', script], { cwd: process.cwd(), timeoutMs: 30_000 });
  await server.close();
  expect(end).toMatchObject({ code: 0, stdout: 'EMAILCLOSED soon\n', stderr: '' });
});

it('A delivery that cannot be closed keeps no other module from closing what it holds', async () => {
  const closed: string[] = [];
  class Unclosable extends MailDelivery {
    override readonly name = 'unclosable';
    override deliver(): Promise<never> {
      return Promise.reject(new Error('not asked'));
    }
    override async verify(): Promise<void> {}
    override close(): Promise<void> {
      closed.push('delivery');
      return Promise.reject(new Error('ann@contoso.test cannot be closed'));
    }
  }
  @Injectable()
  class Database implements OnApplicationShutdown {
    onApplicationShutdown(): void {
      closed.push('database');
    }
  }
  @Module({ providers: [Database] })
  class DatabaseModule {}
  const app = await startApp(
    { module: DatabaseModule },
    MailModule.forRoot({ FromAddress: 'a@contoso.test' }, { delivery: Unclosable }),
    { module: class Later {}, providers: [{ provide: 'database', useClass: Database }] },
  );
  await app.close();
  expect(closed.toSorted()).toEqual(['database', 'database', 'delivery']);
  expect(app.logger.lines.filter(line => line.startsWith('error'))).toEqual([
    expect.stringMatching(/^error The delivery could not be closed: a\*\*\*@contoso\.test cannot be closed/),
  ]);
});
