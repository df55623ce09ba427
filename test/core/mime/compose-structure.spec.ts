import { describe, expect, it } from '@jest/globals';
import type { MailMessage } from '../../../lib/core/message/mail-message.js';
import { headersOf } from '../../support/eml.js';
import { PATHS } from './composing.js';

const TO = 'ann@contoso.com';
const LOGO = { filename: 'logo.png', content: Buffer.from([0x89, 0x50]), cid: 'logo' };
const PDF = { filename: 'a.pdf', content: Buffer.from('%PDF') };

/** The Content-Type of every entity in order, without parameters. */
function typesOf(bytes: Buffer): string[] {
  return [...bytes.toString('latin1').matchAll(/^Content-Type:\s+([a-z0-9.+-]+\/[a-z0-9.+-]+)/gim)].map(
    match => match[1] ?? '',
  );
}

const SHAPES: readonly [name: string, content: Omit<MailMessage, 'to'>, types: string[]][] = [
  ['text only', { text: 't' }, ['text/plain']],
  ['HTML only', { html: '<p>h</p>' }, ['text/html']],
  ['both', { text: 't', html: 'h' }, ['multipart/alternative', 'text/plain', 'text/html']],
  [
    'HTML with an inline image',
    { html: 'h', attachments: [LOGO] },
    ['multipart/related', 'text/html', 'image/png'],
  ],
  [
    'both with an inline image',
    { text: 't', html: 'h', attachments: [LOGO] },
    ['multipart/alternative', 'text/plain', 'multipart/related', 'text/html', 'image/png'],
  ],
  [
    'text with an attachment',
    { text: 't', attachments: [PDF] },
    ['multipart/mixed', 'text/plain', 'application/pdf'],
  ],
  [
    'everything',
    { text: 't', html: 'h', attachments: [PDF, LOGO] },
    [
      'multipart/mixed',
      'multipart/alternative',
      'text/plain',
      'multipart/related',
      'text/html',
      'image/png',
      'application/pdf',
    ],
  ],
  ['attachments only', { attachments: [PDF] }, ['multipart/mixed', 'application/pdf']],
  [
    'several attachments only',
    { attachments: [PDF, PDF] },
    ['multipart/mixed', 'application/pdf', 'application/pdf'],
  ],
  [
    'an inline image without HTML',
    { text: 't', attachments: [LOGO] },
    ['multipart/mixed', 'text/plain', 'image/png'],
  ],
];

describe.each(PATHS)('the structure of a mail, composed $path,', ({ composed, streams }) => {
  it.each(SHAPES)('of %s', async (_name, content, types) => {
    const message: MailMessage = { to: TO, ...Object(content) };
    const { bytes, mail } = await composed(message);
    expect(typesOf(bytes)).toEqual(types);
    const known = !streams || message.attachments === undefined;
    expect(mail.size).toBe(known ? bytes.length : undefined);
  });

  it('has a boundary that is in no part, and a new one each time', async () => {
    const boundaryOf = async (): Promise<string> => {
      const { bytes } = await composed({ to: TO, text: 't', html: 'h' });
      return /boundary="([^"]+)"/.exec(bytes.toString())?.[1] ?? '';
    };
    const first = await boundaryOf();
    expect(first).toMatch(/^=_[0-9a-f]{24}-1$/);
    expect(await boundaryOf()).not.toBe(first);
  });

  it('survives a text that holds its boundary', async () => {
    const { parsed } = await composed(
      { to: TO, text: '--=_known-1\n--=_known-1--\n', html: '<p>--=_known-1--</p>' },
      { boundary: 'known' },
    );
    expect(parsed.text).toBe('--=_known-1\n--=_known-1--\n');
    expect(parsed.html).toBe('<p>--=_known-1--</p>');
  });

  it('leaves a blank part out', async () => {
    const { bytes } = await composed({ to: TO, text: '  \n', html: '<p>h</p>' });
    expect(typesOf(bytes)).toEqual(['text/html']);
  });

  it('has the image where the HTML can find it', async () => {
    const { parsed, bytes } = await composed({
      to: TO,
      html: '<img src="cid:logo">',
      attachments: [LOGO, PDF],
    });
    expect(parsed.html).toContain(`data:image/png;base64,${LOGO.content.toString('base64')}`);
    expect(
      parsed.attachments.map(({ cid, contentDisposition, related }) => [
        cid,
        contentDisposition,
        related === true,
      ]),
    ).toEqual([
      ['logo', 'inline', true],
      [undefined, 'attachment', false],
    ]);
    expect(headersOf(bytes, 'Content-Type')[0]).toContain('multipart/mixed');
  });
});
