import type { PreviewSection } from '../http/preview-route.js';
import { html } from '../view/html.js';

/** The page *Mailbox*. */
export function mailboxSection(_context: object): PreviewSection {
  return {
    title: 'Mailbox',
    path: '/mailbox',
    routes: [
      {
        method: 'GET',
        path: '/mailbox',
        run: request =>
          request.page(
            'Mailbox',
            html`<h1>Mailbox</h1>
              <p>Nothing has been sent yet.</p>`,
          ),
      },
    ],
  };
}
