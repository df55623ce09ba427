import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import type { ComposedMail, DeliveryOutcome } from 'nest-mailroom';
import { MailDelivery } from 'nest-mailroom';
import { useMailBench } from '../support/mail-bench.js';
import { rejection } from '../support/rejection.js';

const bench = useMailBench();

/** Holds each mail in memory, as a delivery of an application may. */
class InMemory extends MailDelivery {
  readonly name = 'in-memory';
  override async deliver(mail: ComposedMail): Promise<DeliveryOutcome> {
    await mail.bytes();
    return { status: 'accepted', accepted: [...mail.envelope.to], rejected: [] };
  }
  override async verify(): Promise<void> {}
  override async close(): Promise<void> {}
}

/** A stream that never ends and never waits. */
function endless(chunk = 'x'): Readable {
  return Readable.from(
    (function* () {
      for (;;) yield chunk;
    })(),
  );
}

const message = (content: Readable) => ({
  to: ['ann@example.com', 'bob@example.com'],
  subject: 's',
  text: 'x',
  attachments: [{ filename: 'a.bin', content }],
});

describe('An endless stream that never waits', () => {
  it.each<[string, object]>([
    ['that several mails need', { MaxRecipients: 1, MaxRecipientsOverflow: 'Split' }],
    ['that a delivery holds in memory', {}],
  ])('%s is ended by the time limit of its send', async (_why, settings) => {
    const app = await bench.app({ FromAddress: 'a@example.com', ...settings }, { delivery: new InMemory() });
    const content = endless();
    const error = await rejection(app.mail.send(message(content), { timeoutMs: 100 }));
    expect(error).toMatchObject({ code: 'EMAILTIMEOUT' });
    expect(content.destroyed).toBe(true);
  });

  it('is not held in memory beyond a limit', async () => {
    const app = await bench.app(
      { FromAddress: 'a@example.com', MaxRecipients: 1, MaxRecipientsOverflow: 'Split' },
      { delivery: new InMemory() },
    );
    const content = endless('x'.repeat(4 * 1024 * 1024));
    const error = await rejection(app.mail.send(message(content)));
    expect(error).toMatchObject({ code: 'EMAILATTACHMENT', field: 'attachments[0].content' });
    expect(error).toMatchObject({ message: expect.stringContaining('more than 128 MiB') });
    expect(content.destroyed).toBe(true);
  });
});
