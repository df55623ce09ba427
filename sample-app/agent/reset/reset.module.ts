import { Module } from '@nestjs/common';
import { DirectoryModule } from '../../shared/directory/directory.module.js';
import { TokenSigningModule } from '../../shared/tokens/token-signing.module.js';
import { ResetPolicy } from './reset-policy.js';
import { ResetRequestService } from './reset-request.service.js';

/** Password resets, from the request to the mail. */
@Module({
  imports: [DirectoryModule, TokenSigningModule],
  providers: [ResetPolicy, ResetRequestService],
  exports: [ResetRequestService],
})
export class ResetModule {}
