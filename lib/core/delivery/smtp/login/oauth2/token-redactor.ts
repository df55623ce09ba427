import type { Redactor } from '../../../../redaction/redact.js';
import { secretsRedactor } from '../../../../redaction/redact.js';
import type { TokenProvider } from './token-provider.js';

/**
 * How many tokens are still looked for in what servers say, the last one included: where each is good for one sign-in, every
 * connection has two of its own.
 */
const MOST_TOKENS = 64;

/** What may be base64 of a whole response with a token in it. */
const BASE64 = /[\w+/-]{24,}={0,2}/g;

/** Removes the secrets of a token source from texts: the last tokens, and what they were got with. */
export class TokenRedactor {
  readonly #provider: TokenProvider;
  readonly #user: string;
  readonly #tokens: string[] = [];
  /** Made when it is needed, until the secrets change. */
  #redact: Redactor | undefined;

  /** @param user the mailbox, which stands beside the token in what is sent */
  constructor(provider: TokenProvider, user: string) {
    this.#provider = provider;
    this.#user = user;
  }

  /** From now on a token is removed, too. */
  carry(token: string): void {
    if (this.#tokens.includes(token)) return;
    this.#tokens.unshift(token);
    this.#tokens.length = Math.min(this.#tokens.length, MOST_TOKENS);
    this.changed();
  }

  /** What tokens are got with may be another secret now. */
  changed(): void {
    this.#redact = undefined;
  }

  /** Removes all secrets. */
  redact(text: string): string {
    this.#redact ??= secretsRedactor(this.#user, [...this.#provider.secrets(), ...this.#tokens]);
    return this.#redact(text.replace(BASE64, run => (this.#holdsToken(run) ? '***' : run)));
  }

  /**
   * Whether a run of base64 is what was said to sign in, or the beginning of it.
   *
   * @param depth how often it may be encoded: in a challenge, a server may quote what came to it
   */
  #holdsToken(run: string, depth = 2): boolean {
    const said = Buffer.from(run, 'base64').toString('latin1');
    if (said.includes('auth=Bearer ')) return true;
    // In a challenge, JSON stands in it, in which a token may have been made fit for a URL.
    if (this.#tokens.some(token => said.includes(token) || said.includes(encodeURIComponent(token))))
      return true;
    return depth > 1 && (said.match(BASE64) ?? []).some(inner => this.#holdsToken(inner, depth - 1));
  }
}
