import type { Html } from './html.js';
import { html } from './html.js';

/** What the page for those without a key says. */
export interface LockedPageParts {
  readonly nonce: string;
  readonly reason: string;
  readonly remedy: string;
  /** Address to go on to at once; undefined where there is no reason to. */
  readonly again: string | undefined;
}

/** All of its style: nothing else of the preview is given to those without a key. */
const STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 36rem; margin: 12vh auto; padding: 0 1.25rem; overflow-wrap: anywhere; }
h1 { font-size: 1.3rem; }
`;

/** The page for those without a key. */
export function lockedPage({ nonce, reason, remedy, again }: LockedPageParts): Html {
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        ${again !== undefined && html`<meta http-equiv="refresh" content="0; url=${again}" />`}
        <title>Locked · Mail preview</title>
        <link rel="icon" href="data:," />
        <style nonce="${nonce}">
          ${STYLE}
        </style>
      </head>
      <body>
        <main>
          <h1>Locked</h1>
          <p>${reason}</p>
          <p>${remedy}</p>
          <p><a href="">Try again</a></p>
        </main>
      </body>
    </html>`;
}
