import { Module } from '@nestjs/common';
import { DirectoryModule } from '../../shared/directory/directory.module.js';
import { JobsController } from './jobs.controller.js';
import { JobsService } from './jobs.service.js';

/** What runs by itself: synchronisation jobs. */
@Module({
  imports: [DirectoryModule],
  controllers: [JobsController],
  providers: [JobsService],
  exports: [JobsService],
})
export class JobsModule {}
