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
  const forms = secrets
    .filter(secret => secret !== undefined)
    .flatMap(secret => [
      secret,
      base64(secret),
      base64(`\0${username ?? ''}\0${secret}`),
      encodeURIComponent(secret),
      // As quoted-printable text carries it (RFC 2045 6.7): servers quote lines of the message.
      secret.replaceAll('=', '=3D'),
    ])
    .filter(form => form !== '')
    .toSorted((left, right) => right.length - left.length);
  return text => {
    const withoutSecrets = forms.reduce((current, form) => current.replaceAll(form, '***'), text);
    return withoutSecrets.replace(/(https?:\/\/[^\s/?#]+)[/?#][^\s]*/gi, '$1/***');
  };
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64');
}
