import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { MailAttachment } from '../../../../lib/core/message/mail-message.js';
import { randomText } from '../../../core/mime/random-text.js';
import type { ExpectedAttachment } from './expected-mail.js';

const FILENAMES = [
  'plain.txt',
  'Übersicht 2026.pdf',
  '報告書.xlsx',
  'emoji 😀.png',
  'quoted "name" back\\slash.csv',
  "l'été; 100%=x*.html",
  '.hidden',
  'no-extension',
  `${'long-'.repeat(40)}end.json`,
  `${'длинное'.repeat(25)}.docx`,
  'forwarded.eml',
  'spaces   inside.zip',
  "utf-8''x.bin",
  '=?utf-8?Q?encoded?=.gif',
];
const TYPES = [
  undefined,
  'application/pdf',
  'text/plain; charset=iso-8859-1',
  'text/x-odd; a=x*y; b="50% off"',
  'application/x-custom; name="other name"; version=1',
  'image/svg+xml',
];
const LENGTHS = [0, 1, 56, 57, 58, 1000, 65_537, 300_000];

/** Files of all kinds, handed over in all ways. `write` makes a file for one that is given by its path. */
export function attachments(
  seed: number,
  next: (below: number) => number,
  write: (content: Buffer) => string,
): { given: MailAttachment[]; expected: ExpectedAttachment[] } {
  const given: MailAttachment[] = [];
  const expected: ExpectedAttachment[] = [];
  const count = next(2) === 0 ? 0 : 1 + next(4);
  for (let index = 0; index < count; index++) {
    const filename = FILENAMES[next(FILENAMES.length)] ?? '';
    const type = TYPES[next(TYPES.length)];
    const cid = next(4) === 0 ? `image-${index}@contoso.com` : undefined;
    const { content, octets } = contentOf(seed, next, write);
    // A text would be written in this character set, and these are of every script.
    const ofText = 'content' in content && typeof content.content === 'string';
    const contentType = ofText && type?.includes('charset=') ? 'text/plain' : type;
    given.push({
      filename,
      ...content,
      ...(contentType !== undefined && { contentType }),
      ...(cid !== undefined && { cid }),
    });
    const sha256 = createHash('sha256').update(octets).digest('hex');
    expected.push({ filename, sha256, cid: cid ?? null });
  }
  return { given, expected };
}

type Content = { content: Buffer | Uint8Array | string | Readable } | { path: string };

function contentOf(
  seed: number,
  next: (below: number) => number,
  write: (content: Buffer) => string,
): { content: Content; octets: Buffer } {
  const length = LENGTHS[next(LENGTHS.length)] ?? 0;
  const octets = Buffer.alloc(length, Buffer.from(Array.from({ length: 64 }, () => next(256))));
  switch (next(6)) {
    case 0:
      return { content: { content: new Uint8Array(octets) }, octets };
    case 1: {
      const text = randomText(seed);
      return { content: { content: text }, octets: Buffer.from(text) };
    }
    case 2:
      return { content: { content: Readable.from(length === 0 ? [] : [octets]) }, octets };
    case 3: {
      const large = next(4) === 0 ? Buffer.alloc(1_200_000, octets.length === 0 ? 'x' : octets) : octets;
      return { content: { path: write(large) }, octets: large };
    }
    default:
      return { content: { content: octets }, octets };
  }
}
