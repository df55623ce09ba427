import * as fc from 'fast-check';
import { HOSTILE_VALUES } from '../core/message/hostile-values.js';

/** Makes a value anew, because some can be looked at once, and shows what it is when a property fails. */
interface Maker {
  make(): unknown;
  toString(): string;
}

const HUGE = /million|2,000,000/;
const HOSTILE: readonly Maker[] = HOSTILE_VALUES.filter(({ called }) => !HUGE.test(called)).map(
  ({ called, make }) => ({ make, toString: () => called }),
);

const maker = (value: unknown): Maker => ({ make: () => value, toString: () => fc.stringify(value) });

/** Whatever JavaScript lets a caller write. */
const ANYTHING = fc.oneof(
  fc.constantFrom(...HOSTILE),
  fc
    .anything({
      maxDepth: 2,
      withBigInt: true,
      withBoxedValues: true,
      withDate: true,
      withMap: true,
      withNullPrototype: true,
      withSet: true,
      withSparseArray: true,
      withTypedArray: true,
    })
    .map(maker),
  fc.string({ unit: 'binary', maxLength: 60 }).map(maker),
  fc.constantFrom(undefined, null, '', ' ', '\r\nBcc: evil@example.com', '\u202e', '\ud800').map(maker),
);

const WORDS = fc.string({ unit: 'grapheme', maxLength: 40 });
const ADDRESS = fc
  .tuple(
    fc.stringMatching(/^[a-z0-9]{1,12}$/),
    fc.constantFrom('example.com', 'bücher.example', 'a.example.net'),
  )
  .map(([local, domain]) => `${local}@${domain}`);
const MAILBOX = fc.oneof(
  ADDRESS,
  fc.record({ name: WORDS, address: ADDRESS }),
  ADDRESS.map(address => `Ann <${address}>`),
);
const MAILBOXES = fc.oneof(MAILBOX, fc.array(MAILBOX, { maxLength: 4 }));
const ATTACHMENT = fc.record(
  {
    filename: fc.oneof(WORDS, fc.constantFrom('a.txt', 'b.pdf', 'c.csv')),
    content: fc.oneof(WORDS, fc.uint8Array({ maxLength: 100 })),
    contentType: fc.constantFrom('text/plain', 'application/pdf', 'image/png; name=x', 'text'),
  },
  { requiredKeys: ['content'] },
);
const ALTERNATIVE = fc.record(
  {
    contentType: fc.constantFrom(
      'text/calendar; method=REQUEST',
      'text/calendar; method=CANCEL; charset=utf-8',
      'text/x-note; charset=windows-1252',
      'application/ld+json',
      'multipart/mixed',
      'text',
    ),
    content: fc.oneof(
      WORDS,
      fc.uint8Array({ maxLength: 100 }),
      fc.constant('BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\n'),
    ),
  },
  { requiredKeys: ['contentType', 'content'] },
);
const DSN = fc.record(
  {
    notify: fc.array(fc.constantFrom('never', 'success', 'failure', 'delay'), { maxLength: 4 }),
    ret: fc.constantFrom('full', 'headers', 'all'),
    envid: fc.string({ maxLength: 110 }),
  },
  { requiredKeys: ['notify'] },
);
const UNSUBSCRIBE = fc.record(
  {
    url: fc.oneof(fc.webUrl({ validSchemes: ['https'], withQueryParameters: true }), fc.webUrl(), WORDS),
    mailto: fc.oneof(
      ADDRESS,
      ADDRESS.map(address => `mailto:${address}?subject=off`),
      WORDS,
    ),
  },
  { requiredKeys: ['url'] },
);
const TEXTS = fc.array(WORDS, { maxLength: 4 });

