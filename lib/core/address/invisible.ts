/** Where a text stands that people read, and by which they judge a mail. */
export type ReadPlace = 'subject' | 'file name';

/**
 * Scripts that write no blanks between words; those who type them put U+200B where a line may be broken.
 */
const WITHOUT_BLANKS =
  '\\p{Script=Thai}\\p{Script=Lao}\\p{Script=Khmer}\\p{Script=Myanmar}\\p{Script=Tibetan}\\p{Script=Javanese}\\p{Script=Balinese}\\p{Script=Tai_Tham}\\p{Script=New_Tai_Lue}';
/**
 * Invisible characters that change how the visible ones beside them look: joiners and marks of direction, which Persian, Indic and Hebrew
 * texts need, variation selectors and joiners of emoji, the grapheme joiner.
 */
const NEEDED =
  '\\u{34f}\\u{61c}\\u{180b}-\\u{180f}\\u{200c}-\\u{200f}\\u{fe00}-\\u{fe0f}\\u{e0100}-\\u{e01ef}';
/** Flags of regions, such as that of Scotland, are a black flag and a name in tag characters (UTS #51, ED-14a). */
const TAG_OF_FLAG = '(?<=\\u{1f3f4}[\\u{e0020}-\\u{e007e}]{0,30})[\\u{e0020}-\\u{e007f}]';

/**
 * What deceives whoever reads a text, or does not show: control characters, line separators, overrides and embeddings of the direction
 * (UAX #9), what Unicode says not to show (Default_Ignorable_Code_Point), annotations between lines, lone surrogates.
 */
function hidden(alsoNeeded: string): RegExp {
  return new RegExp(
    `[\\p{Cc}\\p{Zl}\\p{Zp}\\p{Cs}\\u{fff9}-\\u{fffb}]|(?![${NEEDED}${alsoNeeded}]|${TAG_OF_FLAG}|(?<=[${WITHOUT_BLANKS}])\\u{200b})\\p{Default_Ignorable_Code_Point}`,
    'gu',
  );
}

const HIDDEN: Readonly<Record<ReadPlace, RegExp>> = {
  // Isolates keep a name in another direction apart from the text around it; a soft hyphen comes out of text systems.
  subject: hidden('\\u{2066}-\\u{2069}\\u{ad}'),
  'file name': hidden(''),
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
  return found === undefined ? undefined : `U+${found.toString(16).toUpperCase().padStart(4, '0')}`;
}

/** The same text with `_` in place of each character that must not stand in a place that people read. */
export function withoutInvisible(text: string, place: ReadPlace): string {
  return text.replace(HIDDEN[place], '_');
}

/** The same text with U+FFFD in place of each lone surrogate, which is no character and has no octets in UTF-8. */
export function wellFormed(text: string): string {
  return text.replace(/\p{Cs}/gu, '\u{fffd}');
}
