import type { DynamicModule } from '@nestjs/common';
import { Module } from '@nestjs/common';
import { MailDelivery } from '../delivery/mail-delivery.js';
import type { Concealed } from '../redaction/concealed.js';
import type { CheckedMailSettings } from '../settings/checked-mail-settings.js';
import type { MailSettingsInput } from '../settings/mail-settings.js';
import type { ReadOptions } from '../settings/options/read-options.js';
import { TemplateRenderer } from '../templates/template-renderer.js';
import { configSectionModule, MAIL_CONFIG_SECTION } from './mail.config-section.js';
import { mailServiceToken } from './mail.decorators.js';
import type { SettingsSource } from './mail.module-definition.js';
import { settingsProviders } from './mail.module-definition.js';
import type { MailModuleAsyncOptions, MailModuleOptions } from './mail.module-options.js';
import { NestCheckModule } from './mail.nest-check.js';
import { mailProviders } from './mail.providers.js';
import { readAsyncModuleOptions, readModuleOptions } from './mail.read-options.js';
import { MailService } from './mail.service.js';
import type { MailRegistryOptions } from './registry/mailer-registry-options.js';
import { MailerRegistry } from './registry/mailer-registry.js';
import { registryProviders } from './registry/mailer-registry.providers.js';
import { readRegistryOptions } from './registry/registry-option-tables.js';

/**
 * Mail for a Nest application: exports {@link MailService}. Import it once; by default every module can inject it.
 * The application does not start with settings or options that cannot be used: a `MailSettingsError` then lists every
 * problem.
 */
@Module({})
export class MailModule {
  /**
   * A mailer with settings that are at hand.
   *
   * @param settings what an administrator writes
   * @param options what a developer decides
   */
  static forRoot<const S, const F>(
    settings: CheckedMailSettings<S>,
    options?: MailModuleOptions<CheckedMailSettings<F>>,
  ): DynamicModule;
  static forRoot(settings: MailSettingsInput, options: MailModuleOptions = {}): DynamicModule {
    return mailModule(readModuleOptions(options), { useFactory: () => settings });
  }

  /**
   * A mailer whose settings come from a factory, a class or a provider.
   *
   * @throws TypeError when not exactly one of useFactory, useClass and useExisting is given
   */
  static forRootAsync<const S, const F>(
    options: MailModuleAsyncOptions<CheckedMailSettings<S>, CheckedMailSettings<F>>,
  ): DynamicModule {
    const { options: read, problems } = readAsyncModuleOptions(options);
    const { inject, useFactory, useClass, useExisting, ...own } = read;
    return mailModule({ options: own, problems }, { inject, useFactory, useClass, useExisting });
  }

  /**
   * A mailer whose settings are a section of `ConfigService` (package `@nestjs/config`).
   *
   * @param section name of the section, in any key case; `:` stands between levels. @default 'MailSettings'
   * @throws TypeError when the section is no text, as when it was left out before the options
   */
  static fromConfig<const F>(
    section = 'MailSettings',
    options: MailModuleOptions<CheckedMailSettings<F>> = {},
  ): DynamicModule {
    if (typeof section !== 'string') {
      throw new TypeError(
        "MailModule.fromConfig() takes the name of a section first and then the options: MailModule.fromConfig('MailSettings', { … })",
      );
    }
    const { options: own, problems } = readModuleOptions(options);
    return mailModule(
      { options: { ...own, imports: [configSectionModule(section), ...(own.imports ?? [])] }, problems },
      {
        inject: [MAIL_CONFIG_SECTION],
        useFactory: (read: Concealed<MailSettingsInput>) => read.reveal(),
      },
    );
  }

  /**
   * A registry of mailers that are made while the application runs, one for each tenant: exports {@link MailerRegistry}.
   * Import it once, beside any number of mailers of `forRoot`; it opens none by itself. What is wrong with its options stops
   * the start.
   */
  static registry(options: MailRegistryOptions = {}): DynamicModule {
    const { options: read, problems } = readRegistryOptions(options);
    return {
      module: MailModule,
      global: read.isGlobal ?? true,
      imports: read.imports ?? [],
      providers: registryProviders(read, problems),
      exports: [MailerRegistry],
    };
  }
}

function mailModule(
  { options, problems }: ReadOptions<MailModuleOptions>,
  source: SettingsSource,
): DynamicModule {
  return {
    module: MailModule,
    global: options.isGlobal ?? true,
    imports: [NestCheckModule, ...(options.imports ?? [])],
    providers: [...settingsProviders(source), ...mailProviders(options, problems)],
    exports:
      options.name === undefined
        ? [MailService, MailDelivery, TemplateRenderer]
        : [mailServiceToken(options.name)],
  };
}
