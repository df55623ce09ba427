/** Makes the text part of a mail from its HTML: paragraphs, links with their addresses, lists, no images. */
export class HtmlToText {
  #converter: Promise<(html: string) => string> | undefined;

  /** Converts one document or fragment. */
  async convert(html: string): Promise<string> {
    // Imported at first use, because an application whose templates all have text parts never needs it.
    this.#converter ??= loadConverter();
    return (await this.#converter)(html);
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
