import type { ComposedMail } from '../../mime/composed-mail.js';
import { redactorOf } from '../../mime/redact-for.js';
import { visible } from '../../redaction/printable.js';
import type { Redactor } from '../../redaction/redact.js';
import { withoutPaths } from '../../redaction/redact.js';

/** Longest text of a server that an error, a receipt or a transcript quotes. */
const LONGEST = 1500;
/** Characters of a text that are looked at: what is shown of it stands at its beginning. */
const MOST = 16 * 1024;

/**
 * Removes the login's secrets from what a session says, and those of the message that it carries, and makes the rest fit
 * to be quoted.
 */
export class SessionRedactor {
  readonly #login: Redactor;
  #message: Redactor | undefined;

  constructor(login: Redactor) {
    this.#login = login;
  }

  /** Removes secrets from a text, and makes it fit to be quoted. */
  readonly redact: Redactor = text => {
    const shown = this.#login(text.length > MOST ? text.slice(0, MOST) : text);
    // Links at last, because secrets stand in them, and shortened behind that: one that was cut in two would not be found.
    return quotable(withoutPaths(this.#message ? this.#message(shown) : shown));
  };

  /** From now on what another message says is removed; undefined: of none. */
  carry(mail: Pick<ComposedMail, 'secrets' | 'redact'> | undefined): void {
    this.#message = mail && redactorOf(mail);
  }
}

/**
 * Makes what a server said fit for errors, receipts and logs: shortened, and with control characters shown escaped, so
 * that no server writes to a terminal or forges lines of a log. The line ends of a reply of several lines stay.
 */
export function quotable(text: string): string {
  // The common case, without the work of the next lines.
  if (text.length <= LONGEST && /^[\x20-\x7e]*$/.test(text)) return text;
  const lines = shortened(text).split(/\r?\n/);
  return shortened(lines.map(visible).join('\n'));
}

function shortened(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}
