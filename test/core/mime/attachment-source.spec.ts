import { createReadStream, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { MailAttachment } from '../../../lib/core/message/mail-message.js';
import type { AttachmentSource } from '../../../lib/core/mime/attachment-source.js';
import { openAttachments } from '../../../lib/core/mime/attachment-source.js';
import type { TemporaryDirectory } from '../../support/temporary-directory.js';
import { temporaryDirectory } from '../../support/temporary-directory.js';
import { compose, messageErrorOf } from './composing.js';

async function openOne(attachment: MailAttachment, inMemory = false): Promise<AttachmentSource> {
  const [source] = await openAttachments([attachment], { inMemory });
  if (!source) throw new Error('No attachment was opened.');
  return source;
}

const KIB = 1024;

describe('attached octets', () => {
  it.each([[1000], [256 * KIB + 1], [3000 * KIB]])(
    'leave as they were when the mail was composed: %d',
    async size => {
      const content = new Uint8Array(size).fill(7);
      const message = { to: 'ann@contoso.com', subject: 's', text: 't' };
      const mail = await compose(message, { attachments: [await openOne({ content })] });
      content.fill(0);
      expect((await mail.bytes()).toString('latin1')).toContain('BwcHBwcH');
      expect((await mail.bytes()).toString('latin1')).not.toContain('AAAAAA');
    },
  );
});

describe('an attached file', () => {
  let directory: TemporaryDirectory;
  beforeEach(() => {
    directory = temporaryDirectory();
  });
  afterEach(() => directory.remove());

  it.each([[0], [5], [256 * KIB]])('of %d octets is read at once', async size => {
    const path = directory.write('report.pdf', Buffer.alloc(size, 'x'));
    const { content, filename, contentType } = await openOne({ path });
    expect(Buffer.isBuffer(content) && content.length).toBe(size);
    expect([filename, contentType]).toEqual(['report.pdf', 'application/pdf']);
  });

  it('of more than 256 KiB is read when its turn comes, its size known', async () => {
    const path = directory.write('big.bin', Buffer.alloc(256 * KIB + 1, 'x'));
    const { content } = await openOne({ path });
    if (Buffer.isBuffer(content)) throw new Error('It was read at once.');
    expect(content.size).toBe(256 * KIB + 1);
    expect((await buffer(content.open())).length).toBe(256 * KIB + 1);
  });

  it('of up to 1 MiB is read at once where somebody may read the mail later', async () => {
    const path = directory.write('big.bin', Buffer.alloc(1024 * KIB, 'x'));
    const { content } = await openOne({ path }, true);
    expect(Buffer.isBuffer(content) && content.length).toBe(1024 * KIB);
  });

  it('may be named otherwise', async () => {
    const path = directory.write('x.tmp', 'a;b');
    expect(await openOne({ path, filename: 'people.csv' })).toMatchObject({
      filename: 'people.csv',
      contentType: 'text/csv',
    });
  });

  it('that is missing is refused with errno, path and field', async () => {
    const path = join(directory.path, 'missing.pdf');
    const error = await messageErrorOf(() =>
      openAttachments([{ content: 'x' }, { path }], { inMemory: false }),
    );
    expect([error.code, error.field, error.value?.slice(0, 20)]).toEqual([
      'EMAILATTACHMENT',
      'attachments[1].path',
      path.slice(0, 20),
    ]);
    expect(error.message).toContain('ENOENT');
  });

  it('that is a directory is refused', async () => {
    const path = join(directory.path, 'folder');
    mkdirSync(path);
    const error = await messageErrorOf(() => openOne({ path }));
    expect([error.code, error.field]).toEqual(['EMAILATTACHMENT', 'attachments[0].path']);
    expect(error.message).toContain('not a regular file');
  });

  it('below a file is refused', async () => {
    const error = await messageErrorOf(() => openOne({ path: join(directory.write('a', 'x'), 'b') }));
    expect(error.message).toContain('ENOTDIR');
  });

  it('that is a device is refused, and not read for ever', async () => {
    const error = await messageErrorOf(() => openOne({ path: '/dev/zero' }));
    expect(error.message).toContain('not a regular file');
  });
});

describe('attached content', () => {
  it.each([
    ['a text', 'Grüße', Buffer.from('Grüße')],
    ['a Buffer', Buffer.from([0, 255]), Buffer.from([0, 255])],
    ['an array of octets', new Uint8Array([1, 2]), Buffer.from([1, 2])],
  ])('may be %s', async (_name, content, octets) => {
    expect((await openOne({ content })).content).toEqual(octets);
  });

  it('that is a stream is left unread', async () => {
    const stream = Readable.from(['x']);
    await openOne({ content: stream });
    expect(stream.readableDidRead).toBe(false);
  });

  it('that is a stream is read when several messages need it', async () => {
    expect((await openOne({ content: Readable.from(['a', 'b']) }, true)).content).toEqual(Buffer.from('ab'));
  });

  it('that is a stream which fails is refused with its cause', async () => {
    const stream = createReadStream('/nowhere/at/all');
    const error = await messageErrorOf(() => openOne({ content: stream }, true));
    expect([error.code, error.field]).toEqual(['EMAILATTACHMENT', 'attachments[0].content']);
    expect(error.cause).toMatchObject({ code: 'ENOENT' });
  });

  it('has a name of its place when it has none', async () => {
    const sources = await openAttachments([{ content: 'a' }, { content: 'b' }], { inMemory: false });
    expect(sources.map(source => source.filename)).toEqual(['attachment-1', 'attachment-2']);
  });
});

describe('the content type of an attachment', () => {
  it.each([
    [{ filename: 'a.pdf', content: 'x' }, 'application/pdf'],
    [{ filename: 'A.PDF', content: 'x' }, 'application/pdf'],
    [{ filename: 'a.txt', content: 'x' }, 'text/plain; charset=utf-8'],
    [{ filename: 'a.txt', content: Buffer.from('x') }, 'text/plain'],
    [
      { filename: 'a.ics', content: 'x', contentType: 'text/calendar; method=REQUEST' },
      'text/calendar; method=REQUEST; charset=utf-8',
    ],
    [{ content: 'x', contentType: 'text/html; charset=iso-8859-1' }, 'text/html; charset=iso-8859-1'],
    [{ filename: 'noextension', content: 'x' }, 'application/octet-stream'],
    [{ filename: 'a.unknownextension', content: 'x' }, 'application/octet-stream'],
    [{ filename: 'a.eml', content: 'x' }, 'application/octet-stream'],
    [{ content: 'A: b', contentType: 'message/rfc822' }, 'message/rfc822'],
    [{ content: 'x', contentType: 'text/csv; CHARSET="ISO-8859-2"' }, 'text/csv; charset=ISO-8859-2'],
    [
      { content: 'x', contentType: 'text/x; name="charset=latin1"' },
      'text/x; name="charset=latin1"; charset=utf-8',
    ],
    [
      { content: 'x', contentType: "text/x; a=b*c; d=50%; e=it's" },
      `text/x; a="b*c"; d="50%"; e="it's"; charset=utf-8`,
    ],
    [{ content: new Readable({ encoding: 'utf8' }), contentType: 'text/plain' }, 'text/plain; charset=utf-8'],
  ])('of %j is %s', async (attachment, contentType) => {
    expect((await openOne(attachment)).contentType).toBe(contentType);
  });
});