const MESSAGE = {
  to: MAILBOXES,
  cc: MAILBOXES,
  bcc: MAILBOXES,
  replyTo: MAILBOXES,
  from: MAILBOX,
  sender: MAILBOX,
  envelopeFrom: fc.oneof(MAILBOX, fc.constant(null)),
  dsn: DSN,
  alternatives: fc.array(ALTERNATIVE, { maxLength: 2 }),
  unsubscribe: UNSUBSCRIBE,
  automatic: fc.boolean(),
  attachments: fc.array(ATTACHMENT, { maxLength: 3 }),
  headers: fc.dictionary(fc.stringMatching(/^X-[A-Za-z]{1,8}$/), WORDS, { maxKeys: 3 }),
  priority: fc.constantFrom('high', 'normal', 'low'),
  messageId: fc.constantFrom('<a@example.com>', 'b@example.com'),
  inReplyTo: fc.constantFrom('<a@example.com>'),
  references: fc.array(fc.constantFrom('<a@example.com>', '<b@example.com>'), { maxLength: 3 }),
};
const CONTENT = {
  subject: WORDS,
  html: WORDS.map(words => `<p>${words}</p>`),
  text: fc.oneof(WORDS, fc.constant(false)),
};
const NOTIFICATION = {
  title: WORDS,
  greeting: WORDS,
  lines: TEXTS,
  table: fc.record({ columns: TEXTS, rows: fc.array(TEXTS, { maxLength: 3 }) }),
  action: fc.record({ label: WORDS, url: fc.webUrl() }),
  footer: WORDS,
  severity: fc.constantFrom('info', 'success', 'warning', 'error'),
  culture: fc.constantFrom('en', 'fr', null, 'fr-CA'),
  timeZone: fc.constantFrom('Europe/Paris', 'UTC', 'Mars/Base', null),
};
const RESET = {
  ...MESSAGE,
  to: ADDRESS,
  displayName: WORDS,
  resetUrl: fc.webUrl({ withQueryParameters: true }),
  login: WORDS,
  culture: fc.constantFrom('en', 'fr', null),
  expiresAt: fc.oneof(fc.date(), fc.constantFrom('2040-01-01', new Date('2040-01-01'))),
  applicationName: WORDS,
  applicationUri: fc.webUrl(),
};
const OPTIONS = { timeoutMs: fc.constantFrom(0, 60_000), signal: fc.constant(new AbortController().signal) };
const SETTINGS = {
  FromAddress: MAILBOX,
  ReplyTo: ADDRESS,
  BounceAddress: ADDRESS,
  CatchAllAddress: ADDRESS,
  CatchAllCCAddress: ADDRESS,
  AllowedDomains: fc.constantFrom('example.com', '*.example.net; example.com'),
  MaxRecipients: fc.constantFrom(1, 2, 100, '3'),
  MaxRecipientsOverflow: fc.constantFrom('Drop', 'Split', 'Reject'),
  Enabled: fc.constantFrom(true, false, 'true'),
  SendTimeout: fc.constantFrom(0, 30, '60'),
};

/** An object of these fields, of which some are missing and few are anything at all. */
function handed(
  fields: Readonly<Record<string, fc.Arbitrary<unknown>>>,
  always: readonly string[],
): fc.Arbitrary<Maker> {
  const entries = Object.entries(fields).map(([name, arbitrary]) => {
    const value = fc.oneof(
      { arbitrary: arbitrary.map(maker), weight: 30 },
      { arbitrary: ANYTHING, weight: 1 },
    );
    const given = always.includes(name)
      ? value
      : fc.oneof({ arbitrary: fc.constant(undefined), weight: 2 }, value);
    return given.map(item => [name, item] as const);
  });
  const object = fc.tuple(...entries).map((given): Maker => {
    const there = given.flatMap(([name, item]) => (item === undefined ? [] : [[name, item] as const]));
    return {
      make: () => Object.fromEntries(there.map(([name, item]) => [name, item.make()])),
      toString: () => there.map(([name, item]) => `${name}: ${String(item)}`).join(', '),
    };
  });
  return fc.oneof({ arbitrary: object, weight: 40 }, { arbitrary: ANYTHING, weight: 1 });
}

/** What may be handed over at each place; mostly right, so that much of it is sent. */
export const HANDED_OVER = {
  message: handed({ ...MESSAGE, ...CONTENT }, ['to', 'subject', 'text']),
  notification: handed({ ...MESSAGE, ...NOTIFICATION }, ['to', 'title', 'lines']),
  reset: handed(RESET, ['to', 'displayName', 'resetUrl']),
  options: handed(OPTIONS, []),
  renderOptions: handed({ culture: NOTIFICATION.culture, timeZone: NOTIFICATION.timeZone }, []),
  context: handed(NOTIFICATION, ['title', 'lines']),
  settings: handed(SETTINGS, ['FromAddress']),
} as const;
