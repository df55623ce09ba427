import { lateImport } from '../../errors/late-import.js';
import { HtmlToTextError } from './html-to-text-error.js';
import type { TextOfHtml } from './text-of-html.js';

/** Imported at first use: an application whose templates all have text parts never needs it. */
const importConverter = lateImport(async () => (await import('./text-of-html.js')).loadTextOfHtml());

/** Converting takes up to a second for each million characters, in which the process does nothing else. */
const LONGEST_HTML = 4 * 1024 * 1024;

/** Makes the text part of a mail from its HTML: what its readers see, in the order in which they read it. */
export class HtmlToText {
  readonly #last = new WeakMap<object, { readonly html: string; readonly text: string }>();

  /**
   * Converts one document or fragment. What does not change from mail to mail is converted once.
   *
   * @param source what the HTML was made from, such as a template. @default nothing that comes again
   * @throws {@link HtmlToTextError} for HTML that is too long or nested too deeply
   * @throws `MailDeliveryError` `EMAILCONNECT` when what converts cannot be imported
   */
  async convert(html: string, source?: object): Promise<string> {
    const last = source && this.#last.get(source);
    if (last?.html === html) return last.text;
    const text = converted(await importConverter(), html);
    if (source) this.#last.set(source, { html, text });
    return text;
  }
}

function converted(convert: TextOfHtml, html: string): string {
  if (html.length > LONGEST_HTML)
    throw new HtmlToTextError(`it has more than ${LONGEST_HTML / 1024 / 1024} million characters`);
  try {
    return convert(html);
  } catch (cause) {
    if (cause instanceof HtmlToTextError) throw cause;
    throw new HtmlToTextError('its elements are nested too deeply, or it cannot be parsed', { cause });
  }
}
