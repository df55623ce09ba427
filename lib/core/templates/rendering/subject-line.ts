/** Line ends become one blank, so that words stay apart; other control characters go. */
export function oneLine(text: string): string {
  if (/^[\x20-\x7e]*$/.test(text)) return text.trim();
  return text
    .replace(/[\t-\r\u0085\p{Zl}\p{Zp} ]+/gu, blanks => (/^ +$/.test(blanks) ? blanks : ' '))
    .replace(/\p{Cc}+/gu, '')
    .trim();
}
