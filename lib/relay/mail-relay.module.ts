import type { DynamicModule, FactoryProvider, ModuleMetadata } from '@nestjs/common';
import { Module } from '@nestjs/common';
import { lazyRefusal } from '../core/mail/mail.lazy-refusal.js';
import type { Concealed } from '../core/redaction/concealed.js';
import { concealResult } from '../core/redaction/concealed.js';
import type { CheckedMailSettings } from '../core/settings/checked-mail-settings.js';
import type { MailSettingsInput } from '../core/settings/mail-settings.js';
import { PickupRelay } from './engine/pickup-relay.js';
import { MailRelay } from './mail-relay.js';
import { RelayLog } from './relay-log.js';
import type { MailRelayOptions } from './relay-options.js';

/**
 * {@link MailRelayOptions} that come from elsewhere.
 *
 * @typeParam S the settings; the module checks with it those that are written in code
 */
export interface MailRelayAsyncOptions<S = MailSettingsInput> extends Pick<ModuleMetadata, 'imports'> {
  /** What the factory needs, in the order of its parameters. @default none */
  inject?: FactoryProvider['inject'];
  /** Makes the options at start. */
  useFactory: (...dependencies: never[]) => MailRelayOptions<S> | Promise<MailRelayOptions<S>>;
}

const RELAY_OPTIONS = Symbol('RELAY_OPTIONS');

/**
 * The local SMTP server of a pickup directory: hands the mails in it to an SMTP server, each once. It begins when the
 * application has started and ends with it, so `LazyModuleLoader` cannot load it. Exports {@link MailRelay}.
 */
@Module({})
export class MailRelayModule {
  /**
   * A relay with options that are at hand. The application does not start with settings, options or a folder that cannot
   * be used: a `MailSettingsError` then lists every problem.
   */
  static forRoot<const S>(options: MailRelayOptions<CheckedMailSettings<S>>): DynamicModule;
  static forRoot(options: MailRelayOptions): DynamicModule {
    return MailRelayModule.forRootAsync({ useFactory: () => options });
  }

  /**
   * A relay whose options come from a factory, for example from `ConfigService`.
   *
   * @throws TypeError when there is no factory
   */
  static forRootAsync<const S>(options: MailRelayAsyncOptions<CheckedMailSettings<S>>): DynamicModule;
  static forRootAsync({ imports, inject, useFactory }: MailRelayAsyncOptions): DynamicModule {
    if (typeof useFactory !== 'function')
      throw new TypeError(
        'MailRelayModule.forRootAsync() needs useFactory. Example: MailRelayModule.forRootAsync({ inject: [ConfigService], useFactory: config => ({ settings: config.get("MailSettings") }) })',
      );
    const concealed = async (...dependencies: never[]): Promise<Concealed<MailRelayOptions>> =>
      concealResult(useFactory(...dependencies));
    return {
      module: MailRelayModule,
      imports: imports ?? [],
      providers: [
        lazyRefusal({
          name: 'MailRelayModule',
          token: MailRelay,
          harm: 'the relay would never start',
        }),
        { provide: RELAY_OPTIONS, useFactory: concealed, inject: inject ?? [] },
        { provide: MailRelay, useFactory: createRelay, inject: [RELAY_OPTIONS] },
      ],
      exports: [MailRelay],
    };
  }
}

async function createRelay(options: Concealed<MailRelayOptions>): Promise<MailRelay> {
  const log = new RelayLog();
  const relay = await PickupRelay.create(options.reveal(), log);
  for (const warning of relay.warnings) log.warn(warning);
  return new MailRelay(relay);
}
