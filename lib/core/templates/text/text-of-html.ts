import type { Tokenizer as HtmlTokenizer } from 'htmlparser2';
import { pageText } from './page-text.js';
import { TreeBuilder } from './tree-builder.js';

/** Makes the text of one document or fragment. */
export type TextOfHtml = (html: string) => string;

/** Loads htmlparser2, whose tokenizer reads the page; the rest is done here. */
export async function loadTextOfHtml(): Promise<TextOfHtml> {
  const { Tokenizer } = await import('htmlparser2');
  return html => textOfHtml(html, Tokenizer);
}

function textOfHtml(html: string, Tokenizer: typeof HtmlTokenizer): string {
  const builder = new TreeBuilder(html);
  const tokenizer = new Tokenizer({ decodeEntities: true }, builder);
  tokenizer.write(html);
  tokenizer.end();
  return pageText(builder.root);
}
