import type { IssuedToken, TokenProvider, TokenRequest } from './token-provider.js';

/** Begins with a token that the application has already, and gets further ones from another provider. */
export class SeededTokens implements TokenProvider {
  readonly #first: IssuedToken;
  readonly #renewed: TokenProvider;
  #isUsed = false;

  /** @param expiresIn seconds for which the first token can be used; undefined when nobody knows */
  constructor(first: string, expiresIn: number | undefined, renewed: TokenProvider) {
    this.#first = { value: first, ...(expiresIn !== undefined && { expiresIn }) };
    this.#renewed = renewed;
  }

  get subject(): string {
    return this.#renewed.subject;
  }

  get facts(): TokenProvider['facts'] {
    return this.#renewed.facts;
  }

  get mayReplaceSecret(): boolean {
    return this.#renewed.mayReplaceSecret ?? false;
  }

  async stored(): Promise<void> {
    await this.#renewed.stored?.();
  }

  secrets(): readonly string[] {
    return [this.#first.value, ...this.#renewed.secrets()];
  }

  async request(request: TokenRequest): Promise<IssuedToken> {
    const isGood = !this.#isUsed && (this.#first.expiresIn ?? 1) > 0;
    this.#isUsed = true;
    return isGood ? this.#first : this.#renewed.request(request);
  }
}
