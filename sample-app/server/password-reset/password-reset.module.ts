import { Module } from '@nestjs/common';
import { DirectoryModule } from '../../shared/directory/directory.module.js';
import { TokenSigningModule } from '../../shared/tokens/token-signing.module.js';
import { AccountsModule } from '../accounts/accounts.module.js';
import { PasswordResetService } from './password-reset.service.js';
import { ResetPasswordController } from './reset-password.controller.js';
import { UsedTokens } from './used-tokens.js';

/** The Server's half of a password reset: from the link to the new password. */
@Module({
  imports: [AccountsModule, DirectoryModule, TokenSigningModule],
  controllers: [ResetPasswordController],
  providers: [PasswordResetService, UsedTokens],
})
export class PasswordResetModule {}
