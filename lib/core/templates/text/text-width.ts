const ASCII = /^[\0-\x7e]*$/;
const WITHOUT_WIDTH = /[\p{Mn}\p{Me}\p{Cf}]/gu;
/** Characters that take two columns (Unicode Standard Annex 11). */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{1f300}-\u{1f64f}\u{1f680}-\u{1f6ff}\u{1f900}-\u{1f9ff}\u{20000}-\u{3fffd}]/gu;

/** How many columns a text takes where all characters have one width. */
export function textWidth(text: string): number {
  if (ASCII.test(text)) return text.length;
  const seen = text.replace(WITHOUT_WIDTH, '');
  return [...seen].length + (seen.match(WIDE)?.length ?? 0);
}
