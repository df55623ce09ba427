/** Octets of a mail that are looked at. */
const MOST_OCTETS = 64 * 1024 * 1024;
/** Parts within parts; mails have three of them. */
const DEEPEST = 8;
const MOST_PARTS = 200;

/** What is read: texts, and what is text under another name, such as `application/ics`. */
const READABLE = /^text\/|[/+](?:json|xml|ics|yaml)$/;

const TAG = /<[^<>]*>/g;

/** An entity of a mail (RFC 2045), its octets as characters. */
interface Entity {
  readonly type: string;
  readonly encoding: string;
  readonly attached: boolean;
  readonly boundary: string | undefined;
  readonly charset: string;
  readonly body: string;
}

/**
 * The texts of a mail as they are read, text and HTML, without attachments; HTML with its tags, in which links stand, and without
 * them, which may cut words in two. Never throws: what cannot be read is no text.
 *
 * @param bytes the mail from its beginning; more than 64 MiB is not looked at
 */
export function readableTexts(bytes: Buffer): string[] {
  const texts: string[] = [];
  let left = MOST_PARTS;
  const read = (source: string, depth: number): void => {
    if (left-- <= 0) return;
    const entity = entityOf(source);
    if (entity.attached) return;
    if (entity.boundary !== undefined && entity.type.startsWith('multipart/')) {
      if (depth < DEEPEST) for (const part of partsOf(entity.body, entity.boundary)) read(part, depth + 1);
    } else if (READABLE.test(entity.type)) {
      const text = decoded(entity);
      texts.push(text);
      if (entity.type === 'text/html') texts.push(text.replace(TAG, ''));
    }
  };
  read(bytes.subarray(0, MOST_OCTETS).toString('latin1'), 0);
  return texts;
}

/**
 * Whether the texts of a mail that this package has composed may hold one of some pieces of words: a look at its bytes, in
 * which letters and digits of a text stand as they are.
 *
 * @param bytes the mail up to its first file
 * @param pieces letters and digits, in small letters
 */
export function mayHoldAny(bytes: Buffer, pieces: readonly string[]): boolean {
  const isHeld = (held: string): boolean => pieces.some(piece => held.includes(piece));
  // Where most of a text is beyond ASCII it is in base64.
  if (bytes.includes('\r\nContent-Transfer-Encoding: base64'))
    return readableTexts(bytes).some(text => isHeld(text.toLowerCase()));
  // What stands in the header is in no text.
  const body = Math.max(0, bytes.indexOf('\r\n\r\n'));
  const text = bytes.toString('latin1', body).replaceAll('=\r\n', '').toLowerCase();
  return isHeld(text) || (text.includes('<') && isHeld(text.replace(TAG, '')));
}

function entityOf(source: string): Entity {
  const end = /^\r?\n|\r?\n\r?\n/.exec(source);
  const head = (end ? source.slice(0, end.index) : source).replace(/\r?\n[ \t]+/g, ' ');
  const field = (name: string): string =>
    new RegExp(`^${name}[ \\t]*:(.*)$`, 'im').exec(head)?.[1]?.trim() ?? '';
  const typed = field('Content-Type');
  const parameter = (name: string): string | undefined => {
    const [, quoted, plain] =
      new RegExp(`;\\s*${name}\\s*=\\s*(?:"([^"]*)"|([^\\s;"]+))`, 'i').exec(typed) ?? [];
    return quoted ?? plain;
  };
  return {
    type: (/^[^\s;]+/.exec(typed)?.[0] ?? 'text/plain').toLowerCase(),
    encoding: field('Content-Transfer-Encoding').toLowerCase(),
    attached: /^attachment\b/i.test(field('Content-Disposition')),
    boundary: parameter('boundary'),
    charset: parameter('charset') ?? 'utf-8',
    body: end ? source.slice(end.index + end[0].length) : '',
  };
}

function partsOf(body: string, boundary: string): string[] {
  const [, ...parts] = `\n${body}`.split(`\n--${boundary}`);
  const last = parts.findIndex(part => part.startsWith('--'));
  // The line of the boundary ends where the part begins.
  return (last === -1 ? parts : parts.slice(0, last)).map(part => part.replace(/^[^\n]*\n/, ''));
}

function decoded({ body, encoding, charset }: Entity): string {
  const octets =
    encoding === 'base64'
      ? Buffer.from(body, 'base64')
      : Buffer.from(encoding === 'quoted-printable' ? unquoted(body) : body, 'latin1');
  try {
    return new TextDecoder(charset).decode(octets);
  } catch {
    // A name of no character set, or of one that is not known here.
    return octets.toString('latin1');
  }
}

function unquoted(body: string): string {
  const joined = body.replace(/=[ \t]*\r?\n/g, '');
  return joined.replace(/=([\dA-F]{2})/gi, (_, octet: string) =>
    String.fromCharCode(Number.parseInt(octet, 16)),
  );
}
