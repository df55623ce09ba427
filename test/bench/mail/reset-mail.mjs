/** The one reset mail that all contestants send: about 2 KB when it is composed in two parts. */
export const SUBJECT = 'Reset your password, {{name}}';

const STYLE = `body{font-family:Arial,sans-serif;color:#222222;margin:0}
.page{max-width:600px;margin:0 auto;padding:24px}
.button{background:#0b5fff;color:#ffffff;padding:12px 20px;text-decoration:none}
.small{font-size:12px;color:#666666}`;

const HEAD = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Reset your password</title>
<style>
${STYLE}
</style></head>
<body><div class="page">
<h1>Hello {{name}}</h1>
<p>Somebody, hopefully you, asked for a new password for your account <b>{{login}}</b> at {{application}}.</p>
`;

const BUTTON = '<p><a class="button" href="{{url}}">Choose a new password</a></p>';

const FOOTER = `<p class="small">The link works once and until {{expires}}. If it was not you, do nothing.</p>
<p class="small">{{application}}, 12 Example Street, Contoso City</p>`;

/** The partials of the HTML part, by name. */
export const PARTIALS = { button: BUTTON, footer: FOOTER };

/** The HTML part with its partials. */
export const HTML = `${HEAD}{{> button}}\n{{> footer}}\n</div></body></html>\n`;

/** The same HTML part with everything in one file. */
export const WHOLE_HTML = `${HEAD}${BUTTON}\n${FOOTER}\n</div></body></html>\n`;

/** The text part. */
export const TEXT = `Hello {{name}},

somebody, hopefully you, asked for a new password for your account {{login}} at {{application}}.
Choose a new password here:

{{url}}

The link works once and until {{expires}}. If it was not you, do nothing.

{{application}}, 12 Example Street, Contoso City
`;

/** Who sends. */
export const FROM = 'no-reply@contoso.com';

/**
 * The variables of the nth mail; no two mails are the same.
 *
 * @param {number} n which
 * @returns {object} the context
 */
export function contextOf(n) {
  return {
    name: `Ann ${n}`,
    login: `ann.${n}`,
    application: 'Contoso Identity',
    url: `https://identity.contoso.com/reset-password?token=4f7c1a09b2d8e6${n}`,
    expires: 'Monday at noon',
  };
}

/**
 * The recipients of the nth mail.
 *
 * @param {number} n which
 * @param {number} count how many
 * @returns {string[]} addresses
 */
export function recipientsOf(n, count) {
  if (count === 1) return [`ann.${n}@contoso.com`];
  return Array.from({ length: count }, (_, place) => `ann.${n}.${place}@contoso.com`);
}
