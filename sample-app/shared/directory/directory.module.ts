import { Module } from '@nestjs/common';
import { DirectoryService } from './directory.service.js';

/** Exports the {@link DirectoryService}. */
@Module({ providers: [DirectoryService], exports: [DirectoryService] })
export class DirectoryModule {}
