import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import type { Type } from '@nestjs/common';
import { Injectable } from '@nestjs/common';
import type { ComposedMail, MailMessage } from 'nest-mailroom';
import { MailHook } from 'nest-mailroom';
import { rsaKey } from '../support/dkim-keys.js';
import { verifyDkim } from '../support/dkim-verifier.js';
import { assertWellFormedMail, headersOf } from '../support/eml.js';
import { useMailBench } from '../support/mail-bench.js';
import { rejection } from '../support/rejection.js';

const MESSAGE = { to: 'ann@example.com', subject: 'Hello', text: 'Hello Ann' };
const bench = useMailBench();

/** A copy of a mail with a field before all others. */
async function marked(mail: ComposedMail, field: string): Promise<ComposedMail> {
  const bytes = Buffer.concat([Buffer.from(`${field}\r\n`), await mail.bytes()]);
  return { ...mail, bytes: async () => bytes };
}

/** A hook that marks each mail, and keeps what it was given. */
function marking(name: string): Type<MailHook> & { readonly seen: [ComposedMail, MailMessage][] } {
  class Marking extends MailHook {
    static readonly seen: [ComposedMail, MailMessage][] = [];
    override beforeDelivery(mail: ComposedMail, message: MailMessage): Promise<ComposedMail> {
      Marking.seen.push([mail, message]);
      return marked(mail, `X-Hook: ${name}`);
    }
  }
  Injectable()(Marking);
  return Marking;
}

const marksOf = (raw: Buffer | undefined): string[] => (raw ? headersOf(raw, 'X-Hook') : []);

