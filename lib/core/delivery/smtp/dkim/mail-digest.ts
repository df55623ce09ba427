import { HeaderFields } from './header-fields.js';
import { RelaxedBodyHash } from './relaxed-body-hash.js';

const LF = 0x0a;
const CR = 0x0d;

/** What of a mail is signed: the fields of its header, and a hash of its body. */
export interface MailDigest {
  readonly header: HeaderFields;
  /** In base64. */
  readonly bodyHash: string;
}

/** Reads a mail as it leaves, in pieces, and keeps only its header. */
export async function digestOf(
  chunks: Iterable<Buffer> | AsyncIterable<Buffer>,
): Promise<MailDigest & { readonly head: Buffer }> {
  let head: Buffer | undefined;
  let before: Buffer = Buffer.alloc(0);
  let body = new RelaxedBodyHash(false);
  for await (const chunk of chunks) {
    if (head) {
      body.update(chunk);
      continue;
    }
    before = before.length === 0 ? chunk : Buffer.concat([before, chunk]);
    const end = endOfHead(before);
    if (end === undefined) continue;
    head = before.subarray(0, end);
    body = new RelaxedBodyHash(before[end - 1] === CR);
    body.update(before.subarray(end));
  }
  head ??= before;
  return { head, header: new HeaderFields(head), bodyHash: body.digest() };
}

/**
 * Octets of the header with the empty line behind it; undefined when that has not come yet. CRLF, CR and LF all end a
 * line, because all leave as CRLF. An LF that belongs to the last CR may be left to the body.
 */
function endOfHead(bytes: Buffer): number | undefined {
  let lineStart = 0;
  for (let index = 0; index < bytes.length; index++) {
    const octet = bytes[index];
    if (octet !== CR && octet !== LF) continue;
    const isEmpty = index === lineStart;
    if (octet === CR && bytes[index + 1] === LF) index++;
    if (isEmpty) return index + 1;
    lineStart = index + 1;
  }
  return undefined;
}
