import type { Redactor } from '../../redaction/redact.js';
import { createRedactor } from '../../redaction/redact.js';
import { quotable } from './server-words.js';

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
    const shown = this.#login(text);
    // Quoted at last: a secret that was cut in two would not be found.
    return quotable(this.#message ? this.#message(shown) : shown);
  };

  /** From now on the session carries another message. */
  carry(secrets: readonly string[]): void {
    this.#message = secrets.length === 0 ? undefined : createRedactor(undefined, secrets);
  }
}
