import type { DynamicModule } from '@nestjs/common';
import { Module } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { DirectoryModule } from '../../shared/directory/directory.module.js';
import { AccountsModule } from '../accounts/accounts.module.js';
import { CertificationModule } from '../certification/certification.module.js';
import { JobsModule } from '../jobs/jobs.module.js';
import { ProvisioningModule } from '../provisioning/provisioning.module.js';
import { HomeController } from './home.controller.js';
import { PageErrorFilter } from './page-error.filter.js';
import { PREVIEW_PATH } from './preview-path.js';

/** The web page. */
@Module({
  imports: [DirectoryModule, AccountsModule, ProvisioningModule, CertificationModule, JobsModule],
  controllers: [HomeController],
  providers: [{ provide: APP_FILTER, useClass: PageErrorFilter }],
})
export class WebModule {
  /** The module; its page links to the preview where there is one. */
  static register(previewPath: string | undefined): DynamicModule {
    const preview = { provide: PREVIEW_PATH, useValue: previewPath };
    return { module: WebModule, providers: previewPath === undefined ? [] : [preview] };
  }
}
