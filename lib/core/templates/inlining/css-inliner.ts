import { messageOf } from '../../errors/error-facts.js';
import { MailTemplateError } from '../../errors/mail-template-error.js';
import { plainCause } from '../../errors/plain-cause.js';
import { htmlDepth } from '../parsing/html-depth.js';
import { skeletonOf } from './page-skeleton.js';
import { fill, ValueTokens } from './value-tokens.js';

const MOST_PAGES = 100;
const MOST_OF_A_PAGE = 8;
const LONGEST_KEPT = 512 * 1024;
const MOST_ATTRIBUTES = 1000;
const DEEPEST_PAGE = 500;

/** Turns a page into one whose elements carry the rules of its style sheets. */
type Inline = (html: string) => string;

/** A page that was inlined for certain visible values. */
interface InlinedPage {
  readonly visible: readonly number[];
  readonly values: readonly (string | undefined)[];
  readonly pieces: readonly (string | number)[];
}

/**
 * Writes the rules of style sheets into the `style` attributes of the elements, for mail clients that ignore style
 * sheets. What a page comes to without its values is found out once and kept.
 */
export class CssInliner {
  readonly tokens = new ValueTokens();
  readonly #inline: Inline;
  readonly #pages = new Map<string, InlinedPage[]>();

  private constructor(inline: Inline) {
    this.#inline = inline;
  }

  /**
   * Loads `@css-inline/css-inline`, an optional peer.
   *
   * @throws {@link MailTemplateError} `EMAILTEMPLATEINLINE` when it is not installed
   */
  static async load(): Promise<CssInliner> {
    return new CssInliner(await loadInline());
  }

  /** How many pages are kept. */
  get kept(): number {
    return this.#pages.size;
  }

  /** Forgets all pages, because the templates have changed. */
  clear(): void {
    this.#pages.clear();
  }

  /**
   * Inlines a page.
   *
   * @param text the page, with tokens
   * @param values what the tokens stand for
   * @throws RangeError for a page that the inliner must not be given
   * @throws whatever the inliner throws
   */
  inline(text: string, values: readonly string[]): string {
    const known = this.#pages.get(text);
    const page = known?.find(({ visible, values: those }) =>
      visible.every((index, place) => those[place] === values[index]),
    );
    if (page) return fill(page.pieces, values);
    const made = this.#page(text, values);
    this.#keep(text, made, known);
    return fill(made.pieces, values);
  }

  #page(text: string, values: readonly string[]): InlinedPage {
    const { html, visible, revealed, attributes } = skeletonOf(text, values, this.tokens);
    // The parser takes time in proportion to the square of the attributes of a tag, and its stack ends with the process.
    if (attributes > MOST_ATTRIBUTES) throw new RangeError(`a tag has ${attributes} attributes`);
    if (htmlDepth(html) > DEEPEST_PAGE) throw new RangeError('elements are nested too deeply');
    const pieces = this.tokens.split(this.#finish(html, revealed));
    return { visible, values: visible.map(index => values[index]), pieces };
  }

  #finish(page: string, revealed: readonly string[]): string {
    if (!/<style/i.test(page)) return this.tokens.restoreComments(page, revealed);
    const inlined = this.#inline(page);
    const doctype = /<!doctype[^>]*>/i.exec(page.slice(0, 2000))?.[0];
    const kept = doctype === undefined ? inlined : inlined.replace(/<!doctype[^>]*>/i, () => doctype);
    const fragment = !/<(?:!doctype|html|head|body)\b/i.test(page);
    return this.tokens.restoreComments(fragment ? unwrapped(kept) : kept, revealed);
  }

  #keep(text: string, page: InlinedPage, known: InlinedPage[] = []): void {
    if (text.length > LONGEST_KEPT) return;
    // The one that was made longest ago goes: contexts come from requests, and what is kept must not grow with them.
    this.#pages.delete(text);
    const [oldest] = this.#pages.keys();
    if (oldest !== undefined && this.#pages.size >= MOST_PAGES) this.#pages.delete(oldest);
    this.#pages.set(text, [page, ...known].slice(0, MOST_OF_A_PAGE));
  }
}

/** A fragment stays a fragment: the inliner makes a document of everything. A fragment holds no such tags itself. */
function unwrapped(html: string): string {
  const [before, rest] = cut(html, '<html><head>');
  const [head, body] = cut(rest, '</head><body>');
  const [content, after] = cut(body, '</body></html>');
  return `${before}${head}${content}${after}`;
}

function cut(text: string, mark: string): [string, string] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + mark.length)];
}

async function loadInline(): Promise<Inline> {
  const options = {
    inlineStyleTags: true,
    // With their media queries, for dark mode and phones.
    keepStyleTags: true,
    keepLinkTags: true,
    loadRemoteStylesheets: false,
  };
  try {
    // Not as a literal: its part in Rust can stand in no bundle, and is loaded from node_modules beside it.
    const name = '@css-inline/css-inline';
    const { inline } = (await import(
      /* webpackIgnore: true */ name
    )) as typeof import('@css-inline/css-inline');
    return html => inline(html, options);
  } catch (error) {
    throw new MailTemplateError(
      'EMAILTEMPLATEINLINE',
      `templates.inlineCss needs the package @css-inline/css-inline, which cannot be loaded (${messageOf(error)}). Install it: npm install @css-inline/css-inline`,
      { cause: plainCause(error) },
    );
  }
}
