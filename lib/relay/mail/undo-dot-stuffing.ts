const CR = 0x0d;
const LF = 0x0a;
const DOT = 0x2e;

/** Removes one of two dots at the beginning of each line (RFC 5321 4.5.2), over the chunks of a mail in their order. */
export class DotUnstuffer {
  /** The last two octets before the chunk; the beginning of a mail counts as the beginning of a line. */
  #before = LF;
  #beforeThat = LF;

  /** The chunk without the doubled dots. */
  next(chunk: Buffer): Buffer {
    const kept: Buffer[] = [];
    let from = 0;
    for (let index = 0; index < chunk.length; index++) {
      const octet = chunk[index] ?? 0;
      const doubled = octet === DOT && this.#before === DOT && isLineEnd(this.#beforeThat);
      if (doubled) {
        kept.push(chunk.subarray(from, index));
        from = index + 1;
      }
      // The dot that is removed and a third one are no doubled pair.
      this.#beforeThat = doubled ? DOT : this.#before;
      this.#before = octet;
    }
    return from === 0 ? chunk : Buffer.concat([...kept, chunk.subarray(from)]);
  }
}

function isLineEnd(octet: number): boolean {
  return octet === LF || octet === CR;
}
