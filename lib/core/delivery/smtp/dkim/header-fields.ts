/** The header of a mail by names, one character for each octet. */
export class HeaderFields {
  /** The fields of each name in lower case, in the order of the mail, whole with their line ends inside. */
  readonly #fields = new Map<string, string[]>();

  /** @param head the header; what stands behind its empty line does not matter */
  constructor(head: Buffer) {
    for (const field of withCrlf(head.toString('latin1')).split(/\r\n(?![ \t])/)) {
      const [, name = ''] = /^([!-9;-~]+)[ \t]*:/.exec(field) ?? [];
      if (name === '') continue;
      const known = this.#fields.get(name.toLowerCase());
      if (known) known.push(field);
      else this.#fields.set(name.toLowerCase(), [field]);
    }
  }

  /** How many fields of this name there are. */
  count(name: string): number {
    return this.#fields.get(name)?.length ?? 0;
  }

  /**
   * The fields of these names in their relaxed form (RFC 6376 3.4.2), each with CRLF: a name that is repeated takes the
   * next field of it from the bottom (5.4.2), and nothing where there is none.
   */
  relaxed(names: readonly string[]): string {
    const taken = new Map<string, number>();
    let text = '';
    for (const name of names) {
      const before = taken.get(name) ?? 0;
      taken.set(name, before + 1);
      const field = this.#fields.get(name)?.at(-1 - before);
      if (field !== undefined) text += `${relaxedField(field)}\r\n`;
    }
    return text;
  }
}

/** One header field in its relaxed form (RFC 6376 3.4.2), without a line end. */
export function relaxedField(field: string): string {
  const colon = field.indexOf(':');
  const name = field.slice(0, colon).toLowerCase();
  const value = field.slice(colon + 1).replaceAll('\r\n', '');
  return `${singleBlanks(name)}:${singleBlanks(value)}`;
}

/** One blank for several, none at the ends. */
function singleBlanks(text: string): string {
  return text.replace(/[ \t]+/g, ' ').replace(/^ | $/g, '');
}

/** A bare CR or LF leaves as CRLF. */
function withCrlf(text: string): string {
  return /\r(?!\n)|(?<!\r)\n/.test(text) ? text.replace(/\r\n|\r|\n/g, '\r\n') : text;
}
