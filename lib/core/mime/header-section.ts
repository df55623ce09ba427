/** One header field as it stands in a mail. */
export interface RawField {
  /** In lower case. */
  readonly name: string;
  /** Name and value with the line breaks inside, without the last one; octets as characters. */
  readonly text: string;
}

const END_OF_HEADER = '\r\n\r\n';

/**
 * The header section of a mail with CRLF line ends (RFC 5322 2.2), with the empty line behind it.
 *
 * @returns undefined when no empty line ends it
 */
export function headerSection(bytes: Buffer): Buffer | undefined {
  const end = bytes.indexOf(END_OF_HEADER);
  return end < 0 ? undefined : bytes.subarray(0, end + END_OF_HEADER.length);
}

/**
 * Takes a header section apart.
 *
 * @returns the fields in order, or the number of the first line that belongs to none
 */
export function fieldsOf(section: Buffer): readonly RawField[] | { readonly badLine: number } {
  const fields: RawField[] = [];
  let line = 1;
  for (const text of section
    .toString('latin1')
    .slice(0, -END_OF_HEADER.length)
    .split(/\r\n(?![ \t])/)) {
    const [, name] = /^([!-9;-~]+)[ \t]*:/.exec(text) ?? [];
    if (name === undefined) return { badLine: line };
    fields.push({ name: name.toLowerCase(), text });
    line += text.split('\r\n').length;
  }
  return fields;
}

/** The value of a field, unfolded, with one blank for several. */
export function valueOf({ text }: RawField): string {
  return text
    .slice(text.indexOf(':') + 1)
    .replace(/\s+/g, ' ')
    .trim();
}
