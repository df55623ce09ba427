import { messageOf } from '../../../../errors/error-facts.js';
import { logText } from '../../../../redaction/log-text.js';
import { REMEDIES } from '../../../../text/remedies.js';

/** Who hears of refresh tokens. */
export interface RefreshTokenListeners {
  /** Told of each refresh token that replaces the one before; the option `smtp.onRefreshToken`. */
  readonly onRefreshToken?: ((token: string) => unknown) | undefined;
  /** Told what an administrator should know, in a sentence. */
  readonly warn: (sentence: string) => void;
}

/** The refresh token of a mailer; an endpoint may give a new one with each access token (RFC 6749 6). */
export class RefreshTokens {
  readonly #listeners: RefreshTokenListeners;
  #current: string | undefined;
  #previous: string | undefined;
  readonly #storing = new Set<Promise<void>>();

  constructor(first: string | undefined, listeners: RefreshTokenListeners) {
    this.#current = first;
    this.#listeners = listeners;
  }

  /** The one to be used now. */
  get current(): string {
    return this.#current ?? '';
  }

  /** What must not be shown. */
  secrets(): readonly string[] {
    return [this.#current, this.#previous].filter(token => token !== undefined);
  }

  /** Resolves when the application has dealt with every token that it was told. */
  async stored(): Promise<void> {
    await Promise.all(this.#storing);
  }

  /**
   * Takes the refresh token that came with an access token.
   *
   * @param token undefined when none came
   * @param secrets what else must not be shown
   */
  replace(token: string | undefined, secrets: readonly string[]): void {
    if (token === undefined || token === this.#current) return;
    const isFirst = this.#previous === undefined;
    this.#previous = this.#current;
    this.#current = token;
    const { onRefreshToken, warn } = this.#listeners;
    if (onRefreshToken) return this.#tell(token, onRefreshToken, secrets);
    if (isFirst)
      warn(
        `The token endpoint has replaced the refresh token, and only this process knows the new one: after a restart, the one in the settings may be refused. ${REMEDIES.replacedRefreshToken.inCode}`,
      );
  }

  /** A listener that fails does not fail the mail: the token is there. */
  #tell(token: string, listener: (token: string) => unknown, secrets: readonly string[]): void {
    const failed = (error: unknown): void =>
      this.#listeners.warn(
        `smtp.onRefreshToken has failed, so that the new refresh token may not be stored: ${logText(messageOf(error), [...this.secrets(), ...secrets])}`,
      );
    const storing = told(listener, token)
      .catch(failed)
      .finally(() => this.#storing.delete(storing));
    this.#storing.add(storing);
  }
}

async function told(listener: (token: string) => unknown, token: string): Promise<void> {
  await listener(token);
}
