/**
 * What shows and hides content for Outlook on Windows: `<!--[if mso]>`, `<!--[if !mso]><!-->`, `<!--<![endif]-->` and
 * `<![endif]-->`. What stands between is HTML for that client.
 */
const CONDITIONS = /<!--<!\[endif\]-->|<!--\[if\b[^\]>]{0,200}\]>(?:<!-->|-->)?|<!\[endif\]-->/gi;

/** A page as Outlook on Windows reads it, in equal length: with what conditional comments hold, and without the comments. */
export function withoutConditions(html: string): string {
  return html.replace(CONDITIONS, condition => ' '.repeat(condition.length));
}