describe('beforeDelivery', () => {
  it('has the finished mail of a message, and what it returns leaves', async () => {
    const sink = await bench.sink();
    const hook = marking('one');
    const { mail } = await bench.against(sink, {}, { hooks: [hook] });
    const receipt = await mail.send({ ...MESSAGE, bcc: 'bob@example.com' });
    const [received] = sink.messages;
    assertWellFormedMail(received?.raw ?? Buffer.alloc(0));
    expect(marksOf(received?.raw)).toEqual(['one']);
    expect(await received?.parse()).toMatchObject({ subject: 'Hello', messageId: receipt.messageId });
    const [[given, message] = []] = hook.seen;
    expect(given).toMatchObject({
      messageId: receipt.messageId,
      envelope: { from: 'a@example.com', to: ['ann@example.com', 'bob@example.com'] },
    });
    expect(message).toMatchObject({ ...MESSAGE, bcc: 'bob@example.com' });
    expect(String(await given?.bytes())).toContain('Hello Ann');
  });

  it('of several hooks runs in their order, each with what the one before has made', async () => {
    const sink = await bench.sink();
    @Injectable()
    class Silent extends MailHook {
      override beforeDelivery(): void {}
    }
    const { mail } = await bench.against(sink, {}, { hooks: [marking('one'), Silent, marking('two')] });
    await mail.send(MESSAGE);
    expect(marksOf(sink.messages[0]?.raw)).toEqual(['two', 'one']);
  });

  it('may give a stream in place of the bytes, and the size told to the server is the new one', async () => {
    const sink = await bench.sink({ size: 100_000 });
    @Injectable()
    class Streaming extends MailHook {
      override async beforeDelivery(mail: ComposedMail): Promise<ComposedMail> {
        const bytes = await mail.bytes();
        const head = Buffer.from(`X-Hook: ${'x'.repeat(500)}\r\n`);
        return { ...mail, stream: () => Readable.from([head, bytes], { objectMode: false }) };
      }
    }
    const { mail } = await bench.against(sink, {}, { hooks: [Streaming] });
    await mail.send(MESSAGE);
    const raw = sink.messages[0]?.raw ?? Buffer.alloc(0);
    expect(marksOf(raw)).toEqual(['x'.repeat(500)]);
    expect(sink.commands.find(line => line.startsWith('MAIL FROM'))).toContain(`SIZE=${raw.length}`);
  });

  it('comes before DKIM, which signs what the hook has returned', async () => {
    const sink = await bench.sink();
    const key = rsaKey();
    const Dkim = { Domain: 'example.com', Selector: 'mail', PrivateKey: key.pem };
    @Injectable()
    class Subjects extends MailHook {
      override async beforeDelivery(mail: ComposedMail): Promise<ComposedMail> {
        const changed = String(await mail.bytes()).replace('Subject: Hello', 'Subject: Changed');
        return { ...mail, bytes: async () => Buffer.from(changed.replace('Hello Ann', 'Hello Eve')) };
      }
    }
    const { mail } = await bench.against(sink, { Dkim }, { hooks: [Subjects] });
    await mail.send(MESSAGE);
    const raw = sink.messages[0]?.raw ?? Buffer.alloc(0);
    expect(String(raw)).toMatch(/Subject: Changed[^]*Hello Eve/);
    expect(verifyDkim(raw, () => key.record).map(({ failure }) => failure)).toEqual([undefined]);
  });

  it('runs once, whatever tries follow, and each try sends the same bytes', async () => {
    const hook = marking('one');
    let refusals = 2;
    const sink = await bench.sink({
      rejectData: () => (refusals-- > 0 ? { code: 451, message: 'later' } : undefined),
    });
    const { mail } = await bench.against(sink, {}, { hooks: [hook], retry: { attempts: 3, backoff: 1 } });
    await mail.send(MESSAGE);
    expect(hook.seen).toHaveLength(1);
    expect(marksOf(sink.messages[0]?.raw)).toEqual(['one']);
  });

  it('runs once for the usual way and the fallback, also into a pickup directory', async () => {
    const hook = marking('one');
    const folder = bench.folder();
    const port = await bench.unusedPort();
    const { mail } = await bench.against(
      { host: '127.0.0.1', port },
      {},
      { hooks: [hook], fallback: { UseSpecifiedPickupDirectory: true, PickupDirectory: folder.path } },
    );
    await mail.send({ ...MESSAGE, bcc: 'bob@example.com' });
    const [file = ''] = readdirSync(folder.path).filter(name => name.endsWith('.eml'));
    const raw = readFileSync(join(folder.path, file));
    expect(hook.seen).toHaveLength(1);
    expect(marksOf(raw)).toEqual(['one']);
    expect(headersOf(raw, 'X-Receiver')).toEqual(['ann@example.com', 'bob@example.com']);
  });

  it('keeps blind recipients out of the mail, and in the file of the Exchange dialect', async () => {
    const folder = bench.folder();
    const { mail } = await bench.app(
      {
        FromAddress: 'a@example.com',
        UseSpecifiedPickupDirectory: true,
        PickupDirectory: folder.path,
        PickupFormat: 'Exchange',
      },
      { hooks: [marking('one')] },
    );
    await mail.send({ ...MESSAGE, bcc: 'bob@example.com' });
    const [file = ''] = readdirSync(folder.path).filter(name => name.endsWith('.eml'));
    const raw = readFileSync(join(folder.path, file));
    expect(headersOf(raw, 'Bcc')).toEqual(['bob@example.com']);
    expect(marksOf(raw)).toEqual(['one']);
  });

  it('runs for each mail into which a message is split', async () => {
    const hook = marking('part');
    const sink = await bench.sink();
    const { mail } = await bench.against(
      sink,
      { MaxRecipients: 1, MaxRecipientsOverflow: 'Split' },
      { hooks: [hook] },
    );
    await mail.send({ ...MESSAGE, to: ['ann@example.com', 'bob@example.com', 'eve@example.com'] });
    expect(sink.messages.map(({ raw }) => marksOf(raw))).toEqual([['part'], ['part'], ['part']]);
    expect(hook.seen.map(([{ envelope }]) => envelope.to)).toEqual([
      ['ann@example.com'],
      ['bob@example.com'],
      ['eve@example.com'],
    ]);
    const ids = sink.messages.map(({ raw }) => headersOf(raw, 'Message-ID')[0]);
    expect(new Set(ids).size).toBe(3);
  });

  it('has attachments that are streams in memory: it may read the mail and let it pass', async () => {
    const sink = await bench.sink();
    const read: number[] = [];
    @Injectable()
    class Reading extends MailHook {
      override async beforeDelivery(mail: ComposedMail): Promise<void> {
        let octets = 0;
        for await (const piece of mail.stream()) octets += (piece as Buffer).length;
        read.push(octets, (await mail.bytes()).length);
      }
    }
    const { mail } = await bench.against(sink, {}, { hooks: [Reading] });
    const content = Readable.from([Buffer.alloc(300_000, 1), Buffer.alloc(5, 2)]);
    await mail.send({ ...MESSAGE, attachments: [{ filename: 'data.bin', content }] });
    const raw = sink.messages[0]?.raw ?? Buffer.alloc(0);
    expect(read).toEqual([raw.length, raw.length]);
    expect((await sink.messages[0]?.parse())?.attachments[0]?.size).toBe(300_005);
  });

  it('does not run for what nobody is to get', async () => {
    const hook = marking('one');
    const { mail } = await bench.app({ Enabled: false, FromAddress: 'a@example.com' }, { hooks: [hook] });
    expect(await mail.send(MESSAGE)).toMatchObject({ status: 'suppressed' });
    expect(hook.seen).toEqual([]);
  });

  it('is cut with its send, and hooks behind it are not asked any more', async () => {
    const sink = await bench.sink();
    const late = marking('late');
    let go = (): void => {};
    const blocked = new Promise<void>(resolve => (go = resolve));
    @Injectable()
    class Waiting extends MailHook {
      override async beforeDelivery(): Promise<void> {
        await blocked;
      }
    }
    const { mail } = await bench.against(sink, {}, { hooks: [Waiting, late] });
    const error = await rejection(mail.send(MESSAGE, { timeoutMs: 50 }));
    go();
    await blocked;
    expect(error).toMatchObject({ code: 'EMAILTIMEOUT', retryable: true });
    await mail.send({ ...MESSAGE, subject: 'Second' });
    expect(late.seen.map(([, { subject }]) => subject)).toEqual(['Second']);
    expect(sink.messages).toHaveLength(1);
  });
});

