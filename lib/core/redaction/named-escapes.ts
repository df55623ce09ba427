/** Characters by the names that HTML has for them, those alone that stand for marks of HTML itself, and the blank that does not break. */
export const NAMED_ESCAPES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: '\u00a0',
};
