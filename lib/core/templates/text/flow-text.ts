// Code points that Unicode keeps for use within a program; they are removed from what is written.
/** A blank at which no line breaks, and which stays beside others. */
export const FIRM_BLANK = '\ufdd0';
/** A tab that stays. */
export const FIRM_TAB = '\ufdd1';
/** What becomes a blank where two words would melt. */
export const SEPARATOR = '\ufdd2';

/** Control characters but for blanks, and our own marks. */
const NO_TEXT = /(?![\t-\r\u0085])\p{Cc}|[\ufdd0-\ufdd2]/gu;
const BLANK = '\\t-\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f';
const BLANKS = new RegExp(`[${BLANK}]+`, 'g');
const BLANK_ENDS = new RegExp(`^[${BLANK}]+|[${BLANK}]$`, 'g');
const IS_BLANK = new RegExp(`^[${BLANK}\\ufdd0-\\ufdd2]?$`);
/** Blanks that stay as they are where they stand alone, such as those between a number and its unit. */
const KEPT_BLANK = /^[\u00a0\u2000-\u200a\u202f\u205f]$/;
/** What shows nothing: soft hyphens and byte order marks. */
const NEVER_KEPT = /[\u00ad\ufeff]+/g;
/** What joins or parts letters without a width; in runs it pads the preview of a mail. */
const JOINERS = /[\u034f\u200b-\u200d\u2060]+/g;
const INK = new RegExp(`[^${BLANK}\\ufdd0-\\ufdd2\\u00ad\\u034f\\u200b-\\u200f\\u2060\\ufeff]`);

/** Whether a text shows anything. */
export function hasInk(text: string): boolean {
  return INK.test(text);
}

/** A text without control characters and without what is a mark in lines that are not finished yet. */
export function withoutMarks(text: string): string {
  return text.replace(NO_TEXT, '');
}

/** A text whose blanks stay as they are. */
export function firm(text: string): string {
  return text.replaceAll(' ', FIRM_BLANK).replaceAll('\t', FIRM_TAB);
}

/** A line as it is printed, marks in place of what they mean. */
export function printed(text: string): string {
  return /[\ufdd0\ufdd1]/.test(text) ? text.replaceAll(FIRM_BLANK, ' ').replaceAll(FIRM_TAB, '\t') : text;
}

/** One line of text: blanks collapsed, nothing that only pads, words of separate elements apart. */
export function flowText(raw: string): string {
  if (!/[^ -~]|^ | $| {2}/.test(raw)) return raw;
  return raw
    .replace(NEVER_KEPT, '')
    .replace(JOINERS, keepBetweenLetters)
    .replace(BLANKS, blanks => (KEPT_BLANK.test(blanks) ? blanks : ' '))
    .replace(/ ?\ufdd2[ \ufdd2]*/g, separate)
    .replace(BLANK_ENDS, '');
}

/** Joiners within a word stay, as in Persian and in families of emoji. */
function keepBetweenLetters(joiners: string, at: number, text: string): string {
  if (joiners.length > 2) return '';
  const before = text[at - 1] ?? '';
  const after = text[at + joiners.length] ?? '';
  return IS_BLANK.test(before) || IS_BLANK.test(after) ? '' : joiners;
}

function separate(mark: string, at: number, text: string): string {
  if (mark.includes(' ')) return ' ';
  const before = text[at - 1] ?? ' ';
  const after = text[at + mark.length] ?? ' ';
  return /[\s([{<«“‘„¿¡\ufdd0\ufdd1]/.test(before) || /[\s.,;:!?)\]}>"'»”’…%\ufdd0\ufdd1]/.test(after)
    ? ''
    : ' ';
}
