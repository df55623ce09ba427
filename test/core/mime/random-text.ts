/** A small seeded generator (mulberry32), so that a failing case can be run again. */
export function randomNumbers(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return below => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

const PIECES = [
  ['Hello', 'Ann', '=', '==', '=3D', '=?utf-8?Q?x?=', '.', '..', '…', '-- ', '--=_x', 'From ', '>From'],
  [
    ' ',
    '  ',
    '   ',
    '\t',
    ' \t ',
    '\u00a0',
    'x'.repeat(75),
    'x'.repeat(76),
    'x'.repeat(77),
    'y'.repeat(1200),
  ],
  [
    'Grüße',
    'déjà vu',
    'Ελληνικά',
    'Привет',
    'שלום עולם',
    'مرحبا',
    'नमस्ते',
    '你好世界',
    'こんにちは',
    '한국어',
  ],
  ['🎉', '👩‍👩‍👧', '🇫🇷', 'e\u0301', '\u{1f600}'.repeat(40), '<b>', '&amp;', '"', "'", '\\', '{{x}}', '😀.'],
].flat();
const LINE_ENDS = ['\n', '\r\n', '\r', '\n.', '\r\n.', '\n..\n', ' \n', '\t\r\n', '\n\n', '\n.\n'];

/** A text of many scripts with everything that makes encoders stumble. */
export function randomText(seed: number, pieces = 60): string {
  const next = randomNumbers(seed);
  const pick = (list: readonly string[]): string => list[next(list.length)] ?? '';
  return Array.from({ length: pieces }, () => (next(4) === 0 ? pick(LINE_ENDS) : pick(PIECES))).join('');
}

/** The same on one line, for headers. */
export function randomLine(seed: number, pieces = 12): string {
  const next = randomNumbers(seed);
  const line = PIECES.filter(piece => !/[\t\u00a0]/.test(piece));
  return Array.from({ length: pieces }, () => line[next(line.length)] ?? '').join('');
}
