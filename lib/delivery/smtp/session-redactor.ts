import type { Redactor } from '../../errors/redact.js';
import { createRedactor } from '../../errors/redact.js';

/** Removes the login's secrets from what a session says, and those of the message that it carries. */
export class SessionRedactor {
  readonly #login: Redactor;
  #message: Redactor | undefined;

  constructor(login: Redactor) {
    this.#login = login;
  }

  /** Removes secrets from a text. */
  readonly redact: Redactor = text => {
    const shown = this.#login(text);
    return this.#message ? this.#message(shown) : shown;
  };

  /** From now on the session carries another message. */
  carry(secrets: readonly string[]): void {
    this.#message = secrets.length === 0 ? undefined : createRedactor(undefined, secrets);
  }
}
