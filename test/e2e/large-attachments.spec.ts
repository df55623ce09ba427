import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { CuttingProxy } from '../support/cutting-proxy.js';
import { assertWellFormedMail } from '../support/eml.js';
import { useMailBench } from '../support/mail-bench.js';
import { rejection } from '../support/rejection.js';

const bench = useMailBench();

/** Octets of every value, in an order that does not repeat within a chunk. */
function octets(length: number): Buffer {
  const content = Buffer.alloc(length);
  // A function of its own: what a test file knows globally is slow to reach, five million times over.
  const { imul } = Math;
  for (let index = 0; index < length; index++) content[index] = (imul(index, 2654435761) >>> 13) & 255;
  return content;
}

/** The octets cut where nothing ends, now within a line of base64 and now behind many. */
function* cut(content: Buffer): Generator<Buffer> {
  for (let start = 0, size = 1; start < content.length; start += size, size = ((size * 7) % 190_003) + 1)
    yield content.subarray(start, start + size);
}

type Attached = { content: Buffer | Readable; path?: undefined } | { path: string; content?: undefined };

const WAYS: [string, (content: Buffer, path: string) => Attached][] = [
  ['a Buffer', content => ({ content })],
  ['a file', (_, path) => ({ path })],
  ['a stream', content => ({ content: Readable.from(cut(content), { objectMode: false }) })],
];

describe.each(['none', 'implicit'] as const)('A large attachment over a connection (TLS: %s)', tls => {
  const settings = {
    SecureSocketOption: tls === 'none' ? 'None' : 'SslOnConnect',
    // A connection is kept for a third of it between two mails: looking at one of five megabytes takes seconds on a slow machine.
    ConnectionTimeout: 180,
  } as const;
  const options = { smtp: { tls: { rejectUnauthorized: false } } };

  it.each(WAYS)('given as %s arrives octet for octet, in as many octets as were declared', async (_, as) => {
    const sink = await bench.sink({ tls, size: 50_000_000 });
    const app = await bench.against(sink, { ...settings }, options);
    const folder = bench.folder();
    for (const size of [24_000, 200_001, 1_048_576, 5_000_000]) {
      const content = octets(size);
      folder.write('report.bin', content);
      const attachment = { filename: 'report.bin', ...as(content, `${folder.path}/report.bin`) };
      const small = { filename: 'small.txt', content: 'behind' };
      await app.mail.send({
        to: 'ann@example.com',
        subject: 's',
        text: '.\n.x',
        attachments: [attachment, small],
      });
      const mail = sink.messages.at(-1);
      assertWellFormedMail(mail?.raw ?? Buffer.alloc(0));
      const { attachments, text } = (await mail?.parse()) ?? {};
      expect(text).toBe('.\n.x');
      expect(attachments?.map(({ filename }) => filename)).toEqual(['report.bin', 'small.txt']);
      expect(attachments?.[0]?.content.equals(content)).toBe(true);
      const declared = /SIZE=(\d+)/.exec(sink.commands.findLast(line => line.startsWith('MAIL')) ?? '')?.[1];
      if (declared !== undefined) expect(Number(declared)).toBe(mail?.raw.length);
      else expect(as).toBe(WAYS[2]?.[1]);
    }
    expect(sink.connections).toBe(1);
  });
});

describe('A stream that fails while it is sent', () => {
  it('is no mail, and the next mail goes over another connection', async () => {
    const sink = await bench.sink();
    const app = await bench.against(sink);
    const content = Readable.from(
      (async function* () {
        yield octets(500_000);
        throw new Error('the disk is gone');
      })(),
    );
    const message = { to: 'ann@example.com', subject: 's', text: 't' };
    const error = await rejection(app.mail.send({ ...message, attachments: [{ filename: 'a', content }] }));
    expect(error).toMatchObject({ code: 'EMAILATTACHMENT' });
    expect(sink.messages).toEqual([]);
    await app.mail.send(message);
    expect(sink.messages).toHaveLength(1);
    expect(sink.connections).toBe(2);
  });
});

describe('A connection that is cut in the middle of a large attachment', () => {
  it.each(WAYS)('given as %s fails the mail, and the next one arrives', async (_, as) => {
    const sink = await bench.sink();
    const proxy = bench.closing(await CuttingProxy.start(sink));
    let left = 1_000_000;
    proxy.judge = said => ((left -= said.length) < 0 ? 'cut' : 'pass');
    const app = await bench.against({ host: sink.host, port: proxy.port });
    const content = octets(3_000_000);
    const folder = bench.folder();
    folder.write('report.bin', content);
    const attachment = { filename: 'report.bin', ...as(content, `${folder.path}/report.bin`) };
    const message = { to: 'ann@example.com', subject: 's', text: 't' };
    const error = await rejection(app.mail.send({ ...message, attachments: [attachment] }));
    // Whether the writing or the reading fails first is the system's affair.
    expect(error).toMatchObject({ name: 'MailDeliveryError', phase: expect.stringMatching(/data$/) });
    expect(attachment.content instanceof Readable ? attachment.content.destroyed : true).toBe(true);
    proxy.judge = () => 'pass';
    await app.mail.send(message);
    expect(sink.messages).toHaveLength(1);
  });
});
