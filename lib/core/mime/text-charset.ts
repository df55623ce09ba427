/** Why a text cannot be written in a character set. Its message completes "attachments[0].content: …". */
export class CharsetError extends Error {
  override readonly name = 'CharsetError';
}

/** A character set in which texts can be written. */
export interface TextCharset {
  /** Octets in front of the text: a byte order mark, or none. */
  readonly start: Buffer;
  /**
   * The octets of a text, without those in front of it. Halves of characters become U+FFFD.
   *
   * @throws {@link CharsetError} when the text holds a character that the character set has not
   */
  encode(text: string): Buffer;
}

const NONE = Buffer.alloc(0);
const OTHERWISE = 'write charset=utf-8, or give the content as a Buffer';
const UTF8: ReadonlySet<string> = new Set(['utf-8', 'utf8']);
const LATIN1: ReadonlySet<string> = new Set([
  'iso-8859-1',
  'iso8859-1',
  'iso_8859-1',
  'iso_8859-1:1987',
  'latin1',
  'l1',
]);
const ASCII: ReadonlySet<string> = new Set(['us-ascii', 'ascii']);
/** Character sets of one octet a character, as a TextDecoder calls them; it takes some of ISO 8859 for their Windows sisters. */
const ONE_OCTET =
  /^(?:ibm866|iso-8859-(?:[2-8]|8-i|1[03456])|koi8-[ru]|macintosh|windows-(?:874|125\d)|x-mac-cyrillic)$/;
/** What decoders give for octets that the character set leaves undefined: U+FFFD, or characters for private use. */
const NOT_DEFINED = /[\ufffd\ue000-\uf8ff]/;
/** What stands for 0x80 to 0x9f; several versions of Node.js decode these as ISO 8859-1 (a blank: not defined). */
const WINDOWS_1252 = '€ ‚ƒ„…†‡ˆ‰Š‹Œ Ž  ‘’“”•–—˜™š›œ žŸ';

/** Whether a name is one of UTF-8, in which every text can be written. */
export function isUtf8(name: string): boolean {
  return UTF8.has(name.trim().toLowerCase());
}

/**
 * Finds a character set by its name (RFC 2978): UTF-8, UTF-16, US-ASCII, and those of one octet a character that the WHATWG
 * Encoding Standard names.
 *
 * @throws {@link CharsetError} when texts cannot be written in it
 */
export function textCharset(name: string): TextCharset {
  const label = name.trim().toLowerCase();
  if (UTF8.has(label)) return { start: NONE, encode: text => Buffer.from(text) };
  if (label === 'utf-16') return { start: Buffer.of(0xff, 0xfe), encode: utf16 };
  if (label === 'utf-16le') return { start: NONE, encode: utf16 };
  if (label === 'utf-16be') return { start: NONE, encode: text => utf16(text).swap16() };
  const octets = ASCII.has(label) ? identity(0x80) : LATIN1.has(label) ? identity(0x100) : tableOf(label);
  if (!octets) throw new CharsetError(`cannot be written in charset=${name}; ${OTHERWISE}`);
  return { start: NONE, encode: text => inOneOctet(text, octets, name) };
}

/** A half of a character in UTF-16 would be read as one, so texts are made well formed first. */
function utf16(text: string): Buffer {
  return Buffer.from(Buffer.from(text).toString(), 'utf16le');
}

function inOneOctet(text: string, octets: ReadonlyMap<string, number>, name: string): Buffer {
  const written = Buffer.alloc(text.length);
  let end = 0;
  for (const character of text) {
    const octet = octets.get(character);
    if (octet === undefined)
      throw new CharsetError(`holds ${shown(character)}, which charset=${name} has not; ${OTHERWISE}`);
    written[end++] = octet;
  }
  return written.subarray(0, end);
}

function shown(character: string): string {
  const point = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return /[\p{L}\p{N}\p{P}\p{S}]/u.test(character) ? `"${character}" (U+${point})` : `U+${point}`;
}

function identity(count: number): Map<string, number> {
  return new Map(Array.from({ length: count }, (_, octet) => [String.fromCharCode(octet), octet]));
}

function tableOf(label: string): ReadonlyMap<string, number> | undefined {
  const decoder = decoderOf(label);
  if (!decoder || !ONE_OCTET.test(decoder.encoding)) return undefined;
  const every = Uint8Array.from({ length: 256 }, (_, octet) => octet);
  const decoded = decoder.encoding === 'windows-1252' ? windows1252() : [...decoder.decode(every)];
  const table = identity(0x80);
  for (const [octet, character] of decoded.entries()) {
    if (octet < 0x80 || NOT_DEFINED.test(character)) continue;
    if (decoder.encoding === 'windows-1253' && octet === 0xaa) continue;
    const inMiddle = octet < 0xa0;
    const control = /[\u0080-\u009f]/.test(character);
    // ISO 8859 has controls in the middle, and nothing else; the others have no controls beyond ASCII.
    const foreign = /^(?:iso|tis|latin|l\d)/.test(label) ? inMiddle && !control : control;
    if (!foreign) table.set(character, octet);
  }
  return table;
}

function decoderOf(label: string): InstanceType<typeof TextDecoder> | undefined {
  try {
    return new TextDecoder(label, { ignoreBOM: true });
  } catch {
    return undefined;
  }
}

function windows1252(): string[] {
  return Array.from({ length: 256 }, (_, octet) => {
    if (octet < 0x80 || octet > 0x9f) return String.fromCharCode(octet);
    const character = WINDOWS_1252.charAt(octet - 0x80);
    return character === ' ' ? '\ufffd' : character;
  });
}
