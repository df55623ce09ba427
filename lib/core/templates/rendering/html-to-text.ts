import { htmlDepth } from '../parsing/html-depth.js';
import { HtmlToTextError } from './html-to-text-error.js';

/** Converting takes up to a second for each million characters, in which the process does nothing else. */
const LONGEST_HTML = 4 * 1024 * 1024;
/** The converter's parser takes time in proportion to the square of the depth, and its stack ends at about 1,000. */
const DEEPEST_HTML = 2000;

/** Makes the text part of a mail from its HTML: paragraphs, links with their addresses, lists, no images. */
export class HtmlToText {
  #converter: Promise<(html: string) => string> | undefined;
  readonly #last = new WeakMap<object, { readonly html: string; readonly text: string }>();

  /**
   * Converts one document or fragment. What does not change from mail to mail is converted once.
   *
   * @param source what the HTML was made from, such as a template. @default nothing that comes again
   * @throws {@link HtmlToTextError} for HTML that is too long or nested too deeply
   */
  async convert(html: string, source?: object): Promise<string> {
    const last = source && this.#last.get(source);
    if (last?.html === html) return last.text;
    // Imported at first use, because an application whose templates all have text parts never needs it.
    this.#converter ??= loadConverter();
    const text = converted(await this.#converter, html);
    if (source) this.#last.set(source, { html, text });
    return text;
  }
}

function converted(convert: (html: string) => string, html: string): string {
  if (html.length > LONGEST_HTML)
    throw new HtmlToTextError(`it has more than ${LONGEST_HTML / 1024 / 1024} million characters`);
  const depth = htmlDepth(html);
  if (depth > DEEPEST_HTML) throw new HtmlToTextError(`its elements are nested ${depth} deep`);
  try {
    return convert(html);
  } catch (cause) {
    throw new HtmlToTextError('its elements are nested too deeply, or it cannot be parsed', { cause });
  }
}

async function loadConverter(): Promise<(html: string) => string> {
  const { compile } = await import('html-to-text');
  return compile({
    wordwrap: 76,
    selectors: [
      { selector: 'img', format: 'skip' },
      // What only phones and inbox previews show: the preheader and the labels of stacked tables.
      { selector: '.m-preheader', format: 'skip' },
      { selector: '.m-label', format: 'skip' },
      { selector: 'a', options: { hideLinkHrefIfSameAsText: true, linkBrackets: ['<', '>'] } },
      ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map(selector => ({ selector, options: { uppercase: false } })),
    ],
  });
}
