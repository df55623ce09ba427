import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { checkAttachments } from '../../../lib/core/message/check-attachments.js';
import { messageErrorOf } from '../mime/composing.js';

const BAD: readonly [why: string, attachment: unknown, field: string][] = [
  ['a text', 'file.txt', ''],
  ['nothing', undefined, ''],
  ['null', null, ''],
  ['a list', [], ''],
  ['a Buffer', Buffer.from('x'), ''],
  ['no content', { filename: 'a.txt' }, ''],
  ['content and path', { content: 'x', path: '/etc/hosts' }, ''],
  ['raw', { raw: 'Content-Type: text/plain' }, '.raw'],
  ['href', { href: 'http://x/' }, '.href'],
  ['headers', { content: 'x', headers: { Bcc: 'evil@x.com' } }, '.headers'],
  ['an encoding', { content: 'eA==', encoding: 'base64' }, '.encoding'],
  ['an http path', { path: 'http://contoso.com/x' }, '.path'],
  ['an https path', { path: 'HTTPS://contoso.com/x' }, '.path'],
  ['a file URL', { path: 'file:///etc/passwd' }, '.path'],
  ['a data URL', { path: 'data:text/plain,x' }, '.path'],
  ['a URL object', { path: new URL('file:///etc/passwd') }, '.path'],
  ['an empty path', { path: '' }, '.path'],
  ['NUL in the path', { path: '/etc/hosts\0.png' }, '.path'],
  ['content that is an object', { content: { path: '/etc/passwd' } }, '.content'],
  ['content that is a number', { content: 5 }, '.content'],
  ['content that is null', { content: null }, '.content'],
  ['content that is an ArrayBuffer', { content: new ArrayBuffer(2) }, '.content'],
  ['a file name with CRLF', { filename: 'a\r\nBcc: evil@x.com', content: 'x' }, '.filename'],
  ['a file name with NUL', { filename: 'a\0', content: 'x' }, '.filename'],
  ['an empty file name', { filename: '', content: 'x' }, '.filename'],
  ['a file name of 256 characters', { filename: 'a'.repeat(256), content: 'x' }, '.filename'],
  ['a file name that is no text', { filename: false, content: 'x' }, '.filename'],
  [
    'a content type with CRLF',
    { contentType: 'text/plain\r\nBcc: evil@x.com', content: 'x' },
    '.contentType',
  ],
  ['a content type that is none', { contentType: 'text', content: 'x' }, '.contentType'],
  ['a cid with brackets', { cid: '<logo>', content: 'x' }, '.cid'],
  ['a cid with CRLF', { cid: 'a\r\nb', content: 'x' }, '.cid'],
  ['a cid with the "cid:" of its reference', { cid: 'cid:icon.gif', content: 'x' }, '.cid'],
  ['the same, in capitals', { cid: 'CID:icon.gif', content: 'x' }, '.cid'],
  ['an empty cid', { cid: '', content: 'x' }, '.cid'],
];

describe('an attachment is refused', () => {
  it.each(BAD)('for being, or having, %s', async (_why, attachment, field) => {
    const error = await messageErrorOf(() => checkAttachments([{ content: 'fine' }, attachment]));
    expect([error.code, error.field]).toEqual(['EMAILATTACHMENT', `attachments[1]${field}`]);
    expect(error.message).not.toMatch(/[\r\n\0]/);
  });

  it('for having the cid of another one', async () => {
    const [one, other] = [
      { content: 'x', cid: 'logo' },
      { content: 'y', cid: 'icon' },
    ];
    const error = await messageErrorOf(() => checkAttachments([one, other, { content: 'z' }, one]));
    expect([error.code, error.field, error.value]).toEqual(['EMAILATTACHMENT', 'attachments[3].cid', 'logo']);
  });

  it('for being a stream that was read already', async () => {
    const stream = Readable.from(['x']);
    await stream.toArray();
    const error = await messageErrorOf(() => checkAttachments([{ content: stream }]));
    expect(error.field).toBe('attachments[0].content');
    expect(error.message).toContain('read or destroyed already');
  });

  it('for being a stream that was destroyed', async () => {
    const error = await messageErrorOf(() => checkAttachments([{ content: Readable.from(['x']).destroy() }]));
    expect(error.message).toContain('read or destroyed already');
  });

  it.each([['x'], [{ 0: { content: 'x' } }], [5]])('outside of a list: %j', async attachments => {
    const error = await messageErrorOf(() => checkAttachments(attachments));
    expect([error.code, error.field]).toEqual(['EMAILATTACHMENT', 'attachments']);
  });
});

describe('an attachment is taken', () => {
  it.each([
    ['a text', 'x'],
    ['an empty text', ''],
    ['a Buffer', Buffer.from('x')],
    ['an array of octets', new Uint8Array([1])],
    ['a stream', Readable.from(['x'])],
  ])('from %s', (_name, content) => {
    expect(checkAttachments([{ content }])).toHaveLength(1);
  });

  it('from a file stream', () => {
    const stream = createReadStream(import.meta.filename);
    expect(checkAttachments([{ content: stream }])).toHaveLength(1);
    stream.destroy();
  });

  it.each([['/tmp/x'], ['relative/x.txt'], ['C:/Temp/x.pdf'], ['C:\\Temp\\x.pdf'], ['a:b']])(
    'from the path %s, which is not touched yet',
    path => {
      expect(checkAttachments([{ path }])).toEqual([{ path, content: undefined }]);
    },
  );

  it.each([['application/pdf'], ['text/csv; charset=utf-8'], ['image/svg+xml'], ['text/x; a="b c"; d=e']])(
    'with the content type %s',
    contentType => {
      expect(checkAttachments([{ content: 'x', contentType }])).toMatchObject([{ contentType }]);
    },
  );

  it('from nothing', () => {
    expect([checkAttachments(undefined), checkAttachments(null), checkAttachments([])]).toEqual([[], [], []]);
  });
});
