/** Where a text stands that people read, and by which they judge a mail. */
export type ReadPlace = 'name' | 'subject' | 'file name';

/**
 * A character that is not drawn (Unicode property Default_Ignorable_Code_Point), such as U+200B, U+3164 or U+FE0F: two addresses
 * that differ only in such characters look the same. Hangul fillers are letters and variation selectors are marks, so no general
 * category holds them all.
 */
export const DEFAULT_IGNORABLE = /\p{Default_Ignorable_Code_Point}/u;

/** Letters that are written rightly without joiners and direction marks between them. */
const WESTERN = '[\\p{Script=Latin}\\p{Script=Greek}\\p{Script=Cyrillic}]';
const JOINER_OR_MARK = '[\\u{200c}-\\u{200f}\\u{61c}]';
/** Scripts that write no blanks between words; those who type them put U+200B where a line may be broken. */
const WITHOUT_BLANKS =
  '[\\p{Script=Thai}\\p{Script=Lao}\\p{Script=Khmer}\\p{Script=Myanmar}\\p{Script=Tibetan}\\p{Script=Javanese}\\p{Script=Balinese}\\p{Script=Tai_Tham}\\p{Script=New_Tai_Lue}]';
const WITH_FORMS =
  '[\\p{Emoji}\\p{So}\\p{Sm}\\p{Ideographic}\\p{Script=Myanmar}\\p{Script=Phags_Pa}\\p{Script=Manichaean}]';

/** Invisible characters where they have work to do: scripts and emoji are not written rightly without them. */
const NEEDED = [
  // Joiners and marks of direction in Persian, Indic, Arabic and Hebrew texts, and in emoji of several.
  `(?<!${WESTERN}${JOINER_OR_MARK}{0,8})${JOINER_OR_MARK}`,
  `${JOINER_OR_MARK}(?!${JOINER_OR_MARK}{0,8}${WESTERN})`,
  // What selects one of the forms of the character before it.
  `(?<=${WITH_FORMS})[\\u{fe00}-\\u{fe0f}\\u{e0100}-\\u{e01ef}]`,
  '(?<=\\p{Script=Mongolian})[\\u{180b}-\\u{180f}]',
  // What keeps a mark from being put in order among others, as in Hebrew.
  '(?<=\\p{M})\\u{34f}',
  `(?<=${WITHOUT_BLANKS})\\u{200b}`,
  // The flag of a part of a country (UTS #51 ED-14a): a black flag, the code in tags, and the end.
  '(?<=\\u{1f3f4}[\\u{e0030}-\\u{e0039}\\u{e0061}-\\u{e007a}]{0,6})[\\u{e0030}-\\u{e0039}\\u{e0061}-\\u{e007a}\\u{e007f}]',
].join('|');

/**
 * What deceives whoever reads a text, or does not show: control characters, line separators, overrides and embeddings of the direction
 * (UAX #9), what Unicode says not to show (Default_Ignorable_Code_Point), annotations between lines, lone surrogates.
 */
function hidden(alsoNeeded: string): RegExp {
  return new RegExp(
    `[\\p{Cc}\\p{Zl}\\p{Zp}\\p{Cs}\\u{fff9}-\\u{fffb}]|(?!${NEEDED}${alsoNeeded})\\p{Default_Ignorable_Code_Point}`,
    'gu',
  );
}

const NOWHERE = hidden('');
const HIDDEN: Readonly<Record<ReadPlace, RegExp>> = {
  name: NOWHERE,
  // Isolates keep a name in another direction apart from the text around it.
  subject: hidden('|[\\u{2066}-\\u{2069}]'),
  'file name': NOWHERE,
};

/**
 * The first character of a text that must not stand in a place that people read, written as in `U+202E`.
 *
 * @returns undefined when there is none
 */
export function firstInvisible(text: string, place: ReadPlace): string | undefined {
  if (/^[\x20-\x7e]*$/.test(text)) return undefined;
  const at = text.search(HIDDEN[place]);
  const found = at < 0 ? undefined : text.codePointAt(at);
  return found === undefined ? undefined : codePointName(found);
}

/** A character as Unicode names it: U+200B. */
export function codePointName(code: number): string {
  return `U+${code.toString(16).toUpperCase().padStart(4, '0')}`;
}

/** The same text with `_` in place of each character that must not stand in a place that people read. */
export function withoutInvisible(text: string, place: ReadPlace): string {
  return text.replace(HIDDEN[place], '_');
}

/** The same text with U+FFFD in place of each lone surrogate, which is no character and has no octets in UTF-8. */
export function wellFormed(text: string): string {
  return text.replace(/\p{Cs}/gu, '\u{fffd}');
}
