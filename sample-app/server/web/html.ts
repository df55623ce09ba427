/** Markup that is safe to send: everything in it was escaped or written by us. */
export class Html {
  constructor(readonly markup: string) {}
}

/** What may stand in a placeholder of {@link html}; undefined is nothing. */
export type HtmlValue = string | number | Html | readonly Html[] | undefined;

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Makes markup of a template literal; every value in it that is not markup itself is escaped. */
export function html(strings: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  return new Html(String.raw({ raw: strings }, ...values.map(markupOf)));
}

function markupOf(value: HtmlValue): string {
  if (value === undefined) return '';
  if (value instanceof Html) return value.markup;
  if (typeof value === 'object') return value.map(item => item.markup).join('\n');
  return String(value).replace(/[&<>"']/g, character => ENTITIES[character] ?? character);
}
