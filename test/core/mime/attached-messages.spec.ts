import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import PostalMime from 'postal-mime';
import type { MailAttachment } from '../../../lib/core/message/mail-message.js';
import type { TemporaryDirectory } from '../../support/temporary-directory.js';
import { temporaryDirectory } from '../../support/temporary-directory.js';
import { compose, messageErrorOf, PATHS, readAnything } from './composing.js';

const BASE = { to: 'ann@contoso.com', subject: 's', text: 't' } as const;
const INNER = 'Subject: inner\r\nFrom: a@b.com\r\n\r\nHello\r\n-- \r\nAnn\r\n';

async function attachedTo(bytes: Buffer): Promise<(string | null)[][]> {
  const { attachments } = await PostalMime.parse(bytes, { forceRfc822Attachments: true });
  return attachments.map(({ mimeType, filename, content }) => [
    mimeType,
    filename,
    typeof content === 'string' ? content : Buffer.from(content as ArrayBuffer).toString(),
  ]);
}

describe.each(PATHS)('a message that is attached, composed $path,', ({ composed }) => {
  it.each<[string, () => MailAttachment['content']]>([
    ['a text', () => INNER],
    ['a Buffer', () => Buffer.from(INNER)],
    ['a stream', () => Readable.from([Buffer.from(INNER)])],
    ['a text with other line ends', () => INNER.replaceAll('\r\n', '\n')],
  ])('keeps its type and is not encoded, given %s', async (_name, content) => {
    const attachment = { filename: 'inner.eml', contentType: 'message/rfc822', content: content() ?? '' };
    const { bytes } = await composed({ ...BASE, attachments: [attachment] });
    expect(bytes.toString()).toContain(
      'Content-Type: message/rfc822\r\nContent-Transfer-Encoding: 7bit\r\nContent-Disposition: attachment; filename=inner.eml\r\n\r\nSubject: inner\r\n',
    );
    const [[type, filename, received = ''] = []] = await attachedTo(bytes);
    expect([type, filename, received?.trim()]).toEqual([
      'message/rfc822',
      'inner.eml',
      INNER.replaceAll('\r\n', '\n').trim(),
    ]);
  });

  it('keeps the type of a report', async () => {
    const content =
      'Reporting-MTA: dns; mx.contoso.com\r\n\r\nFinal-Recipient: rfc822; ann@contoso.com\r\nAction: failed\r\n';
    const { bytes } = await composed({
      ...BASE,
      attachments: [
        { content, contentType: 'message/delivery-status' },
        { filename: 'b.txt', content: 'b' },
      ],
    });
    expect((await attachedTo(bytes)).map(([type]) => type)).toEqual([
      'message/delivery-status',
      'text/plain',
    ]);
    expect(bytes.toString()).toContain(content);
  });

  it('is a file of octets where only its name says what it is', async () => {
    const content = 'Subject: ü\r\n\r\n.\r\n' + 'x'.repeat(2000);
    const { bytes, parsed } = await composed({ ...BASE, attachments: [{ filename: 'inner.eml', content }] });
    expect(parsed.attachments[0]?.content.toString()).toBe(content);
    expect(bytes.toString()).toContain('Content-Type: application/octet-stream\r\n');
  });
});

describe('a message that is attached is refused before anything leaves', () => {
  let directory: TemporaryDirectory;
  beforeEach(() => {
    directory = temporaryDirectory();
  });
  afterEach(() => directory.remove());

  it.each<[string, string, string]>([
    ['beyond ASCII', 'Subject: ü\r\n\r\n', 'octets beyond ASCII'],
    ['a NUL', 'Subject: x\r\n\r\n\0', 'a NUL'],
    ['a line that is too long', `Subject: x\r\n\r\n${'x'.repeat(999)}\r\n`, 'more than 998 octets in line 3'],
    ['a line that begins with a dot', 'Subject: x\n\ny\n.\n', 'begins line 4 with a dot'],
  ])('for %s', async (_name, content, words) => {
    const attachments: readonly [MailAttachment, string][] = [
      [{ content, contentType: 'message/rfc822' }, 'content'],
      [{ content: Readable.from([content]), contentType: 'Message/RFC822' }, 'content'],
      [{ path: directory.write('a.eml', content), contentType: 'message/rfc822' }, 'path'],
    ];
    for (const [attachment, field] of attachments) {
      const error = await messageErrorOf(() => compose({ ...BASE, attachments: [attachment] }));
      expect([error.code, error.field]).toEqual(['EMAILATTACHMENT', `attachments[0].${field}`]);
      expect(error.message).toContain(words);
      expect(error.message).toContain('application/octet-stream');
    }
  });

  it.each([
    ['multipart/mixed; boundary=x', 'multipart/mixed'],
    ['Multipart/Alternative', 'Multipart/Alternative'],
    ['message/partial; id=x; number=1', 'message/partial'],
    ['message/external-body; access-type=URL', 'message/external-body'],
  ])('for the type %s', async (contentType, name) => {
    const error = await messageErrorOf(() =>
      readAnything({ ...BASE, attachments: [{ content: 'x', contentType }] }),
    );
    expect([error.code, error.field]).toEqual(['EMAILATTACHMENT', 'attachments[0].contentType']);
    expect(error.message).toContain(`is ${name}, which no file has`);
  });
});
