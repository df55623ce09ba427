import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import type { MailReceipt } from 'nest-mailroom';
import { MailService } from 'nest-mailroom';
import { DirectoryService } from '../../shared/directory/directory.service.js';
import { ResetPolicy } from './reset-policy.js';

/** Answers reset requests: signs a token and mails its link. */
@Injectable()
export class ResetRequestService {
  constructor(
    private readonly directory: DirectoryService,
    private readonly policy: ResetPolicy,
    private readonly jwt: JwtService,
    private readonly mail: MailService,
  ) {}

  /**
   * Sends a person the link that opens the reset page of the Server.
   *
   * @throws RangeError when nobody has this login
   * @throws MailError when the mail could not be written or sent
   */
  async requestReset(login: string): Promise<MailReceipt> {
    const person = this.directory.get(login);
    const culture = this.policy.cultureFor(person.language);
    const { validFor } = this.policy;
    // Mail and token must name the same moment, so it is computed once, in the whole seconds of a token.
    const issuedAt = Math.floor(Date.now() / 1000);
    const token = await this.jwt.signAsync(
      { iat: issuedAt },
      { subject: person.login, jwtid: randomUUID(), expiresIn: validFor },
    );
    return this.mail.sendResetPassword({
      to: { name: person.displayName, address: person.mail },
      displayName: person.displayName,
      login: person.login,
      token,
      expiresAt: new Date((issuedAt + validFor) * 1000),
      ...(culture !== undefined && { culture }),
    });
  }
}
