/**
 * A character that is not drawn (Unicode property Default_Ignorable_Code_Point), such as U+200B, U+3164 or U+FE0F: two addresses
 * that differ only in such characters look the same. Hangul fillers are letters and variation selectors are marks, so no general
 * category holds them all.
 */
export const DEFAULT_IGNORABLE = /\p{Default_Ignorable_Code_Point}/u;

/** Joiners and direction marks: scripts and emoji are not written rightly without them, and they hide or turn round nothing. */
const JOINER_OR_MARK = '\\u{200c}-\\u{200f}\\u{61c}';
/** Selects one of the forms of the character before it, which must be one that has such forms. */
const VARIATION_SELECTOR =
  '(?<=[\\p{Emoji}\\p{Ideographic}\\p{Sm}\\p{Script=Myanmar}\\p{Script=Phags_Pa}\\p{Script=Manichaean}])[\\u{fe00}-\\u{fe0f}\\u{e0100}-\\u{e01ef}]';
const MONGOLIAN_SELECTOR = '(?<=\\p{Script=Mongolian})[\\u{180b}-\\u{180f}]';
/** The flag of a part of a country (UTS #51 ED-14a): a black flag, the code in tags, and the end. */
const FLAG_TAG =
  '(?<=\\u{1f3f4}[\\u{e0030}-\\u{e0039}\\u{e0061}-\\u{e007a}]{0,6})[\\u{e0030}-\\u{e0039}\\u{e0061}-\\u{e007a}\\u{e007f}]';

/**
 * An invisible character that has no work to do where it stands in a text for people, such as a name or a subject. Joiners, direction
 * marks, and what selects the form of an emoji or a letter before it are none.
 */
export const STRAY_IGNORABLE = new RegExp(
  `(?!${VARIATION_SELECTOR}|${MONGOLIAN_SELECTOR}|${FLAG_TAG})(?![${JOINER_OR_MARK}])\\p{Default_Ignorable_Code_Point}`,
  'u',
);
