import { Injectable } from '@nestjs/common';

/** Remembers which tokens were used, for as long as they would be valid. A real Server keeps this in its database. */
@Injectable()
export class UsedTokens {
  readonly #expiries = new Map<string, number>();

  /** Whether a token was used. */
  has(id: string): boolean {
    return this.#expiries.has(id);
  }

  /**
   * Marks a token as used.
   *
   * @param expiry seconds since 1970 from which the token is refused anyway
   * @returns false when it was used before
   */
  claim(id: string, expiry: number): boolean {
    const now = Date.now() / 1000;
    for (const [old, until] of this.#expiries) if (until < now) this.#expiries.delete(old);
    if (this.#expiries.has(id)) return false;
    this.#expiries.set(id, expiry);
    return true;
  }
}
