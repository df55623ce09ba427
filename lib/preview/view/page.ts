import type { Html } from './html.js';
import { html } from './html.js';
import type { NavigationEntry } from './navigation-entry.js';

/** What stands in the frame of every page. */
export interface PageParts {
  readonly base: string;
  readonly nonce: string;
  readonly title: string;
  readonly body: Html;
  readonly sections: readonly NavigationEntry[];
  /** Path of the section that the page belongs to. */
  readonly current: string | undefined;
}

/** A whole page: head, navigation, and the body in its `<main>`. */
export function page({ base, nonce, title, body, sections, current }: PageParts): Html {
  const links = sections.map(
    ({ title: words, path }) =>
      html`<a href="${base}${path}" ${path === current && html`aria-current="page"`}>${words}</a>`,
  );
  return html`<!doctype html>
    <html lang="en" data-base="${base}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${title} · Mail preview</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="${base}/assets/preview.css" nonce="${nonce}" />
        <script src="${base}/assets/preview.js" nonce="${nonce}" defer></script>
      </head>
      <body>
        <a class="skip" href="#main">Skip to the content</a>
        <header class="top">
          <span class="product">Mail preview</span>
          <nav aria-label="Preview">${links}</nav>
        </header>
        <main id="main" tabindex="-1">${body}</main>
      </body>
    </html>`;
}
