import { beforeAll, describe, expect, it } from '@jest/globals';
import { startBrowser } from '../browser/browser.js';
import { findingsOf, measureMails } from './measured-mail.js';
import { READER, startSendingApp } from './sent-mail.js';

/** Stands in both parts, so that they say about the same. */
const WORDS =
  'Three people of your team have asked for access to invoices and payroll. Please decide until the end of January: requests that nobody decides on are refused.';
/** A page without a fault around some HTML, which has one. */
const page = (body: string): string =>
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Mail</title></head><body><div role="main" lang="en"><h1>Mail</h1><div>${WORDS}</div>${body}</div></body></html>`;
const LINK = 'https://identity.contoso.com/reviews?id=1&of=2';
const HTML_LINK = `<p>Open <a href="${LINK.replace('&', '&amp;')}">the review</a>.</p>`;

/** Mails with one fault each, and words of what is found. */
const FAULTS = [
  { fault: 'none', html: page(HTML_LINK), text: `Mail\n\nOpen the review: ${LINK}`, found: [] },
  {
    fault: 'text in the colour of what lies behind it',
    html: page('<p style="color:#fefefe">Hidden</p>'),
    text: 'Mail',
    found: [
      /^SpamAssassin: HTML_FONT_LOW_CONTRAST /,
      /^axe-core, light: color-contrast /,
      /^axe-core, dark: color-contrast /,
    ],
  },
  {
    fault: 'dark colours that nobody can read',
    html: page('<style>@media (prefers-color-scheme: dark) { p { color: #eeeeee } }</style><p>Mail</p>'),
    text: 'Mail',
    found: [/^axe-core, dark: color-contrast /],
  },
  {
    fault: 'a picture without a text',
    html: page('<p>Mail<img src="data:image/gif;base64,R0lGODlhAQABAAAAACw=" width="9" height="9"></p>'),
    text: 'Mail',
    found: [/^SpamAssassin: HTML_IMAGE_ONLY_/, /^axe-core, light: image-alt /, /^axe-core, dark: image-alt /],
  },
  {
    fault: 'a width that only a style sheet makes smaller',
    html: page('<style>p { width: auto !important }</style><p style="width:500px">Mail</p>'),
    text: 'Mail',
    found: [/^at 320 px without style sheets: /, /^at 375 px without style sheets: /],
  },
  {
    fault: 'words to the left of the window',
    html: page('<p style="margin-left:-40px">Mail</p>'),
    text: 'Mail',
    found: [/^at 320 px: 0 px too wide; beyond an edge: p "Mail"/, /375/, /600/, /320/, /375/, /600/],
  },
  {
    fault: 'text that the HTML hides',
    html: page('<p style="display:none">A preheader &#847;&zwnj;&nbsp;</p><p>Mail</p>'),
    text: 'A preheader \u034f\u200c\u00a0\n\nMail',
    found: [
      /^text part says what the HTML hides: "A preheader"/,
      /^text part holds characters that take no room/,
    ],
  },
  {
    fault: 'markup in the text',
    html: page('<p>Mail &amp; more</p>'),
    text: '<p class="x">Mail &amp; more</p>',
    found: [
      /^text part holds HTML: <p class="x">/,
      /^text part holds HTML: &amp;/,
      /^text part holds HTML: <\/p>/,
    ],
  },
  {
    fault: 'a link in two lines',
    html: page(HTML_LINK),
    text: `Mail\n\nOpen the review: ${LINK.slice(0, 30)}\n${LINK.slice(30)}`,
    found: [/^text part lacks the link https/],
  },
  {
    fault: 'a value that is lost',
    html: page('<p>Hello Ann Lee</p>'),
    text: 'Mail\n\nHello Ann',
    found: [/^text part lacks what the HTML shows: "Ann Lee"/],
  },
] as const;

let findings: Map<string, string[]>;
beforeAll(async () => {
  const app = await startSendingApp();
  const browser = await startBrowser();
  try {
    const mails = [];
    for (const { html, text } of FAULTS) {
      const sent = await app.send(mail =>
        mail.send({ to: READER, subject: 'Your review', html, text: `${WORDS}\n\n${text}` }),
      );
      mails.push({ sent, context: { name: 'Ann Lee' } });
    }
    const measured = await measureMails(browser, mails);
    findings = new Map(
      FAULTS.map(({ fault }, index) => [fault, measured.slice(index, index + 1).flatMap(findingsOf)]),
    );
  } finally {
    await browser.close();
    await app.close();
  }
});

describe('What measures mails', () => {
  it.each(FAULTS)('tells of a mail that has this fault, and of no other: $fault', ({ fault, found }) => {
    const told = findings.get(fault) ?? ['it was not measured'];
    expect(told).toEqual(found.map(words => expect.stringMatching(words)));
  });
});
