import { HtmlToText } from '../../../../lib/core/templates/text/html-to-text.js';

/** The text part that is made of HTML. */
export function made(html: string): Promise<string> {
  return new HtmlToText().convert(html);
}

/** The text part, with each run of white space as one blank. */
export async function words(html: string): Promise<string> {
  return (await made(html)).replace(/\s+/g, ' ').trim();
}
