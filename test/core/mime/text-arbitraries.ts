import * as fc from 'fast-check';

const SCRIPTS = [
  [
    'Hello',
    'Ann',
    "O'Hara",
    'déjà vu',
    'Grüße',
    'Straße',
    'Ελληνικά',
    'Привет',
    'Ђорђе',
    'שלום עולם',
    'مرحبا',
  ],
  [
    'नमस्ते',
    'வணக்கம்',
    'สวัสดี',
    'ខ្មែរ',
    '你好世界',
    'こんにちは',
    'カタカナ',
    '한국어',
    'አማርኛ',
    'ᓄᓇᕗᑦ',
    'ꦗꦮ',
    '𐎀𐎁',
  ],
  [
    '🎉',
    '👩‍👩‍👧',
    '🇫🇷',
    '😀',
    '\u{1f600}\u{1f3fd}',
    'e\u0301',
    'ﷺ',
    '\u{10ffff}',
    '\ufffd',
    '\u00a0',
    '\u3000',
    'क्\u200dष',
    'می\u200cخواهم',
  ],
].flat();
const PUNCTUATION = [
  [
    '"',
    '""',
    '\\',
    '\\"',
    ',',
    ';',
    ':',
    '<',
    '>',
    '<evil@x.com>',
    '@',
    '(',
    ')',
    '[',
    ']',
    '.',
    '..',
    '=',
    '==',
    '?',
    '_',
    '%',
  ],
  [
    '=?',
    '?=',
    '=?utf-8?Q?x?=',
    '=?UTF-8?B?SGVsbG8=?=',
    '=?utf-8?q?',
    '=3D',
    '=20',
    '=_',
    '--',
    '-- ',
    '--=_corpus-1',
    "''",
    '&amp;',
  ],
  [
    'Bcc: evil@x.com',
    'Content-Type: text/html',
    'From ',
    '>From ',
    '{{x}}',
    '<b>',
    '</p>',
    '%0d%0aBcc: x',
    '*0*=',
    "utf-8''x",
  ],
].flat();
/** Controls, and what is no text at all: halves of characters that need two UTF-16 units. */
const RAW = [
  '\0',
  '\u0001',
  '\u0008',
  '\t',
  '\u001b',
  '\u007f',
  '\u0085',
  '\u2028',
  '\u2029',
  '\ufeff',
  '\ud83d',
  '\ude00',
];
const LINE_ENDS = [
  '\n',
  '\r\n',
  '\r',
  '\n.',
  '\r\n.',
  '\n..\n',
  ' \n',
  '\t\r\n',
  '\n\n',
  '\n.\n',
  '\nFrom ',
  '\r\r\n',
  '\n\r',
  '\n--',
];

/** One piece many times, to be longer than any line. */
function runs(pieces: readonly string[], longest: number): fc.Arbitrary<string> {
  return fc
    .tuple(fc.constantFrom(...pieces), fc.oneof(fc.integer({ min: 60, max: 80 }), fc.nat({ max: longest })))
    .map(([piece, count]) => piece.repeat(count));
}

const ANY_CODE_POINT = fc.nat({ max: 0x10ffff }).map(point => String.fromCodePoint(point));
const WORDS = fc.oneof(
  { arbitrary: fc.constantFrom(...SCRIPTS), weight: 6 },
  { arbitrary: fc.constantFrom(...PUNCTUATION), weight: 4 },
  { arbitrary: fc.constantFrom(' ', '  ', '   '), weight: 6 },
  { arbitrary: fc.array(ANY_CODE_POINT, { maxLength: 6 }).map(points => points.join('')), weight: 1 },
  { arbitrary: fc.string({ unit: 'grapheme-ascii', maxLength: 12 }), weight: 2 },
);

/** Text of a body: any script, any line ends, dots, long lines, controls, halves of characters; also none. */
export function bodies(): fc.Arbitrary<string> {
  const piece = fc.oneof(
    { arbitrary: WORDS, weight: 12 },
    { arbitrary: fc.constantFrom(...LINE_ENDS), weight: 5 },
    { arbitrary: fc.constantFrom(...RAW), weight: 1 },
    { arbitrary: runs(['x', '.', ' ', '=', 'é', '🎉', 'word ', '\t', '\n.'], 1500), weight: 1 },
  );
  return fc.oneof(
    { arbitrary: fc.array(piece, { maxLength: 40 }).map(pieces => pieces.join('')), weight: 12 },
    { arbitrary: fc.constantFrom('', ' ', '\n', '\r\n', '.', '\0', 'x'), weight: 1 },
  );
}

/** Of the characters that nobody sees joiners stay, which stand only where a script or an emoji needs them. */
const DECEIVING =
  /(?!\t)[\p{Cc}\p{Zl}\p{Zp}\ufff9-\ufffb]|(?![\u200c\u200d])\p{Default_Ignorable_Code_Point}/gu;

/** One line of header text, such as a subject. */
export function lines(): fc.Arbitrary<string> {
  const piece = fc.oneof(
    { arbitrary: WORDS, weight: 16 },
    { arbitrary: fc.constantFrom('\t', '\ud83d', '\ude00', '\ufeff', '\u0085', '\u202e'), weight: 1 },
    { arbitrary: runs(['x', ' ', '=', '"', 'é', '🎉', 'word ', '- '], 1300), weight: 1 },
  );
  return fc
    .array(piece, { maxLength: 14 })
    .map(pieces => pieces.join('').replace(/(?![\t\u0080-\u009f])[\p{Cc}\p{Zl}\p{Zp}]/gu, ''));
}

/** A subject: one line without characters that nobody sees. */
export function subjects(): fc.Arbitrary<string> {
  return lines().map(line => line.replace(DECEIVING, ''));
}

/** The name of a person: what a mailbox may be called. */
export function names(): fc.Arbitrary<string> {
  return lines().map(line => cut(line.replace(DECEIVING, '').replace(/[\t\p{Cs}]/gu, ''), 600).trim());
}

/** The name of a file, with or without a suffix. */
export function filenames(): fc.Arbitrary<string> {
  const suffix = fc.constantFrom('', '.pdf', '.PNG', '.txt', '.eml', '.ics', '.tar.gz', '.ü', '.');
  return fc
    .tuple(lines(), suffix)
    .map(([line, end]) => cut(line.replace(DECEIVING, '').replaceAll('\t', ''), 245) + end)
    .map(name => (name === '' ? 'x' : name));
}

/** The beginning of a text, at most this long, that does not end within a character. */
function cut(text: string, longest: number): string {
  return text.length > longest ? text.slice(0, longest).replace(/[\ud800-\udbff]$/, '') : text;
}
