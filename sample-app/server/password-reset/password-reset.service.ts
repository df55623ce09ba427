import { Injectable } from '@nestjs/common';
import { JwtService, TokenExpiredError } from '@nestjs/jwt';
import { DirectoryService } from '../../shared/directory/directory.service.js';
import { isResetToken } from '../../shared/tokens/reset-token.js';
import { AccountsService } from '../accounts/accounts.service.js';
import { passwordProblem } from '../accounts/password-rule.js';
import { Notifier } from '../notifications/notifier.js';
import { PublicAddress } from '../notifications/public-address.js';
import type { ResetResult, TokenCheck } from './token-check.js';
import { UsedTokens } from './used-tokens.js';

/** Lets a person with a token of the Agent choose a new password, once. */
@Injectable()
export class PasswordResetService {
  constructor(
    private readonly jwt: JwtService,
    private readonly directory: DirectoryService,
    private readonly accounts: AccountsService,
    private readonly usedTokens: UsedTokens,
    private readonly notifier: Notifier,
    private readonly address: PublicAddress,
  ) {}

  /** What a token is worth; looking at it does not use it. */
  async check(token: string): Promise<TokenCheck> {
    let payload: object;
    try {
      payload = await this.jwt.verifyAsync<object>(token);
    } catch (error) {
      return { ok: false, refusal: error instanceof TokenExpiredError ? 'expired' : 'invalid' };
    }
    const person = isResetToken(payload) ? this.directory.find(payload.sub) : undefined;
    if (!isResetToken(payload) || !person) return { ok: false, refusal: 'invalid' };
    const { jti, iat } = payload;
    // An older link that is still in a mailbox must not undo a newer password.
    const changedAt = this.accounts.changedAt(person.login);
    const superseded = changedAt !== undefined && iat < Math.floor(changedAt.getTime() / 1000);
    if (superseded || this.usedTokens.has(jti)) return { ok: false, refusal: 'used' };
    return { ok: true, person, claims: payload };
  }

  /** Sets the password, uses the token up and tells the person. */
  async reset(token: string, password: string, repeated: string): Promise<ResetResult> {
    const check = await this.check(token);
    if (!check.ok) return { done: false, refusal: check.refusal };
    const problem = passwordProblem(password, repeated);
    if (problem !== undefined) return { done: false, problem };
    const { person, claims } = check;
    // Claimed before the slow hash, so that of two requests at the same time one wins.
    if (!this.usedTokens.claim(claims.jti, claims.exp)) return { done: false, refusal: 'used' };
    const changedAt = await this.accounts.setPassword(person.login, password);
    const { displayName, login } = person;
    await this.notifier.notify(person, {
      template: 'password-changed',
      context: { displayName, login, changedAt, applicationUri: this.address.uri },
    });
    return { done: true, person };
  }
}
