import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { MailMessage } from '../../lib/core/message/mail-message.js';
import { headersOf } from '../support/eml.js';
import { useMailBench } from '../support/mail-bench.js';
import type { ReceivedMail } from '../support/received-mail.js';
import { rejection } from '../support/rejection.js';
import type { TemporaryDirectory } from '../support/temporary-directory.js';
import { temporaryDirectory } from '../support/temporary-directory.js';

const bench = useMailBench();
const MESSAGE = { to: 'ann@contoso.com', subject: 'Hello', text: 'Hi' };

let folder: TemporaryDirectory;
beforeEach(() => {
  folder = temporaryDirectory();
});
afterEach(() => folder.remove());

async function received(settings: object, message: Partial<MailMessage> = {}): Promise<ReceivedMail> {
  const sink = await bench.sink();
  const { mail } = await bench.app({
    Host: sink.host,
    Port: sink.port,
    FromAddress: 'Contoso <no-reply@contoso.com>',
    ...settings,
  });
  const receipt = await mail.send({ ...MESSAGE, ...message } as MailMessage);
  const [first] = sink.messages;
  if (!first) throw new Error('no mail came');
  expect(receipt.envelope).toEqual(first.envelope);
  return first;
}

describe('The setting ReplyTo', () => {
  it('is where answers go of a mail that does not say it', async () => {
    const { raw, envelope } = await received({ ReplyTo: 'Help Desk <help@contoso.com>' });
    expect(headersOf(raw, 'Reply-To')).toEqual(['Help Desk <help@contoso.com>']);
    expect(headersOf(raw, 'From')).toEqual(['Contoso <no-reply@contoso.com>']);
    expect(envelope.from).toBe('no-reply@contoso.com');
  });

  it('gives way to what a mail says, and to an empty list', async () => {
    const settings = { ReplyTo: 'help@contoso.com' };
    const own = await received(settings, { replyTo: 'bob@contoso.com' });
    expect(headersOf(own.raw, 'Reply-To')).toEqual(['bob@contoso.com']);
    const none = await received(settings, { replyTo: [] });
    expect(headersOf(none.raw, 'Reply-To')).toEqual([]);
  });
});

describe('The setting BounceAddress', () => {
  it('is the sender in MAIL FROM, of which the mail shows nothing', async () => {
    const { raw, envelope } = await received({ BounceAddress: 'Bounces <bounces@mailer.contoso.com>' });
    expect(envelope.from).toBe('bounces@mailer.contoso.com');
    expect(headersOf(raw, 'Sender')).toEqual([]);
    expect(raw.toString()).not.toContain('mailer.contoso.com');
  });

  it('comes before the sender of a mail, which stays in its header', async () => {
    const { raw, envelope } = await received(
      { BounceAddress: 'bounces@contoso.com' },
      { sender: 'secretary@contoso.com' },
    );
    expect(envelope.from).toBe('bounces@contoso.com');
    expect(headersOf(raw, 'Sender')).toEqual(['secretary@contoso.com']);
  });

  it('is the sender of a file in a pickup directory, too', async () => {
    const { mail } = await bench.app({
      UseSpecifiedPickupDirectory: true,
      PickupDirectory: folder.path,
      FromAddress: 'no-reply@contoso.com',
      BounceAddress: 'bounces@contoso.com',
    });
    await mail.send({ ...MESSAGE, bcc: 'bob@contoso.com' });
    const [file = ''] = readdirSync(folder.path);
    const bytes = readFileSync(join(folder.path, file));
    expect(headersOf(bytes, 'X-Sender')).toEqual(['bounces@contoso.com']);
  });

  it('stands in the receipt of a mail that nobody gets', async () => {
    const { mail } = await bench.app({ Enabled: false, BounceAddress: 'bounces@contoso.com' });
    expect(await mail.send(MESSAGE)).toMatchObject({
      status: 'suppressed',
      envelope: { from: 'bounces@contoso.com', to: [] },
    });
  });
});

it.each(['ReplyTo', 'BounceAddress'])('A %s that is no address stops the start', async key => {
  const error = await rejection(
    bench.app({ Host: '127.0.0.1', FromAddress: 'no-reply@contoso.com', [key]: 'a@b.com, c@d.com' }),
  );
  expect(error).toMatchObject({
    code: 'EMAILSETTINGS',
    problems: [{ key, message: expect.stringContaining('is not one valid address') }],
  });
});
