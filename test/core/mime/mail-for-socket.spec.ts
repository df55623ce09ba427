import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import type { ComposedMail } from '../../../lib/core/mime/composed-mail.js';
import { MimeMail } from '../../../lib/core/mime/mime-mail.js';
import { compose } from './composing.js';

const CONTENT = Buffer.from(Array.from({ length: 300_000 }, (_, index) => (index * 31) % 251));

function withAttachments(...attachments: object[]): Promise<ComposedMail> {
  return compose({ to: 'ann@example.com', subject: 's', text: '.\n..\n', attachments } as never);
}

/** Copies each piece at once: its memory may be used for the next. */
async function readReady(mail: ComposedMail): Promise<Buffer | undefined> {
  const read = MimeMail.forSocket(mail);
  if (!read) return undefined;
  const pieces: Buffer[] = [];
  for await (const piece of read()) pieces.push(Buffer.from(piece));
  return Buffer.concat(pieces);
}

describe('A mail that is read in pieces that are ready to be sent', () => {
  it.each<[string, () => object]>([
    ['a Buffer', () => ({ content: CONTENT })],
    ['a small Buffer', () => ({ content: CONTENT.subarray(0, 100) })],
    ['an empty Buffer', () => ({ content: Buffer.alloc(0) })],
  ])('has the same bytes as in one piece, before and after somebody has had them: %s', async (_, as) => {
    const mail = await withAttachments({ filename: 'a.bin', ...as() }, { filename: 'b.bin', ...as() });
    const before = await readReady(mail);
    const bytes = await mail.bytes();
    expect(before?.equals(bytes)).toBe(true);
    expect((await readReady(mail))?.equals(bytes)).toBe(true);
    expect(mail.size).toBe(bytes.length);
    expect(await mail.bytes()).toBe(bytes);
  });

  it('can be read after a stream in it was read for the bytes', async () => {
    const content = Readable.from([CONTENT.subarray(0, 100_001), CONTENT.subarray(100_001)]);
    const mail = await withAttachments({ filename: 'a.bin', content });
    const bytes = await mail.bytes();
    expect((await readReady(mail))?.equals(bytes)).toBe(true);
    const inMemory = await withAttachments({ filename: 'a.bin', content: CONTENT });
    expect(bytes.length).toBe(inMemory.size);
  });

  it('is none where the mail is no composed one of ours', async () => {
    const mail = await withAttachments();
    const other: ComposedMail = {
      envelope: mail.envelope,
      messageId: mail.messageId,
      bytes: () => mail.bytes(),
      stream: () => mail.stream(),
    };
    expect(MimeMail.forSocket(other)).toBeUndefined();
  });
});
