import { Injectable } from '@nestjs/common';
import type { PasswordHash } from './password-hash.js';
import { hashPassword, matchesHash } from './password-hash.js';

interface Account {
  readonly hash: PasswordHash;
  readonly changedAt: Date;
}

/** Passwords, kept as hashes. Nobody has one before the first reset. */
@Injectable()
export class AccountsService {
  readonly #accounts = new Map<string, Account>();
  /** Stands in for an account that is not there, so that both take the same time. */
  readonly #nobody = hashPassword('');

  /** Whether this person has a password. */
  hasPassword(login: string): boolean {
    return this.#accounts.has(login);
  }

  /** When the password was last set. */
  changedAt(login: string): Date | undefined {
    return this.#accounts.get(login)?.changedAt;
  }

  /** Sets a password and says when. */
  async setPassword(login: string, password: string): Promise<Date> {
    const changedAt = new Date();
    this.#accounts.set(login, { hash: await hashPassword(password), changedAt });
    return changedAt;
  }

  /** Whether login and password belong together. */
  async isRight(login: string, password: string): Promise<boolean> {
    const account = this.#accounts.get(login);
    const matches = await matchesHash(password, account?.hash ?? (await this.#nobody));
    return matches && account !== undefined;
  }
}
