import type { MailMessage } from '../../../../lib/core/message/mail-message.js';
import { randomLine, randomNumbers, randomText } from '../../../core/mime/random-text.js';
import { attachments } from './attachments.js';
import type { ExpectedMail } from './expected-mail.js';
import { asCarried } from './expected-mail.js';
import { people } from './people.js';

const SUBJECTS = [
  undefined,
  'Hello',
  'x'.repeat(10_000),
  'é'.repeat(10_000),
  '.leading dot',
  'Ünïcödé — Ελληνικά — 你好 — 🎉',
  '=?utf-8?Q?not_encoded?=',
  '  two  spaces  inside ',
  `${'word '.repeat(400)}end`,
  'a: b; c="d" <e@f.g>, (h)',
  '👩‍👩‍👧'.repeat(60),
];
const BODIES = [
  '.',
  '..\n...\n.\n',
  '.\r\n.\r\n',
  'bare\rcarriage\rreturns',
  'bare\nline\nfeeds',
  'controls \0 \u0001 \u0007 \u000b \u000c \u001b \u007f \u0085 \u2028 \u2029 end',
  'a lone surrogate \ud800 end',
  'y'.repeat(100_000),
  'é'.repeat(50_000),
  '.'.repeat(5000),
  'From the start\n>From quoted',
  'trailing blanks   \nand tabs\t\t\n',
  'no line end at the end',
  '\n\n\nonly line ends around\n\n\n',
  '--=_boundary--\n--=_x',
  '🎉'.repeat(3000),
];
/** Name, value, and how a reader shows it where that is something else. */
const OWN_HEADERS: readonly (readonly [string, string, string?])[] = [
  ['X-Campaign', 'autumn 2026'],
  ['X-Unicode', 'Grüße aus 東京 🎉'],
  ['X-Long', `${'word '.repeat(120)}end`],
  ['X-Encoded-Look', '=?utf-8?Q?x?='],
  ['List-Unsubscribe', '<https://contoso.com/unsubscribe?id=1>, <mailto:off@contoso.com>'],
  ['List-Id', 'News <news.contoso.com>'],
  ['List-Help', '<https://bücher.example/ü?a==?b>', '<https://xn--bcher-kva.example/%C3%BC?a==?b>'],
  [
    'List-Archive',
    '<https://contoso.com/u?a==?b>,<https://contoso.com/2>',
    '<https://contoso.com/u?a==?b>, <https://contoso.com/2>',
  ],
  ['List-Owner', '<mailto:o@contoso.com> (Größe)'],
  ['Disposition-Notification-To', 'Jürgen Müller <j@example.com>'],
  ['Return-Receipt-To', '"Müller, Jürgen" <j@bücher.example>', 'Müller, Jürgen <j@xn--bcher-kva.example>'],
  ['X-Dots', '...dots...'],
];

/** A message, and what must come of it. */
export interface CorpusMail {
  readonly message: MailMessage;
  readonly expected: ExpectedMail;
}

/**
 * The message that a seed always makes.
 *
 * @param most how many recipients a mail has that has many
 * @param write makes a file for an attachment that is given by its path
 */
export function corpusMail(seed: number, most: number, write: (content: Buffer) => string): CorpusMail {
  const next = randomNumbers(seed);
  const { fields, mailboxes, blind } = people(`p${seed}`, next, seed % 25 === 7 ? most : 0);
  const files = attachments(seed, next, write);
  const words = bodies(seed, next, files.given.length > 0);
  const subject = seed < SUBJECTS.length ? SUBJECTS[seed] : randomLine(seed).trim() || undefined;
  const chosen = OWN_HEADERS.filter(() => next(3) === 0);
  const headers = Object.fromEntries(chosen.map(([name, given]) => [name, given]));
  const shown = Object.fromEntries(chosen.map(([name, given, written = given]) => [name, written]));
  return {
    message: {
      ...fields,
      ...words,
      subject: subject ?? '',
      ...(next(3) === 0 && { priority: next(2) === 0 ? 'high' : 'low' }),
      ...(next(4) === 0 && { messageId: `<seed-${seed}@contoso.com>` }),
      ...(next(4) === 0 && conversation(1 + next(40))),
      attachments: files.given,
      headers,
    },
    expected: {
      ...(subject !== undefined && { subject }),
      ...(words.text !== undefined && { text: asCarried(words.text) }),
      ...(words.html !== undefined && { html: asCarried(words.html) }),
      mailboxes,
      headers: shown,
      attachments: files.expected,
      blind,
    },
  };
}

/** Text alone, HTML alone, both, or neither where a file is attached. */
function bodies(
  seed: number,
  next: (below: number) => number,
  mayBeEmpty: boolean,
): { text?: string; html?: string } {
  const body = (salt: number): string =>
    (next(2) === 0 ? BODIES[(seed + salt) % BODIES.length] : undefined) ?? randomText(seed * 2 + salt);
  switch (next(mayBeEmpty ? 4 : 3)) {
    case 0:
      return { text: body(0) };
    case 1:
      return { html: `<p>${body(0)}</p>` };
    case 2:
      return { text: body(0), html: `<p>${body(1)}</p>` };
    default:
      return {};
  }
}

function conversation(length: number): { inReplyTo: string; references: string[] } {
  return {
    inReplyTo: '<first@contoso.com>',
    references: Array.from({ length }, (_, index) => `<reference-${index}@contoso.com>`),
  };
}
