/** Where and why octets are no UTF-8. */
export interface EncodingFault {
  /** Goes on after the name of the file: `is not UTF-8: line 3, column 4 (octet 20) …`. */
  readonly reason: string;
  /** Counted from 1. */
  readonly line: number;
  /** Counted from 1, in UTF-16 code units. */
  readonly column: number;
}

/** The text of a file, or why it is none. */
export type Utf8Text =
  | { readonly text: string; readonly fault?: never }
  | { readonly fault: EncodingFault; readonly text?: never };

const REMEDY = 'Save it as UTF-8.';
const START = { line: 1, column: 1 };

/** Reads a file's octets as UTF-8 (RFC 3629), without the byte order mark; other encodings are named where they can be told. */
export function readUtf8(octets: Uint8Array): Utf8Text {
  const other = otherUnicode(octets);
  if (other !== undefined) return { fault: { reason: `is ${other} and not UTF-8. ${REMEDY}`, ...START } };
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(octets) };
  } catch {
    return { fault: faultOf(octets) };
  }
}

/** UTF-16 and UTF-32 by their marks, and UTF-16 without one by the zeros beside the first letters. */
function otherUnicode([a, b, c, d]: Uint8Array): string | undefined {
  if (a === 0xff && b === 0xfe) return c === 0 && d === 0 ? 'UTF-32' : 'UTF-16';
  if (a === 0xfe && b === 0xff) return 'UTF-16';
  if (a === 0 && b === 0 && c === 0xfe && d === 0xff) return 'UTF-32';
  if (a === 0 && b !== undefined && b !== 0 && c === 0) return 'UTF-16';
  return a !== undefined && a !== 0 && b === 0 && c !== 0 && d === 0 ? 'UTF-16' : undefined;
}

function faultOf(octets: Uint8Array): EncodingFault {
  const at = firstFault(octets);
  const before = new TextDecoder().decode(octets.subarray(0, at)).split(/\r\n?|\n/);
  const line = before.length;
  const column = (before.at(-1)?.length ?? 0) + 1;
  // The octet itself is not told: it may be one of a password.
  const reason = `is not UTF-8: at line ${line}, column ${column} (octet ${at + 1}) stands no character of it, perhaps one of Latin-1 or Windows-1252. ${REMEDY}`;
  return { reason, line, column };
}

/** The place of the first octet that begins no character: the longest beginning that can be read ends before it. */
function firstFault(octets: Uint8Array): number {
  let good = 0;
  let bad = octets.length;
  // A beginning that is cut within a character counts as good: a streaming decoder waits for the rest.
  while (good < bad) {
    const middle = Math.ceil((good + bad) / 2);
    if (canBegin(octets.subarray(0, middle))) good = middle;
    else bad = middle - 1;
  }
  return startOfCharacter(octets, good);
}

function canBegin(octets: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(octets, { stream: true });
    return true;
  } catch {
    return false;
  }
}

/** Where the character begins that is not whole at a place. */
function startOfCharacter(octets: Uint8Array, end: number): number {
  for (let start = Math.max(0, end - 3); start < end; start++) {
    const lead = octets[start] ?? 0;
    const length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc2 ? 2 : 1;
    if (length > 1 && start + length > end) return start;
  }
  return end;
}
