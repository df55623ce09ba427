/** A stretch of a page. */
interface Stretch {
  readonly from: number;
  readonly to: number;
}

const END = '<![endif]';

/** What a page says to Outlook on Windows in conditional comments: what it does not get, and what it alone gets. */
export class WordConditions {
  readonly #withheld: readonly Stretch[];
  /** Whether the page brings elements for Outlook on Windows alone: tables, or drawings in VML. */
  readonly hasContent: boolean;

  constructor(html: string) {
    const last = html.lastIndexOf(END);
    const conditions = [...html.matchAll(/<!--\[if\b([^\]>]{0,200})\]>/gi)].map(
      ({ 0: mark, 1: words = '', index }) => {
        const from = index + mark.length;
        return { words, from, to: index > last ? html.length : html.indexOf(END, index) };
      },
    );
    this.#withheld = conditions.filter(({ words }) => /!\s*\(?\s*(?:\w+\s+)?(?:mso|vml)\b/i.test(words));
    this.hasContent = conditions.some(
      ({ words, from, to }) =>
        /\b(?:mso|vml)\b/i.test(words) && !words.includes('!') && /<(?:table|v:)/i.test(html.slice(from, to)),
    );
  }

  /** Whether what stands at a place is not for Outlook on Windows. */
  withholds(at: number): boolean {
    return this.#withheld.some(({ from, to }) => at >= from && at < to);
  }
}
