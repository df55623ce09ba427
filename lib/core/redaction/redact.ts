import { HiddenRanges } from './hidden-ranges.js';
import { mayQuote } from './may-quote.js';
import { NamedSecrets } from './named-secrets.js';
import { viewsOf } from './reply-view.js';

/** Removes secrets from a text. */
export type Redactor = (text: string) => string;

/**
 * Makes a function that removes secrets in the forms in which SMTP carries them, and everything behind the host of a
 * URL: servers quote what they refuse, and a quoted reset link is a secret too.
 */
export function createRedactor(
  username: string | undefined,
  secrets: readonly (string | undefined)[],
): Redactor {
  const redact = secretsRedactor(username, secrets);
  return text => withoutPaths(redact(text));
}

/** The same, links left as they are: for a text in which others have still to look for theirs. */
export function secretsRedactor(
  username: string | undefined,
  secrets: readonly (string | undefined)[],
): Redactor {
  const known = secrets.filter(secret => secret !== undefined);
  const forms = [...new Set(known.flatMap(secret => formsOf(secret, username)))]
    .filter(form => form !== '')
    .toSorted((left, right) => right.length - left.length);
  let named: NamedSecrets | undefined;
  return text => {
    // Most texts are short replies, and access tokens long: a form that does not fit in is not looked for.
    const withoutForms = forms.reduce(
      (current, form) => (form.length > current.length ? current : current.replaceAll(form, '***')),
      text,
    );
    if (known.length === 0 || !mayQuote(withoutForms)) return withoutForms;
    named ??= new NamedSecrets(known, { longOnly: true });
    const ranges = new HiddenRanges(withoutForms);
    named.hideIn(withoutForms, viewsOf(withoutForms), ranges);
    return ranges.shown();
  };
}

/** Removes everything behind the host of a URL. */
export function withoutPaths(text: string): string {
  return text.replace(/(https?:\/\/[^\s/?#]+)[/?#][^\s]*/gi, '$1/***');
}

/** How a secret may stand in what a server quotes. */
function formsOf(secret: string, username: string | undefined): string[] {
  const inUrl = encodeURIComponent(secret.replace(/\p{Cs}/gu, '\uFFFD'));
  const [, inForm = ''] = new URLSearchParams({ '': secret }).toString().split('=');
  const encoded = base64(secret);
  return [
    secret,
    encoded,
    encoded.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, ''),
    base64(`\0${username ?? ''}\0${secret}`),
    inUrl,
    inForm,
    ...[inUrl, inForm].map(text => text.replace(/%[\dA-F]{2}/g, octet => octet.toLowerCase())),
    // As JSON in a text carries it.
    JSON.stringify(secret).slice(1, -1),
    // As quoted-printable text carries it (RFC 2045 6.7): servers quote lines of the message.
    secret.replaceAll('=', '=3D'),
  ];
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
