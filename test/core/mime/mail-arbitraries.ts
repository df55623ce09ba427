import * as fc from 'fast-check';
import type { Mailbox, MailboxInput } from '../../../lib/core/address/mailbox.js';
import type { MailPriority } from '../../../lib/core/message/mail-message.js';
import { octets } from './octet-arbitraries.js';
import { bodies, filenames, lines, names, subjects } from './text-arbitraries.js';

/** A mailbox as an application writes it, and what it means. */
export interface GeneratedMailbox {
  readonly written: MailboxInput;
  readonly mailbox: Mailbox;
}

/** An attachment, without saying yet how its content is handed over. */
export interface GeneratedAttachment {
  readonly filename?: string;
  readonly contentType?: string;
  readonly cid?: string;
  readonly content: Buffer;
  /** Where a stream of the content is cut into chunks. */
  readonly cuts: readonly number[];
}

/** All that an application says in one message, and what else is chosen when it is composed. */
export interface GeneratedMail {
  readonly from: readonly GeneratedMailbox[];
  readonly sender?: GeneratedMailbox;
  readonly replyTo: readonly GeneratedMailbox[];
  readonly to: readonly GeneratedMailbox[];
  readonly cc: readonly GeneratedMailbox[];
  readonly bcc: readonly GeneratedMailbox[];
  readonly subject?: string;
  readonly text?: string;
  readonly html?: string;
  readonly attachments: readonly GeneratedAttachment[];
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly priority?: MailPriority;
  readonly messageId: string;
  readonly inReplyTo?: string;
  readonly references: readonly string[];
  readonly automatic: boolean;
  /** Whom the mail was meant for, when a catch-all address gets it. */
  readonly original?: { readonly to: readonly GeneratedMailbox[]; readonly cc: readonly GeneratedMailbox[] };
  readonly date: Date;
  readonly boundary: string;
}

const ATEXT = "abcdefghijklmnopqrstuvwxyzABCXYZ0123456789!#$%&'*+/=?^_`{|}~-";
const LOCAL_PARTS = fc.oneof(
  {
    arbitrary: fc.constantFrom('ann', 'Bob.Lee', 'no-reply+tag', 'x', "o'hara", '=?utf-8?q?x?=', 'From'),
    weight: 5,
  },
  {
    arbitrary: fc
      .array(fc.string({ unit: fc.constantFrom(...ATEXT), minLength: 1, maxLength: 20 }), {
        minLength: 1,
        maxLength: 3,
      })
      .map(atoms => atoms.join('.')),
    weight: 2,
  },
  { arbitrary: fc.constantFrom('jürgen', 'Ελλη.νικά', '用户', 'ü'.repeat(32)), weight: 1 },
);
const LABEL = 'x'.repeat(63);
/** With 64 octets before the "@" it makes an address of 254. */
const LONGEST_DOMAIN = `${LABEL}.${LABEL}.${'x'.repeat(53)}.example`;
/** Domains as written and in their normal form. */
const DOMAINS = fc.constantFrom(
  ['contoso.com', 'contoso.com'],
  ['Mail.CONTOSO.com', 'mail.contoso.com'],
  ['localhost', 'localhost'],
  ['bücher.example', 'xn--bcher-kva.example'],
  ['例え.テスト', 'xn--r8jz45g.xn--zckzah'],
  [LONGEST_DOMAIN, LONGEST_DOMAIN],
) satisfies fc.Arbitrary<readonly string[]>;

/** Mailboxes, half of them written as a text and half as an object. */
export function mailboxes(): fc.Arbitrary<GeneratedMailbox> {
  return fc
    .tuple(fc.option(names()), LOCAL_PARTS, DOMAINS, fc.boolean())
    .map(([name, local, domain, asText]) => {
      const [written = '', normal = ''] = domain;
      const named = name === null || name === '' ? {} : { name };
      const quoted = `"${(name ?? '').replace(/["\\]/g, '\\$&')}" <${local}@${written}>`;
      // A text may be 1,000 characters long, and its name is trimmed once more within the quotes.
      return {
        written:
          asText && named.name !== undefined && quoted.length <= 1000
            ? quoted
            : { ...named, address: `${local}@${written}` },
        mailbox: { ...named, address: `${local}@${normal}` },
      };
    });
}

/** Message-IDs without their angle brackets, some of them too long to share a line. */
export function messageIds(): fc.Arbitrary<string> {
  const left = fc.oneof(
    fc.uuid(),
    fc.string({
      unit: fc.constantFrom(...ATEXT, '"', '(', ')', ',', '.', ':', ';', '[', '\\'),
      minLength: 1,
      maxLength: 30,
    }),
    fc.integer({ min: 40, max: 880 }).map(length => 'x'.repeat(length)),
  );
  return fc
    .tuple(left, fc.constantFrom('contoso.com', 'a', '[192.0.2.1]'))
    .map(([id, domain]) => `${id}@${domain}`);
}

const HEADER_NAMES = fc.oneof(
  fc.constantFrom('X-Campaign', 'Keywords', 'X-Auto-Response-Suppress', 'Comments'),
  fc
    .string({ unit: fc.constantFrom(...'abcXYZ-_.!#$%&*+/=?^`{|}~"()<>@[],;'), maxLength: 60 })
    .map(name => `X-${name}`),
);
/** A token that cannot be folded is refused when it is too long for a line; about one message in fifty holds one. */
const HEADER_VALUES = fc.oneof(
  // With an address in it, it would be taken apart.
  { arbitrary: lines().map(line => line.replaceAll('@', ' at ')), weight: 8 },
  {
    arbitrary: fc.constantFrom('', ' ', '<https://a.example/u>,  <mailto:u@a.example>', 'auto-replied'),
    weight: 4,
  },
  { arbitrary: fc.integer({ min: 60, max: 1100 }).map(length => 'h'.repeat(length)), weight: 1 },
);

