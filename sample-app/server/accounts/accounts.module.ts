import { Module } from '@nestjs/common';
import { DirectoryModule } from '../../shared/directory/directory.module.js';
import { AccountsService } from './accounts.service.js';
import { LoginController } from './login.controller.js';

/** Passwords and signing in. */
@Module({
  imports: [DirectoryModule],
  controllers: [LoginController],
  providers: [AccountsService],
  exports: [AccountsService],
})
export class AccountsModule {}
