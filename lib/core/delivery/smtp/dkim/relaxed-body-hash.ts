import type { Hash } from 'node:crypto';
import { createHash } from 'node:crypto';

const TAB = 0x09;
const LF = 0x0a;
const CR = 0x0d;
const BLANK = 0x20;
/** Line ends that are hashed at a time. */
const MANY_BREAKS = 4096;
const BREAK = '\r\n';

/**
 * SHA-256 over a body in its relaxed form (RFC 6376 3.4.4): one blank for several, none at the end of a line, no empty
 * lines at the end. A bare CR or LF counts as a line end, because it leaves as CRLF. Pieces of the body are hashed as they
 * lie in memory wherever they need no change.
 */
export class RelaxedBodyHash {
  readonly #hash: Hash = createHash('sha256');
  /** Line ends that are hashed only when something follows them. */
  #breaks = 0;
  /** Whether white space stands before what follows. */
  #blank = false;
  #empty = true;
  /** Whether the last octet was a CR, so that an LF behind it ends no further line. */
  #afterCr: boolean;

  /** @param afterCr whether the octet before the body was a CR */
  constructor(afterCr: boolean) {
    this.#afterCr = afterCr;
  }

  /** Takes the next piece. */
  update(chunk: Buffer): void {
    let index = 0;
    while (index < chunk.length) {
      const octet = chunk[index] ?? 0;
      const isSecondHalf = octet === LF && this.#afterCr;
      this.#afterCr = octet === CR;
      if (isSecondHalf) index++;
      else if (octet === CR || octet === LF) {
        this.#breaks++;
        this.#blank = false;
        index++;
      } else if (octet === BLANK || octet === TAB) {
        this.#blank = true;
        index++;
      } else {
        const end = endOfRun(chunk, index);
        this.#write(chunk.subarray(index, end));
        index = end;
      }
    }
  }

  /** The hash in base64, for the tag `bh=`. */
  digest(): string {
    if (!this.#empty) this.#hash.update(BREAK);
    return this.#hash.digest('base64');
  }

  #write(run: Buffer): void {
    for (; this.#breaks > MANY_BREAKS; this.#breaks -= MANY_BREAKS)
      this.#hash.update(BREAK.repeat(MANY_BREAKS));
    if (this.#breaks > 0 || this.#blank)
      this.#hash.update(`${BREAK.repeat(this.#breaks)}${this.#blank ? ' ' : ''}`);
    this.#breaks = 0;
    this.#blank = false;
    this.#empty = false;
    this.#hash.update(run);
  }
}

/** Where the octets end that are hashed as they are: a single blank between words, and a CRLF between texts, are among them. */
function endOfRun(chunk: Buffer, start: number): number {
  let index = start;
  for (; index < chunk.length; index++) {
    const octet = chunk[index] ?? 0;
    if (octet > BLANK) continue;
    if (octet === BLANK && isText(chunk[index + 1])) continue;
    if (octet === CR && chunk[index + 1] === LF && isText(chunk[index + 2])) index++;
    else if (!isText(octet)) return index;
  }
  return index;
}

function isText(octet: number | undefined): boolean {
  return octet !== undefined && octet !== BLANK && octet !== TAB && octet !== CR && octet !== LF;
}
