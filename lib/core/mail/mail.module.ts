import type { DynamicModule } from '@nestjs/common';
import { Module } from '@nestjs/common';
import { MailDelivery } from '../delivery/mail-delivery.js';
import type { MailSettingsInput } from '../settings/mail-settings.js';
import { TemplateRenderer } from '../templates/template-renderer.js';
import { configSectionModule, MAIL_CONFIG_SECTION } from './mail.config-section.js';
import { mailServiceToken } from './mail.decorators.js';
import { settingsProviders } from './mail.module-definition.js';
import type { MailModuleAsyncOptions, MailModuleOptions } from './mail.module-options.js';
import { mailProviders } from './mail.providers.js';
import { MailService } from './mail.service.js';

/**
 * Mail for a Nest application: exports {@link MailService}. Import it once; by default every module can inject it.
 * The application does not start with settings that cannot be used: a `MailSettingsError` then lists every problem.
 */
@Module({})
export class MailModule {
  /**
   * A mailer with settings that are at hand.
   *
   * @param settings what an administrator writes
   * @param options what a developer decides
   */
  static forRoot(settings: MailSettingsInput, options: MailModuleOptions = {}): DynamicModule {
    return MailModule.forRootAsync({ ...options, useFactory: () => settings });
  }

  /**
   * A mailer whose settings come from a factory, a class or a provider.
   *
   * @throws TypeError when not exactly one of useFactory, useClass and useExisting is given
   */
  static forRootAsync(options: MailModuleAsyncOptions): DynamicModule {
    const {
      imports,
      inject: _inject,
      useFactory: _factory,
      useClass: _class,
      useExisting: _existing,
      ...own
    } = options;
    return {
      module: MailModule,
      global: own.isGlobal ?? true,
      imports: imports ?? [],
      providers: [...settingsProviders(options), ...mailProviders(own)],
      exports:
        own.name === undefined ? [MailService, MailDelivery, TemplateRenderer] : [mailServiceToken(own.name)],
    };
  }

  /**
   * A mailer whose settings are a section of `ConfigService` (package `@nestjs/config`).
   *
   * @param section name of the section, in any key case; `:` stands between levels. @default 'MailSettings'
   */
  static fromConfig(section = 'MailSettings', options: MailModuleOptions = {}): DynamicModule {
    return MailModule.forRootAsync({
      ...options,
      imports: [configSectionModule(section), ...(options.imports ?? [])],
      inject: [MAIL_CONFIG_SECTION],
      useFactory: (settings: MailSettingsInput) => settings,
    });
  }
}
