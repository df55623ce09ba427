/** A piece of HTML that was put together by {@link html}: what came from elsewhere stands escaped in it. */
export class Html {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** The markup. */
  toString(): string {
    return this.#text;
  }
}

/** What can stand in a template: text, which is escaped, markup, lists of both, or nothing. */
export type HtmlValue = Html | string | number | false | null | undefined | readonly HtmlValue[];

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Puts HTML together. Every value is escaped, except what {@link html} itself has made. Attributes must be quoted. */
export function html(strings: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  return new Html(strings.map((text, index) => text + markupOf(values[index])).join(''));
}

/** Markup that the caller answers for; never for anything that comes from outside. */
export function trustedHtml(markup: string): Html {
  return new Html(markup);
}

function markupOf(value: HtmlValue): string {
  if (value === undefined || value === null || value === false) return '';
  if (value instanceof Html) return value.toString();
  if (typeof value === 'string' || typeof value === 'number') return escaped(String(value));
  return value.map(markupOf).join('');
}

/** A text as it stands in HTML and in quoted attributes. */
export function escaped(text: string): string {
  // A NUL would end up as the replacement character at some places and vanish at others.
  return text.replaceAll('\0', '\ufffd').replace(/[&<>"']/g, character => ESCAPES[character] ?? character);
}
