import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { MailModule, MailService } from 'nest-mailroom';
import {
  MailQueueDelivery,
  MailQueueModule,
  MailQueueWorker,
  MailQueueWorkerModule,
} from 'nest-mailroom/queue';
import { Mailbox, MailTestingModule } from 'nest-mailroom/testing';
import 'reflect-metadata';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end();
});

/** A place where a store might be; counts who comes. */
async function nobodyThere(): Promise<{ readonly port: number; readonly visits: () => number }> {
  let visits = 0;
  const server = createServer(socket => {
    visits++;
    socket.destroy();
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  ends.push(() => new Promise(resolve => server.close(resolve)));
  return { port: (server.address() as AddressInfo).port, visits: () => visits };
}

describe.each(['redis', 'postgres'])('Under the test kit, with a queue over %s', kind => {
  it('mails are caught as ever, reset mails too, and nothing connects to a store', async () => {
    const { port, visits } = await nobodyThere();
    const url = `${kind}://127.0.0.1:${port}`;
    const connection = kind === 'redis' ? url : { postgres: `${url}/mails` };
    const settings = { Host: '127.0.0.1', Port: port, FromAddress: 'no-reply@contoso.com' };
    class TestRoot {}
    Module({
      imports: [
        MailQueueModule.forRoot({ connection }),
        MailModule.forRoot(
          {
            MailSettings: { FromAddress: 'no-reply@contoso.com' },
            TwoFactorSettings: { ResetConfirmationUri: 'https://contoso.com/reset?token=' },
          },
          { delivery: MailQueueDelivery },
        ),
        MailQueueWorkerModule.forRoot({ connection, settings }),
        MailTestingModule.forRoot(),
      ],
    })(TestRoot);
    const app = await NestFactory.createApplicationContext(TestRoot, { logger: false, abortOnError: false });
    ends.push(() => app.close());
    await app.init();
    const mail = app.get(MailService, { strict: false });
    const mailbox = app.get(Mailbox, { strict: false });
    await mail.send(
      { to: 'ann@contoso.com', subject: 'Your order', text: 'It is on its way.' },
      { idempotencyKey: 'order-1', delayMs: 60_000, priority: 3 },
    );
    await mail.sendResetPassword({ to: 'bob@contoso.com', displayName: 'Bob', token: 't0ken' });
    expect(mailbox.mails.map(({ to }) => to[0]?.address)).toEqual(['ann@contoso.com', 'bob@contoso.com']);
    expect(app.get(MailQueueWorker, { strict: false }).status).toEqual({ state: 'intercepted', active: 0 });
    expect(visits()).toBe(0);
  });
});
