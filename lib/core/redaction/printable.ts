const LONGEST = 80;

/**
 * Makes a value from outside safe to print: shortened, control and invisible characters shown escaped.
 *
 * @param value what the caller passed
 */
export function printable(value: unknown): string {
  const text = typeof value === 'string' ? value : describe(value);
  return visible(text.length > LONGEST ? `${text.slice(0, LONGEST)}… (${text.length} characters)` : text);
}

/** Makes a text from outside safe to print, whole: control and invisible characters are shown escaped. */
export function visible(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Default_Ignorable_Code_Point}]/gu, character =>
    escapeOf(character),
  );
}

function describe(value: unknown): string {
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (value === null || value === undefined || typeof value === 'number' || typeof value === 'boolean')
    return String(value);
  return `a value of type ${typeof value}`;
}

/** A character as a test would write it. */
export function escapeOf(character: string): string {
  if (character === '\r') return '\\r';
  if (character === '\n') return '\\n';
  if (character === '\t') return '\\t';
  const code = character.codePointAt(0) ?? 0;
  return code > 0xffff ? `\\u{${code.toString(16)}}` : `\\u${code.toString(16).padStart(4, '0')}`;
}
