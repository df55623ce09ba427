import { readdirSync } from 'node:fs';
import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import type { MailMessage, MailSettings } from 'nest-mailroom';
import type { Bound } from '../support/bounded-send.js';
import { boundCode, BOUNDS, boundSettings, cutSend, LATE_MS, until } from '../support/bounded-send.js';
import { useMailBench } from '../support/mail-bench.js';

const bench = useMailBench();

const MESSAGE: MailMessage = { to: 'ann@contoso.com', subject: 'Bounds', text: 'text' };

async function start(bound: Bound, settings: MailSettings = {}) {
  const directory = bench.folder();
  const app = await bench.app({
    FromAddress: 'a@contoso.com',
    UseSpecifiedPickupDirectory: true,
    PickupDirectory: directory.path,
    ...settings,
    ...boundSettings(bound),
  });
  return { app, files: () => readdirSync(directory.path, { recursive: true, encoding: 'utf8' }) };
}

describe.each(BOUNDS)('At the moment of %s a send into a pickup directory ends, without a file,', bound => {
  it.each([
    ['whose attachment never begins', () => new Readable({ read: () => {} })],
    [
      'whose attachment stalls',
      () =>
        Readable.from(
          (async function* () {
            yield Buffer.alloc(300_000, 'x');
            await new Promise(() => {});
          })(),
        ),
    ],
    [
      'whose attachment never ends',
      () =>
        new Readable({
          read() {
            setImmediate(() => this.push(Buffer.alloc(1000, 'x')));
          },
        }),
    ],
  ])('%s', async (_, open) => {
    const { app, files } = await start(bound);
    const content = open();
    const message = { ...MESSAGE, attachments: [{ filename: 'a.bin', content }] };
    const { error, lateMs } = await cutSend(
      app,
      message,
      bound,
      () => files().length > 0 || content.destroyed,
    );
    expect(error).toMatchObject({
      name: 'MailDeliveryError',
      code: boundCode(bound),
      phase: 'write',
      retryable: true,
    });
    expect(lateMs).toBeLessThan(LATE_MS);
    expect(content.destroyed).toBe(true);
    await until(() => files().length === 0);
    expect((await app.mail.send(MESSAGE, { timeoutMs: 0 })).status).toBe('written');
    expect(files()).toHaveLength(1);
  });
});
