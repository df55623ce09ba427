/** Makes the text part of a mail from its HTML: paragraphs, links with their addresses, lists, no images. */
export class HtmlToText {
  #converter: Promise<(html: string) => string> | undefined;
  readonly #last = new WeakMap<object, { readonly html: string; readonly text: string }>();

  /**
   * Converts one document or fragment. What does not change from mail to mail is converted once.
   *
   * @param source what the HTML was made from, such as a template
   */
  async convert(html: string, source: object): Promise<string> {
    const last = this.#last.get(source);
    if (last?.html === html) return last.text;
    // Imported at first use, because an application whose templates all have text parts never needs it.
    this.#converter ??= loadConverter();
    const text = (await this.#converter)(html);
    this.#last.set(source, { html, text });
    return text;
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
