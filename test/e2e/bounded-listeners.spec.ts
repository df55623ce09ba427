import { getEventListeners } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { MailHook } from 'nest-mailroom';
import { useMailBench } from '../support/mail-bench.js';
import { rejection } from '../support/rejection.js';

const bench = useMailBench();

const MESSAGE = { to: 'ann@contoso.com', subject: 'Listeners', text: 'text' };
const SENDS = 1000;

async function startSmtp(settings: object = {}, options: object = {}) {
  const sink = await bench.sink();
  const app = await bench.app(
    { Host: sink.host, Port: sink.port, FromAddress: 'a@contoso.com', ...settings },
    options,
  );
  return { sink, app };
}

async function startPickup() {
  const directory = bench.folder();
  const app = await bench.app(
    { FromAddress: 'a@contoso.com', UseSpecifiedPickupDirectory: true, PickupDirectory: directory.path },
    { pickup: { fsync: false } },
  );
  return { app };
}

describe('A signal that lives long', () => {
  it.each([
    ['SMTP', startSmtp],
    ['a pickup directory', startPickup],
  ])(
    'holds nothing of a thousand sends over %s',
    async (_, start) => {
      const { app } = await start();
      const { signal } = new AbortController();
      let most = 0;
      for (let sent = 0; sent < SENDS; sent += 20) {
        const sending = Array.from({ length: 20 }, () => app.mail.send(MESSAGE, { signal }));
        most = Math.max(most, getEventListeners(signal, 'abort').length);
        await Promise.all(sending);
      }
      expect(getEventListeners(signal, 'abort')).toEqual([]);
      // One for all that are under way: from eleven on Node.js would warn of a leak.
      expect(most).toBe(1);
    },
    60_000,
  );

  it('holds nothing of sends that failed, were refused by policy, timed out or threw in a hook', async () => {
    class Picky extends MailHook {
      override beforeSend({ subject }: { subject?: string }): void {
        if (subject === 'thrown') throw new Error('no');
      }
    }
    const { app } = await startSmtp(
      { MaxMessagesPerSecond: 1000, AllowedDomains: 'contoso.com' },
      { hooks: [Picky] },
    );
    const { signal } = new AbortController();
    await app.mail.send({ ...MESSAGE, to: 'ann@elsewhere.com' }, { signal });
    await rejection(app.mail.send({ ...MESSAGE, subject: 'thrown' }, { signal }));
    await rejection(app.mail.send({ ...MESSAGE, to: 'no address' }, { signal }));
    await rejection(app.mail.send(MESSAGE, { signal, timeoutMs: -1 }));
    await Promise.allSettled([app.mail.send(MESSAGE, { signal, timeoutMs: 1 })]);
    expect(getEventListeners(signal, 'abort')).toEqual([]);
  });

  it('ends a thousand sends that wait, at once', async () => {
    const { app, sink } = await startSmtp({ MaxConnections: 1, MaxMessagesPerSecond: 0.01 });
    await app.mail.send(MESSAGE);
    const controller = new AbortController();
    const errors = Array.from({ length: SENDS }, () =>
      rejection(app.mail.send(MESSAGE, { signal: controller.signal })),
    );
    expect(getEventListeners(controller.signal, 'abort')).toHaveLength(1);
    await new Promise(resolve => setTimeout(resolve, 300));
    controller.abort();
    for (const error of await Promise.all(errors))
      expect(error).toMatchObject({ code: 'EMAILABORTED', retryable: true });
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
    expect(sink.messages).toHaveLength(1);
  });
});
