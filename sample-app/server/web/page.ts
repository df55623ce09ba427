import { Html, html } from './html.js';
import type { WebResponse } from './http.js';

/** A page without its frame. */
export interface Page {
  readonly title: string;
  readonly main: Html;
  /** What screen readers are to say first, with the title. */
  readonly news?: string;
}

/** Sends a page. */
export function sendPage(response: WebResponse, status: number, page: Page): void {
  response.status(status).type('text/html; charset=utf-8').send(framed(page).markup);
}

/** What went wrong, read out by screen readers; nothing when nothing did. */
export function problemNote(problem: string | undefined): Html | undefined {
  return problem === undefined
    ? undefined
    : html`<p class="problem" role="alert" aria-live="assertive">${problem}</p>`;
}

function framed({ title, main, news }: Page): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${news === undefined ? '' : `${news} · `}${title} · Contoso Identity</title>
        <link rel="stylesheet" href="/style.css" />
      </head>
      <body>
        <header>
          <a href="/">Contoso Identity</a>
          <nav><a href="/login">Sign in</a></nav>
        </header>
        <main>
          <h1>${title}</h1>
          ${main}
        </main>
      </body>
    </html>`;
}
