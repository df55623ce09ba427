import { BodyWords } from './body-words.js';
import { HiddenRanges } from './hidden-ranges.js';
import { mayQuote, telltalePieces } from './may-quote.js';
import { NamedSecrets } from './named-secrets.js';
import type { ReplyView } from './reply-view.js';
import { folded, unescaped, viewsOf, withoutBlanks } from './reply-view.js';

/** What of a mail decides what a server's words may show of it. */
export interface MailRedactorParts {
  /** Texts that must never be shown, however short. */
  readonly secrets: readonly string[];
  /** The bodies of the mail as they are read; asked for when a server has said more than usual. */
  readonly texts: () => readonly string[];
  /** Whether the bytes of the mail may hold one of these pieces of words, which are in small letters: a quick look. */
  readonly mayHold: (pieces: readonly string[]) => boolean;
  /** Addresses of the envelope and the Message-ID, which may be shown wherever they stand. */
  readonly shown: () => readonly string[];
}

/** What surrounds a word in a sentence. */
const EDGES = /^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu;
/** The beginning of a link, which names no more than a server, or less. */
const SERVER_OF_LINK = /^[^a-z\d]*https?:\/\/[^/?#@]*\/?$/;
/** Quick looks into a mail before its words are put into an index. */
const MOST_LOOKS = 8;
const BRACKETED = /<[^<>\s]+>/g;
/** Characters of a text that are looked at; servers say less. */
const MOST = 64 * 1024;

/**
 * Hides in what a server has said whatever it can only have out of the mail: named secrets, and every word of 12 characters or
 * more of its body that is no address of its envelope. All is compared over the whole text, without case and blanks, in the
 * forms in which servers quote.
 */
export class MailRedactor {
  readonly #parts: MailRedactorParts;
  readonly #named: NamedSecrets;
  #words: BodyWords | undefined;
  #looks = 0;
  #shown: string | undefined;
  /** What was returned last: a text is often shown in several places. */
  #last: string | undefined;

  constructor(parts: MailRedactorParts) {
    this.#parts = parts;
    this.#named = new NamedSecrets(parts.secrets);
  }

  /** The text as it may be shown. */
  redact(whole: string): string {
    if (whole === this.#last) return whole;
    const quotes = mayQuote(whole) && this.#mayHold(whole);
    if (!quotes && this.#named.none) return (this.#last = whole);
    const text = whole.length > MOST ? `${whole.slice(0, MOST)}…` : whole;
    const ranges = new HiddenRanges(text);
    const views = viewsOf(text);
    this.#named.hideIn(text, views, ranges);
    if (quotes) this.#hideWords(text, views, ranges);
    return (this.#last = ranges.shown());
  }

  #mayHold(reply: string): boolean {
    // The index costs as much as some looks, and serves all replies that follow, of which there may be one for each recipient.
    if (this.#words || ++this.#looks > MOST_LOOKS) return true;
    // Servers name the mail by its Message-ID when they take it.
    const unnamed = reply.replace(BRACKETED, name => (this.#mayBeShown(folded(name)) ? ' ' : name));
    const pieces = telltalePieces(unnamed);
    return pieces === undefined || this.#parts.mayHold(pieces);
  }

  #hideWords(text: string, views: readonly ReplyView[], ranges: HiddenRanges): void {
    this.#words ??= new BodyWords(this.#parts.texts());
    const runs = this.#words.runsIn(views.map(view => view.octets));
    for (const [index, view] of views.entries()) {
      for (const [from, to] of runs[index] ?? []) {
        const run = view.octets.slice(from, to);
        const end = view.to[to - 1] ?? 0;
        // Two links that begin alike are two words.
        const isOther = SERVER_OF_LINK.test(run) && /[\w.-]/.test(text.charAt(end));
        if (!isOther && !this.#mayBeShown(run)) ranges.add(view.from[from] ?? 0, end);
      }
    }
  }

  #mayBeShown(run: string): boolean {
    this.#shown ??= this.#parts.shown().map(addressForms).join('\n');
    return this.#shown.includes(run.replace(EDGES, ''));
  }
}

function addressForms(address: string): string {
  const plain = withoutBlanks(folded(address));
  return `${plain}\n${unescaped(plain)}`;
}
