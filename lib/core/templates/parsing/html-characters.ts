/** Whether a character is white space in HTML (ASCII whitespace of the infra standard). */
export function isHtmlBlank(character: string): boolean {
  return (
    character === ' ' || character === '\n' || character === '\t' || character === '\r' || character === '\f'
  );
}

/** Whether a tag can begin with a character. */
export function isHtmlLetter(character: string): boolean {
  return /^[a-z]$/i.test(character);
}
