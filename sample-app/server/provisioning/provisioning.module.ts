import { Module } from '@nestjs/common';
import { DirectoryModule } from '../../shared/directory/directory.module.js';
import { ProvisioningController } from './provisioning.controller.js';
import { ProvisioningService } from './provisioning.service.js';

/** Who may get what: reviews of roles that were asked for. */
@Module({
  imports: [DirectoryModule],
  controllers: [ProvisioningController],
  providers: [ProvisioningService],
  exports: [ProvisioningService],
})
export class ProvisioningModule {}
