import type { Html } from './html.js';
import { html } from './html.js';

/**
 * A mail's HTML as its readers see it, in a frame in which nothing runs and nothing is loaded: with a switch between the
 * widths of a desktop and of a phone, and one for dark colours. The document behind `src` must be a `mailDocument`. Until somebody
 * uses that switch, a mail has the colours of the browser.
 *
 * @param src address of the document; `scheme=light` or `scheme=dark` is added to its query for other colours than the browser's
 * @param title what is in it, for those who do not see it
 */
export function mailFrame(src: string, title: string): Html {
  return html`<div class="mail-frame" data-frame>
    <div class="frame-tools" role="group" aria-label="How the mail is shown">
      <button type="button" data-width="desktop" aria-pressed="true">Desktop</button>
      <button type="button" data-width="phone" aria-pressed="false">Phone, 375 px</button>
      <button type="button" data-scheme aria-pressed="false">Dark</button>
      <a href="${src}" target="_blank" rel="noopener noreferrer">Open alone</a>
    </div>
    <div class="frame-stage">
      <iframe
        src="${src}"
        title="${title}"
        sandbox="allow-popups allow-popups-to-escape-sandbox"
        referrerpolicy="no-referrer"
      ></iframe>
    </div>
  </div>`;
}
