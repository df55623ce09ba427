/** The HTML of a mail as the ways of showing it leave it. */
export interface MailClient {
  readonly name: string;
  readonly prepare: (html: string) => string;
}

/** Shows what it is given. */
export const ANY_CLIENT: MailClient = { name: 'any client', prepare: html => html };

/**
 * As Gmail shows mails of accounts that are not Google's: no style sheet, and nothing of `<html>` and `<body>` but the style of the
 * body, on an element of its own.
 */
export const GMAIL: MailClient = {
  name: 'Gmail without style sheets',
  prepare: html => {
    const [, attributes = '', content = ''] =
      /<body\b([^>]*)>([^]*?)<\/body>/i.exec(withoutStyleSheets(html)) ?? [];
    const [, style = ''] = /style="([^"]*)"/i.exec(attributes) ?? [];
    // The language stands here as it does in Gmail's own page; the mail must say its own on an element that is left.
    return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Mail</title></head><body style="margin:0"><div style="${style}">${content}</div></body></html>`;
  },
};

/** As Outlook on Windows: its conditional comments hold, others' do not, and it knows no media queries. */
export const OUTLOOK: MailClient = {
  name: 'Outlook on Windows',
  prepare: html =>
    withoutMediaQueries(
      html
        .replaceAll(/<!--\[if !mso[^\]]*\]><!-->[^]*?<!--<!\[endif\]-->/gi, '')
        .replaceAll(/<!--\[if [^\]]*mso[^\]]*\]>([^]*?)<!\[endif\]-->/gi, '$1')
        // Settings of Word, which other programs would print.
        .replaceAll(/<xml>[^]*?<\/xml>/gi, ''),
    ),
};

function withoutStyleSheets(html: string): string {
  return html.replaceAll(/<style\b[^>]*>[^]*?<\/style>/gi, '');
}

/** Media queries hold rules in braces, one level deep. */
function withoutMediaQueries(html: string): string {
  return html.replaceAll(/@media[^{]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}/gi, '');
}
