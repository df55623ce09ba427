import { structureOf } from './reply-view.js';

/** Stands for what is not shown. */
const HIDDEN = '***';

/** Collects what of a text is not to be shown. */
export class HiddenRanges {
  readonly #text: string;
  #hidden: Uint8Array | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  /** Hides a range of the text. */
  add(from: number, to: number): void {
    this.#hidden ??= new Uint8Array(this.#text.length);
    this.#hidden.fill(1, from, to);
  }

  /** The text as it may be shown; line ends and codes of a reply stay. */
  shown(): string {
    const hidden = this.#hidden;
    if (!hidden) return this.#text;
    for (const [from, to] of structureOf(this.#text)) hidden.fill(0, from, to);
    let shown = '';
    for (let at = 0; at < hidden.length;) {
      const end = hidden[at] === 1 ? hidden.indexOf(0, at) : hidden.indexOf(1, at);
      const until = end === -1 ? hidden.length : end;
      const part = this.#text.slice(at, until);
      // A blank at the edge is none of the secret: between two lines of a reply it belongs to the first or the second.
      shown += hidden[at] === 1 ? `${/^\s*/.exec(part)?.[0]}${part.trim() === '' ? '' : HIDDEN}` : part;
      at = until;
    }
    return shown;
  }
}
