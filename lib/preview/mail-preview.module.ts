import type { DynamicModule } from '@nestjs/common';
import { Module } from '@nestjs/common';
import { MAIL_PREVIEW_OBSERVER } from '../core/mail/mail.constants.js';
import { lazyRefusal } from '../core/mail/mail.lazy-refusal.js';
import { Concealed } from '../core/redaction/concealed.js';
import type { MailPreviewOptions } from './mail-preview-options.js';
import { MAIL_PREVIEW_OPTIONS, MailPreviewMount } from './mail-preview.mount.js';

/**
 * Shows the mails of an application, and its templates, in the browser. For development: it does not start with
 * `NODE_ENV=production`, and opens with a key that is printed at start. Import it once, beside any number of mailers.
 */
@Module({})
export class MailPreviewModule {
  /**
   * The preview.
   *
   * @throws MailSettingsError at start, for options that cannot be used
   * @throws Error at start, with `NODE_ENV=production` unless `allowInProduction` is true, and when it is imported twice;
   *   when `LazyModuleLoader` loads it
   */
  static forRoot(options: MailPreviewOptions = {}): DynamicModule {
    return {
      module: MailPreviewModule,
      global: true,
      providers: [
        lazyRefusal({
          name: 'MailPreviewModule',
          token: MailPreviewMount,
          harm: 'the preview would answer nothing but 404',
        }),
        { provide: MAIL_PREVIEW_OPTIONS, useFactory: () => new Concealed(options) },
        MailPreviewMount,
        {
          provide: MAIL_PREVIEW_OBSERVER,
          useFactory: (mount: MailPreviewMount) => mount.observer,
          inject: [MailPreviewMount],
        },
      ],
      exports: [MAIL_PREVIEW_OBSERVER],
    };
  }
}
