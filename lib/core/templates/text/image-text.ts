import type { HtmlElement } from './html-element.js';
import { readStyle } from './inline-style.js';

/** An image of one pixel keeps a place or counts readers. */
const SPACER = /^\s*0*[01](?:\.0*)?\s*(?:px)?\s*$/;

/** What stands for an image in a text; undefined where nothing does, '' where the image shows something without a name. */
export function imageText({ attributes }: HtmlElement): string | undefined {
  const style = readStyle(attributes.get('style'));
  const sizes = ['width', 'height'].map(name => style.get(name) ?? attributes.get(name));
  if (sizes.some(size => size !== undefined && SPACER.test(size))) return undefined;
  const alt = attributes.get('alt');
  if (alt === undefined) return '';
  return alt.trim() === '' ? undefined : alt;
}
