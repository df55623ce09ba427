import { Module } from '@nestjs/common';
import { DirectoryModule } from '../../shared/directory/directory.module.js';
import { CertificationController } from './certification.controller.js';
import { CertificationService } from './certification.service.js';

/** Who still needs what: access certifications. */
@Module({
  imports: [DirectoryModule],
  controllers: [CertificationController],
  providers: [CertificationService],
  exports: [CertificationService],
})
export class CertificationModule {}
