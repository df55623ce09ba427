import { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import type { MailAttachment } from '../../../lib/core/message/mail-message.js';
import { openAttachments } from '../../../lib/core/mime/attachment-source.js';
import { compose, messageErrorOf, PATHS } from './composing.js';

const BASE = { to: 'ann@contoso.com', subject: 's', text: 't' } as const;
const CSV = 'name;größe\nMüller;5 €\n';

describe.each(PATHS)('the octets of an attached text, composed $path,', ({ composed }) => {
  it.each<[string, () => MailAttachment, string, BufferEncoding]>([
    [
      'a text with another charset',
      () => ({ content: 'Müller', contentType: 'text/csv; charset=ISO-8859-1' }),
      'Müller',
      'latin1',
    ],
    [
      'a stream of texts with another charset',
      () => ({ content: Readable.from(['Mül', 'ler']), contentType: 'text/csv; charset="latin1"' }),
      'Müller',
      'latin1',
    ],
    ['a text without one', () => ({ content: CSV, contentType: 'text/csv' }), CSV, 'utf8'],
    [
      'a text in UTF-16',
      () => ({ content: CSV, contentType: 'application/xml; charset=utf-16le' }),
      CSV,
      'utf16le',
    ],
    [
      'a Buffer, whatever its label says',
      () => ({ content: Buffer.from(CSV), contentType: 'text/csv; charset=windows-1252' }),
      CSV,
      'utf8',
    ],
    [
      'a stream of octets, whatever its label says',
      () => ({
        content: Readable.from([Buffer.from(CSV)], { objectMode: false }),
        contentType: 'text/csv; charset=windows-1252',
      }),
      CSV,
      'utf8',
    ],
    [
      'a stream that was told to give Latin-1',
      () => ({
        filename: 'a.bin',
        content: Readable.from([Buffer.from('Müller', 'latin1')], { objectMode: false }).setEncoding(
          'latin1',
        ),
      }),
      'Müller',
      'latin1',
    ],
  ])('are what its label says, given %s', async (_name, attachment, text, encoding) => {
    const { parsed } = await composed({ ...BASE, attachments: [attachment()] });
    expect(parsed.attachments[0]?.content.toString('hex')).toBe(Buffer.from(text, encoding).toString('hex'));
  });

  it('are windows-1252 where it says so', async () => {
    const { parsed, bytes } = await composed({
      ...BASE,
      attachments: [{ filename: 'a.csv', content: CSV, contentType: 'text/csv; charset=windows-1252' }],
    });
    const content = parsed.attachments[0]?.content ?? Buffer.alloc(0);
    expect(content.toString('latin1')).toBe('name;größe\nMüller;5 \x80\n');
    expect(bytes.toString()).toContain('Content-Type: text/csv; charset=windows-1252\r\n');
  });

  it('say that they are UTF-8 where a text of ours says nothing', async () => {
    const { bytes } = await composed({ ...BASE, attachments: [{ filename: 'a.csv', content: CSV }] });
    expect(bytes.toString()).toContain('Content-Type: text/csv; charset=utf-8\r\n');
  });
});

describe('an attached text is refused before anything leaves', () => {
  it.each<[string, () => MailAttachment, string]>([
    [
      'for a character that its charset has not',
      () => ({ content: CSV, contentType: 'text/csv; charset=iso-8859-1' }),
      '"€" (U+20AC), which charset=iso-8859-1 has not',
    ],
    [
      'for a charset that no text can be written in',
      () => ({ content: 'x', contentType: 'text/csv; charset=shift_jis' }),
      'charset=shift_jis',
    ],
    [
      'for a stream with a character that its charset has not',
      () => ({ content: Readable.from([CSV]), contentType: 'text/csv; charset=iso-8859-1' }),
      'U+20AC',
    ],
    [
      'for losing octets that are no text',
      () => ({
        filename: 'a.pdf',
        content: Readable.from([Buffer.from('%PDF')], { objectMode: false }).setEncoding('utf8'),
      }),
      'leave out setEncoding',
    ],
  ])('%s', async (_name, attachment, words) => {
    const error = await messageErrorOf(() =>
      compose({ ...BASE, attachments: [{ content: 'x' }, attachment()] }),
    );
    expect([error.code, error.field]).toEqual(['EMAILATTACHMENT', 'attachments[1].content']);
    expect(error.message).toContain(words);
  });
});

describe('a stream that always has more', () => {
  it('lets others have their turn while it is read as a whole', async () => {
    const endless = Readable.from(
      (function* () {
        for (;;) yield Buffer.alloc(1);
      })(),
    );
    const error = messageErrorOf(() => openAttachments([{ content: endless }], { inMemory: true }));
    await setImmediate();
    endless.destroy();
    expect((await error).message).toContain('is a stream that failed');
  });
});