/** Headers whose form is known; what stands in them comes back as it was given. */
const STRUCTURED_HEADERS = fc.subarray<readonly [name: string, value: string]>([
  ['List-Unsubscribe', '<https://a.example/u?a==?b>, <mailto:u@a.example?subject=%C3%BC> (Grüße)'],
  ['list-id', 'Bücher für alle <books.a.example>'],
  ['Disposition-Notification-To', 'Jürgen Müller <j@a.example>, ann@a.example'],
  ['X-Original-Sender', 'Jürgen Müller <j@a.example>, ann@a.example'],
  ['X-Report-Abuse', 'Mißbrauch: https://a.example/%C3%BC (24 h)'],
  ['Feedback-ID', 'a:=?b?=:c'],
  ['auto-submitted', 'auto-replied'],
]);

const CONTENT_TYPES = fc.oneof(
  {
    arbitrary: fc.constantFrom(
      'application/pdf',
      'image/png',
      'IMAGE/GIF',
      'text/csv; header=present',
      'text/html',
      'application/octet-stream',
    ),
    weight: 4,
  },
  {
    arbitrary: fc.constantFrom(
      'text/plain; charset=iso-8859-1',
      'text/calendar; method=REQUEST',
      'text/x; a=x*y; b="50% off"; c=it\'s',
    ),
    weight: 2,
  },
  {
    arbitrary: fc.constantFrom(
      'application/x-a; name="a b.txt"',
      "application/x-b; name*=utf-8''x",
      'a/b;',
      'a/b; x',
      'a/b; x="y',
      'a/b; x=\\"; z=(c)',
      'a/b; boundary="=_corpus-1"',
    ),
    weight: 1,
  },
  {
    arbitrary: fc
      .string({ unit: 'grapheme-ascii', maxLength: 40 })
      .map(parameter => `application/x-any; ${parameter}`),
    weight: 1,
  },
);

/** Attachments of any name, type and content. */
export function attachments(content = octets()): fc.Arbitrary<GeneratedAttachment> {
  return fc.record(
    {
      filename: filenames(),
      contentType: CONTENT_TYPES,
      cid: fc.oneof(
        fc.constantFrom('logo', 'logo@contoso.com', "a'b(c)[d]%"),
        fc.string({ unit: fc.constantFrom(...ATEXT, '@', '.', '"', '('), minLength: 1, maxLength: 200 }),
      ),
      content,
      cuts: fc.array(fc.nat(), { maxLength: 12 }),
    },
    { requiredKeys: ['content', 'cuts'] },
  );
}

/** Headers of texts, and with a form of their own. */
function headers(): fc.Arbitrary<Record<string, string | string[]>> {
  const texts = fc.dictionary(
    HEADER_NAMES,
    fc.oneof(HEADER_VALUES, fc.array(HEADER_VALUES, { maxLength: 3 })),
    { maxKeys: 3 },
  );
  return fc
    .tuple(texts, STRUCTURED_HEADERS)
    .map(([given, structured]) => ({ ...given, ...Object.fromEntries(structured) }));
}

/** Messages that say anything the module accepts. */
export function mails(attached = attachments()): fc.Arbitrary<GeneratedMail> {
  const few = (longest: number): fc.Arbitrary<GeneratedMailbox[]> =>
    fc.array(mailboxes(), { maxLength: longest });
  return fc
    .record(
      {
        from: fc.array(mailboxes(), { minLength: 1, maxLength: 2 }),
        sender: mailboxes(),
        replyTo: few(2),
        to: fc.array(mailboxes(), { minLength: 1, maxLength: 5 }),
        cc: few(3),
        bcc: few(2),
        subject: subjects(),
        text: bodies(),
        html: bodies(),
        attachments: fc.oneof(
          { arbitrary: fc.constant([]), weight: 2 },
          { arbitrary: fc.array(attached, { maxLength: 4 }), weight: 3 },
        ),
        headers: headers(),
        priority: fc.constantFrom<MailPriority>('high', 'normal', 'low'),
        messageId: messageIds(),
        inReplyTo: messageIds(),
        references: fc.array(messageIds(), { maxLength: 4 }),
        automatic: fc.boolean(),
        original: fc.record({ to: few(3), cc: few(2) }),
        date: fc.date({ min: new Date('1970-01-01'), max: new Date('2099-12-31'), noInvalidDate: true }),
        boundary: fc.constantFrom('corpus', '0123456789abcdef01234567'),
      },
      {
        requiredKeys: [
          'from',
          'replyTo',
          'to',
          'cc',
          'bcc',
          'attachments',
          'headers',
          'messageId',
          'references',
          'automatic',
          'date',
          'boundary',
        ],
      },
    )
    .map(readable);
}

/** A message without any content is refused; nobody needs thousands of these. */
function readable(mail: GeneratedMail): GeneratedMail {
  const blank = `${mail.text ?? ''}${mail.html ?? ''}`.trim() === '' && mail.attachments.length === 0;
  const whole = blank ? { ...mail, text: 't' } : mail;
  return { ...whole, attachments: whole.attachments.map(withOwnIdentifier) };
}

/** Two attachments with one Content-ID are refused. */
function withOwnIdentifier(
  attachment: GeneratedAttachment,
  index: number,
  all: readonly GeneratedAttachment[],
): GeneratedAttachment {
  const { cid, ...rest } = attachment;
  return all.slice(0, index).some(other => other.cid === cid) ? rest : attachment;
}
