import { join } from 'node:path';
import type { DynamicModule } from '@nestjs/common';
import { Module } from '@nestjs/common';
import { MailModule } from 'nest-mailroom';
import { MailPreviewModule } from 'nest-mailroom/preview';
import { MailQueueDelivery, MailQueueModule } from 'nest-mailroom/queue';
import { BRAND } from '../shared/brand.js';
import { configuration } from '../shared/configuration.js';
import { mailQueueOptions } from '../shared/mail-queue.js';
import { AccountsModule } from './accounts/accounts.module.js';
import { CertificationModule } from './certification/certification.module.js';
import { JobsModule } from './jobs/jobs.module.js';
import { NotificationsModule } from './notifications/notifications.module.js';
import { PasswordResetModule } from './password-reset/password-reset.module.js';
import { ProvisioningModule } from './provisioning/provisioning.module.js';
import { WebModule } from './web/web.module.js';

/** Name of the variable that holds the key of the preview, for browsers on other machines. */
export const PREVIEW_KEY = 'Preview__Key';

/** The Server's settings file. */
export const SERVER_SETTINGS = join(import.meta.dirname, 'appsettings.json');

/** The Server: people, reviews, certifications and jobs, and the mails about them. */
@Module({})
export class ServerModule {
  /** The module with the settings of this environment. */
  static register(env: NodeJS.ProcessEnv): DynamicModule {
    // What was sent, and the templates, for whoever develops; in production the preview refuses to start.
    const preview = env['NODE_ENV'] === 'production' ? undefined : '/mail';
    const key = env[PREVIEW_KEY];
    // With a queue mails outlive this process: the Worker delivers them.
    const queue = mailQueueOptions(env);
    return {
      module: ServerModule,
      imports: [
        configuration(SERVER_SETTINGS, env),
        ...(queue ? [MailQueueModule.forRoot(queue)] : []),
        MailModule.fromConfig('MailSettings', {
          templates: { directories: [join(import.meta.dirname, 'templates')] },
          brand: BRAND,
          ...(queue && { delivery: MailQueueDelivery }),
        }),
        ...(preview === undefined
          ? []
          : [
              MailPreviewModule.forRoot({
                path: preview,
                ...(key !== undefined && { key }),
                // The people are invented, and the link on the first page is to work on this machine without more ado.
                allowLoopback: true,
              }),
            ]),
        NotificationsModule,
        AccountsModule,
        ProvisioningModule,
        CertificationModule,
        JobsModule,
        PasswordResetModule,
        WebModule.register(preview),
      ],
    };
  }
}
