/** A stream of texts. */
export interface TextStream {
  write(text: string, written?: () => void): unknown;
}

/** Writes a text; resolves when it is out, or cannot be written any more. */
export function written(output: TextStream, text: string): Promise<void> {
  return new Promise(resolve => output.write(text, () => resolve()));
}

/** A JSON document that no terminal takes for commands: what does not print is escaped, as JSON allows for any character. */
export function jsonDocument(value: unknown): string {
  return `${escapedJson(JSON.stringify(value, undefined, 2))}\n`;
}

/** As {@link jsonDocument}, on one line. */
export function jsonLine(value: unknown): string {
  return `${escapedJson(JSON.stringify(value))}\n`;
}

function escapedJson(json: string): string {
  return json.replace(/(?!\n)[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, character =>
    Array.from({ length: character.length }, (_, index) => hexEscape(character.charCodeAt(index))).join(''),
  );
}

function hexEscape(unit: number): string {
  return `\\u${unit.toString(16).padStart(4, '0')}`;
}
