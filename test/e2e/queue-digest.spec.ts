import { appendFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import type {
  MailMessage,
  MailModuleOptions,
  MailReceipt,
  MailService,
  ResetPasswordMail,
} from 'nest-mailroom';
import { MailHook, MailMessageError } from 'nest-mailroom';
import { KeptQueue } from '../support/kept-queue.js';
import { useMailBench } from '../support/mail-bench.js';
import { rejection } from '../support/rejection.js';

const MAIL = { to: 'ann@contoso.com', subject: 's', text: 'x' };
const RESET: ResetPasswordMail = {
  to: 'ann@contoso.com',
  displayName: 'Ann',
  resetUrl: 'https://contoso.com/r?t=1',
};
const KEY = { idempotencyKey: 'k' };
const bench = useMailBench();

async function start(options: MailModuleOptions = {}, settings: object = {}) {
  const delivery = new KeptQueue();
  const { mail } = await bench.app({ FromAddress: 'a@contoso.com', ...settings }, { ...options, delivery });
  return { mail, delivery };
}

/** The digest of what one send was given. */
async function digestOf(
  { mail, delivery }: { readonly mail: MailService; readonly delivery: KeptQueue },
  send: (mail: MailService) => Promise<MailReceipt>,
  key?: Uint8Array,
): Promise<string> {
  await send(mail);
  const digest = await delivery.kept.at(-1)?.queue?.digest?.(key);
  if (digest === undefined) throw new Error('The queue was told no digest');
  return digest;
}

function octets(...pieces: string[]): Readable {
  return Readable.from(
    pieces.map(piece => Buffer.from(piece)),
    { objectMode: false },
  );
}

describe('The digest of a message', () => {
  it('is the same for the same message sent twice, although date, boundary and Message-ID differ', async () => {
    const started = await start();
    const sent = { ...MAIL, html: '<p>x</p>', attachments: [{ filename: 'a.txt', content: 'a' }] };
    const digests = [
      await digestOf(started, mail => mail.send(sent, KEY)),
      await digestOf(started, mail => mail.send({ ...sent }, { ...KEY, delayMs: 1000, priority: 5 })),
    ];
    expect(digests[0]).toBe(digests[1]);
    expect(digests[0]).toMatch(/^[\w-]{43}$/);
    const [one, other] = await Promise.all(started.delivery.kept.map(({ mail }) => mail.bytes()));
    expect(one).not.toEqual(other);
  });

  it('is another one for each key of an HMAC, and without any', async () => {
    const started = await start();
    const keys = [undefined, Buffer.alloc(32, 1), Buffer.alloc(32, 2), Buffer.alloc(32, 1)];
    const digests = [];
    for (const key of keys) digests.push(await digestOf(started, mail => mail.send(MAIL, KEY), key));
    expect(new Set(digests).size).toBe(3);
    expect(digests[3]).toBe(digests[1]);
  });

  it('is given with an idempotencyKey alone', async () => {
    const { mail, delivery } = await start();
    await mail.send(MAIL, { priority: 1 });
    expect(delivery.kept[0]?.queue).toEqual({ priority: 1 });
  });

  it('differs with each of its fields', async () => {
    const started = await start();
    const messages: MailMessage[] = [
      MAIL,
      { ...MAIL, to: 'bob@contoso.com' },
      { ...MAIL, to: ['ann@contoso.com', 'bob@contoso.com'] },
      { ...MAIL, to: ['bob@contoso.com', 'ann@contoso.com'] },
      { ...MAIL, to: [], cc: MAIL.to },
      { ...MAIL, subject: 'other' },
      { ...MAIL, text: 'other' },
      { ...MAIL, html: 'x' },
      { ...MAIL, headers: { 'X-A': 'b' } },
      { ...MAIL, priority: 'high' },
      { ...MAIL, attachments: [{ filename: 'a', content: 'a' }] },
      { ...MAIL, attachments: [{ filename: 'b', content: 'a' }] },
      { ...MAIL, attachments: [{ filename: 'a', content: Buffer.from('a') }] },
      { to: MAIL.to, template: 'notification', context: { title: 't', lines: ['x'] } },
      { to: MAIL.to, template: 'notification', context: { title: 't', lines: ['y'] } },
      { to: MAIL.to, template: 'notification', context: { title: 't', lines: ['x'] }, culture: 'fr' },
    ];
    const digests = [];
    for (const message of messages) digests.push(await digestOf(started, mail => mail.send(message, KEY)));
    expect(new Set(digests).size).toBe(messages.length);
  });

  it('is that of what was given, whatever the caller and the hooks do to it afterwards', async () => {
    class Stamping extends MailHook {
      override beforeSend(message: MailMessage): MailMessage {
        const stamp = String(Math.random());
        Object.assign(message.context ?? {}, { footer: stamp });
        return { ...message, headers: { 'X-Stamp': stamp } };
      }
    }
    const plain = await start();
    const hooked = await start({ hooks: [Stamping] });
    const message = () => ({ to: MAIL.to, template: 'notification', context: { title: 't', lines: ['x'] } });
    const digests = [
      await digestOf(plain, mail => mail.send(message(), KEY)),
      await digestOf(hooked, mail => mail.send(message(), KEY)),
      await digestOf(hooked, mail => mail.send(message(), KEY)),
      await digestOf(plain, mail => {
        const given = message();
        const sent = mail.send(given, KEY);
        given.context.lines.push('and more');
        given.to = 'bob@contoso.com';
        return sent;
      }),
    ];
    expect(new Set(digests).size).toBe(1);
  });

  it('reads a getter once, as the mail does', async () => {
    const started = await start();
    let read = 0;
    const changing = {
      ...MAIL,
      get subject() {
        return `read ${++read}`;
      },
    };
    const digest = await digestOf(started, mail => mail.send(changing, KEY));
    expect(digest).toBe(await digestOf(started, mail => mail.send({ ...MAIL, subject: 'read 1' }, KEY)));
  });

  it('of sendNotification and sendResetPassword is over what these were given, not over when', async () => {
    const started = await start();
    const notification = { to: MAIL.to, title: 't', lines: ['x'] };
    const notified = [
      await digestOf(started, mail => mail.sendNotification(notification, KEY)),
      await digestOf(started, mail => mail.sendNotification({ ...notification }, KEY)),
    ];
    const reset = [
      await digestOf(started, mail => mail.sendResetPassword(RESET, KEY)),
      await digestOf(started, async mail => {
        await new Promise(resolve => setTimeout(resolve, 5));
        return mail.sendResetPassword({ ...RESET }, KEY);
      }),
    ];
    const other = await digestOf(started, mail =>
      mail.sendResetPassword({ ...RESET, resetUrl: `${RESET.resetUrl}2` }, KEY),
    );
    const sent = await digestOf(started, mail =>
      mail.send({ to: MAIL.to, template: 'notification', context: { title: 't', lines: ['x'] } }, KEY),
    );
    expect(notified[0]).toBe(notified[1]);
    expect(reset[0]).toBe(reset[1]);
    // The same mail, whichever method says so.
    expect(sent).toBe(notified[0]);
    expect(new Set([sent, reset[0], other]).size).toBe(3);
  });

  it('of a message that refers back to itself is an error before anything happens', async () => {
    const { mail, delivery } = await start();
    const context: Record<string, unknown> = { title: 't', lines: ['x'] };
    context['self'] = context;
    const message = { to: MAIL.to, template: 'notification', context };
    const error = await rejection(mail.send(message, KEY));
    expect(error).toBeInstanceOf(MailMessageError);
    expect(error).toMatchObject({
      field: 'context',
      message: expect.stringContaining('refers back to itself'),
    });
    expect(delivery.kept).toEqual([]);
  });
});

describe('The digest of attachments', () => {
  it('is over the octets of a file, not over its path alone', async () => {
    const started = await start();
    const folder = bench.folder();
    const path = join(folder.path, 'a.txt');
    await writeFile(path, 'one');
    const send = (mail: MailService): Promise<MailReceipt> =>
      mail.send({ ...MAIL, attachments: [{ path }] }, KEY);
    const digests = [await digestOf(started, send), await digestOf(started, send)];
    await writeFile(path, 'two');
    digests.push(await digestOf(started, send));
    await writeFile(path, 'one');
    digests.push(await digestOf(started, send));
    expect(digests.map(digest => digest === digests[0])).toEqual([true, true, false, true]);
  });

  it('is over a large file too, which is read while the mail leaves', async () => {
    const started = await start();
    const folder = bench.folder();
    const path = join(folder.path, 'large.bin');
    await writeFile(path, Buffer.alloc(3 * 1024 * 1024, 7));
    const send = (mail: MailService): Promise<MailReceipt> =>
      mail.send({ ...MAIL, attachments: [{ path }] }, KEY);
    const first = await digestOf(started, send);
    await appendFile(path, 'x');
    expect(await digestOf(started, send)).not.toBe(first);
  });

  it('is over what a stream gives, however it is cut, and the mail holds that', async () => {
    const started = await start();
    const send =
      (content: Readable) =>
      (mail: MailService): Promise<MailReceipt> =>
        mail.send({ ...MAIL, attachments: [{ filename: 'a.bin', content }] }, KEY);
    const digests = [
      await digestOf(started, send(octets('hello'))),
      await digestOf(started, send(octets('hel', 'lo'))),
      await digestOf(started, send(octets('hello!'))),
    ];
    expect(digests.map(digest => digest === digests[0])).toEqual([true, true, false]);
    const bytes = await Promise.all(started.delivery.kept.map(({ mail }) => mail.bytes()));
    expect(bytes.map(String)).toEqual([
      expect.stringContaining(Buffer.from('hello').toString('base64')),
      expect.stringContaining(Buffer.from('hello').toString('base64')),
      expect.stringContaining(Buffer.from('hello!').toString('base64')),
    ]);
  });

  it('of a stream of texts is over the octets of its charset, and the type says which', async () => {
    const started = await start();
    const sends = [
      [Readable.from(['ä']), 'text/plain; charset=iso-8859-1'],
      [Readable.from([Buffer.from('ä')]).setEncoding('utf8'), 'text/plain'],
    ] as const;
    for (const [content, contentType] of sends)
      await digestOf(started, mail =>
        mail.send({ ...MAIL, attachments: [{ filename: 'a.txt', content, contentType }] }, KEY),
      );
    const [latin, utf8] = await Promise.all(started.delivery.kept.map(({ mail }) => mail.bytes()));
    expect(String(latin)).toMatch(/charset=iso-8859-1[^]*5A==/);
    expect(String(utf8)).toMatch(/charset=utf-8[^]*w6Q=/);
  });

  it('leaves it to the send to say which file cannot be read, and closes the streams beside it', async () => {
    const { mail, delivery } = await start();
    const content = octets('x');
    const message = { ...MAIL, attachments: [{ path: '/nowhere/a' }, { filename: 'b', content }] };
    expect(await rejection(mail.send(message, KEY))).toMatchObject({
      code: 'EMAILATTACHMENT',
      field: 'attachments[0].path',
    });
    expect(content.destroyed).toBe(true);
    const odd = octets('x');
    expect(
      await rejection(mail.send({ ...MAIL, attachments: [{ filename: '', content: odd }] }, KEY)),
    ).toMatchObject({ code: 'EMAILATTACHMENT', field: 'attachments[0].filename' });
    expect(odd.destroyed).toBe(true);
    expect(delivery.kept).toEqual([]);
  });

  it('of a stream that gives nothing for ever ends with the send', async () => {
    const { mail, delivery } = await start();
    const content = new Readable({ read() {} });
    const sent = mail.send(
      { ...MAIL, attachments: [{ filename: 'a', content }] },
      { ...KEY, timeoutMs: 100 },
    );
    expect(await rejection(sent)).toMatchObject({ code: 'EMAILTIMEOUT', retryable: true });
    expect(content.destroyed).toBe(true);
    expect(delivery.kept).toEqual([]);
  });

  it('of a stream that fails is an error that says so', async () => {
    const { mail } = await start();
    const content = new Readable({
      read() {
        this.destroy(new Error('disk'));
      },
    });
    expect(
      await rejection(mail.send({ ...MAIL, attachments: [{ filename: 'a', content }] }, KEY)),
    ).toMatchObject({ code: 'EMAILATTACHMENT', field: 'attachments[0].content' });
  });
});
