import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import type { MailService, MailSettings } from 'nest-mailroom';
import { MailModule, mailServiceToken } from 'nest-mailroom';
import { until } from '../support/bounded-send.js';
import type { MailApp } from '../support/mail-app.js';
import { useMailBench } from '../support/mail-bench.js';
import type { MailSinkOptions } from '../support/mail-sink.js';
import { ownTime } from '../support/own-time.js';
import { rejection } from '../support/rejection.js';

const bench = useMailBench();

const MESSAGE = { to: 'ann@contoso.com', subject: 'Rate', text: 'text' };

/** A mailer, and when its server saw each MAIL command: by the clock, and by {@link ownTime} for upper bounds. */
async function start(settings: MailSettings, options: MailSinkOptions = {}) {
  const times: number[] = [];
  const ownTimes: number[] = [];
  const sink = await bench.sink({
    ...options,
    rejectSender: () => {
      times.push(performance.now());
      ownTimes.push(ownTime());
      return undefined;
    },
  });
  const app: MailApp = await bench.app({
    Host: sink.host,
    Port: sink.port,
    FromAddress: 'a@contoso.com',
    ...settings,
  });
  return { sink, app, times, ownTimes };
}

/** Most of the times that lie in one second; timers and the network blur the edge. */
function mostInASecond(times: readonly number[]): number {
  return Math.max(...times.map(from => times.filter(time => time >= from && time < from + 900).length));
}

describe('MaxMessagesPerSecond', () => {
  it('holds over parallel sends and all connections', async () => {
    const { app, times } = await start({ MaxMessagesPerSecond: 10, MaxConnections: 5 });
    await Promise.all(Array.from({ length: 15 }, () => app.mail.send(MESSAGE)));
    expect(times).toHaveLength(15);
    expect(mostInASecond(times)).toBeLessThanOrEqual(10);
    // Fourteen intervals of a tenth of a second.
    expect((times[14] ?? 0) - (times[0] ?? 0)).toBeGreaterThan(1300);
  });

  it('holds over sends one after the other', async () => {
    const { app, times } = await start({ MaxMessagesPerSecond: 10 });
    for (let index = 0; index < 8; index++) await app.mail.send(MESSAGE);
    expect((times[7] ?? 0) - (times[0] ?? 0)).toBeGreaterThan(650);
  });

  it('lets through what has waited long enough at once, and never more', async () => {
    const { app, times, ownTimes } = await start({ MaxMessagesPerSecond: 4 });
    await app.mail.send(MESSAGE);
    await delay(1000);
    const begun = ownTime();
    await Promise.all(Array.from({ length: 3 }, () => app.mail.send(MESSAGE)));
    expect((ownTimes[1] ?? 0) - begun).toBeLessThan(500);
    expect((times[3] ?? 0) - (times[1] ?? 0)).toBeGreaterThan(450);
  });

  it('holds when sends have piled up behind a connection that was slow', async () => {
    const delays = [1200];
    const { app, times } = await start(
      { MaxConnections: 1, MaxMessagesPerSecond: 5 },
      { delayDataMs: () => delays.pop() ?? 0 },
    );
    await Promise.all(Array.from({ length: 6 }, () => app.mail.send(MESSAGE)));
    expect(times).toHaveLength(6);
    // The first, and then five at their own pace.
    expect((times[5] ?? 0) - (times[1] ?? 0)).toBeGreaterThan(700);
  });

  it('is not used up by sends that have given up', async () => {
    const { app, sink, ownTimes } = await start({ MaxMessagesPerSecond: 5, MaxConnections: 3 });
    await app.mail.send(MESSAGE);
    const controller = new AbortController();
    const leaving = Array.from({ length: 10 }, () =>
      rejection(app.mail.send({ ...MESSAGE, subject: 'gone' }, { signal: controller.signal })),
    );
    const staying = app.mail.send({ ...MESSAGE, subject: 'stays' });
    await delay(50);
    controller.abort();
    for (const error of await Promise.all(leaving)) expect(error).toMatchObject({ code: 'EMAILABORTED' });
    await staying;
    expect(sink.messages).toHaveLength(2);
    expect((ownTimes[1] ?? 0) - (ownTimes[0] ?? 0)).toBeLessThan(1200);
  });

  it('is each mailer’s own', async () => {
    const sink = await bench.sink();
    const settings = {
      Host: sink.host,
      Port: sink.port,
      FromAddress: 'a@contoso.com',
      MaxMessagesPerSecond: 1,
    };
    const app = await bench.appOf(
      MailModule.forRoot(settings, { name: 'invoices' }),
      MailModule.forRoot(settings, { name: 'alerts' }),
    );
    const [invoices, alerts] = ['invoices', 'alerts'].map(name =>
      app.app.get<MailService>(mailServiceToken(name), { strict: false }),
    );
    const send = () => Promise.all([invoices?.send(MESSAGE), alerts?.send(MESSAGE)]);
    const begun = performance.now();
    const ownBegun = ownTime();
    await send();
    expect(ownTime() - ownBegun).toBeLessThan(900);
    await send();
    expect(performance.now() - begun).toBeGreaterThan(900);
    expect(sink.messages).toHaveLength(4);
  });

  it('is kept when the server has ended the connection while its mail waited for its turn', async () => {
    const { app, sink, times } = await start({
      MaxMessagesPerSecond: 2,
      MaxConnections: 1,
      SocketTimeout: 0.2,
    });
    const receipts = await Promise.all(Array.from({ length: 3 }, () => app.mail.send(MESSAGE)));
    expect(receipts.map(({ status }) => status)).toEqual(['accepted', 'accepted', 'accepted']);
    await until(() => sink.messages.length === 3);
    expect((times[2] ?? 0) - (times[0] ?? 0)).toBeGreaterThan(900);
  });
});