describe('What beforeDelivery returns', () => {
  const withBody = (body: string): Type<MailHook> => {
    class Body extends MailHook {
      override async beforeDelivery(mail: ComposedMail): Promise<ComposedMail> {
        const whole = String(await mail.bytes());
        const head = whole
          .slice(0, whole.indexOf('\r\n\r\n'))
          .replace(/^Content-.*\r\n/gm, '')
          .replace(/\r\nContent-Transfer-Encoding.*$/, '');
        const fields = 'Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit';
        return { ...mail, bytes: async () => Buffer.from(`${head}\r\n${fields}\r\n\r\n${body}\r\n`) };
      }
    }
    Injectable()(Body);
    return Body;
  };

  it('is declared as 8-bit when it is, and kept from a server that does not take that', async () => {
    const able = await bench.sink();
    const hooks = [withBody('Grüße')];
    await (await bench.against(able, {}, { hooks })).mail.send(MESSAGE);
    expect((await able.messages[0]?.parse())?.text?.trim()).toBe('Grüße');
    expect(able.commands.find(line => line.startsWith('MAIL FROM'))).toContain('BODY=8BITMIME');
    const unable = await bench.sink({ hideExtensions: ['8BITMIME'] });
    const { mail } = await bench.against(unable, {}, { hooks });
    expect(await rejection(mail.send(MESSAGE))).toMatchObject({ code: 'EMAILENVELOPE', retryable: false });
  });

  it('is declared as SMTPUTF8 when its header is not ASCII, and kept from a server without it', async () => {
    @Injectable()
    class Umlauts extends MailHook {
      override beforeDelivery(mail: ComposedMail): Promise<ComposedMail> {
        return marked(mail, 'X-Hook: Größe');
      }
    }
    const hooks = [Umlauts];
    const able = await bench.sink();
    await (await bench.against(able, {}, { hooks })).mail.send(MESSAGE);
    expect(able.commands.find(line => line.startsWith('MAIL FROM'))).toContain('SMTPUTF8');
    const unable = await bench.sink({ hideExtensions: ['SMTPUTF8'] });
    const { mail } = await bench.against(unable, {}, { hooks });
    expect(await rejection(mail.send(MESSAGE))).toMatchObject({ code: 'EMAILENVELOPE', retryable: false });
  });

  it('keeps its ASCII header for servers without SMTPUTF8, where the hook has added ASCII alone', async () => {
    const sink = await bench.sink({ hideExtensions: ['SMTPUTF8'] });
    const key = rsaKey();
    const Dkim = { Domain: 'example.com', Selector: 'mail', PrivateKey: key.pem };
    const { mail } = await bench.against(sink, { Dkim }, { hooks: [marking('one')] });
    await mail.send({ ...MESSAGE, replyTo: 'Jürgen <jürgen@bücher.example>' });
    const raw = sink.messages[0]?.raw ?? Buffer.alloc(0);
    expect(marksOf(raw)).toEqual(['one']);
    expect(raw.every(octet => octet < 0x80)).toBe(true);
    expect(verifyDkim(raw, () => key.record).map(({ failure }) => failure)).toEqual([undefined]);
  });

  it('is hidden where a server quotes it, as well as what the mail said before', async () => {
    const sink = await bench.sink({
      rejectData: () => ({ code: 554, message: 'spam: correct-horse-battery, 0123456789-token-of-hook' }),
    });
    const { mail } = await bench.against(sink, {}, { hooks: [withBody('0123456789-token-of-hook')] });
    const error = await rejection(mail.send({ ...MESSAGE, text: 'It is correct-horse-battery.' }));
    expect(error).toMatchObject({ code: 'EMAILDATA' });
    expect(String(error)).not.toMatch(/horse|token/);
  });
});
