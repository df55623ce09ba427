import type { IssuedToken, TokenProvider, TokenRequest } from './token-provider.js';

/** Begins with a token that the application has already, and gets further ones from another provider. */
export class SeededTokens implements TokenProvider {
  readonly #first: string;
  /** On the monotonic clock; undefined when nobody knows. */
  readonly #expiresAt: number | undefined;
  readonly #renewed: TokenProvider;
  #isUsed = false;

  /** @param expiresIn seconds for which the first token can be used, from now on; undefined when nobody knows */
  constructor(first: string, expiresIn: number | undefined, renewed: TokenProvider) {
    this.#first = first;
    this.#expiresAt = expiresIn === undefined ? undefined : performance.now() + expiresIn * 1000;
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
    return [this.#first, ...this.#renewed.secrets()];
  }

  async request(request: TokenRequest): Promise<IssuedToken> {
    // The first mail may come long after the start.
    const expiresIn =
      this.#expiresAt === undefined ? undefined : (this.#expiresAt - performance.now()) / 1000;
    const isGood = !this.#isUsed && (expiresIn ?? 1) > 0;
    this.#isUsed = true;
    return isGood ? { value: this.#first, expiresIn } : this.#renewed.request(request);
  }
}
