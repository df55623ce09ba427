import { join } from 'node:path';
import type { DynamicModule } from '@nestjs/common';
import { Module } from '@nestjs/common';
import { ConfigService } from '@nestjs/config';
import type { MailSettingsInput } from 'nest-mailroom';
import type { RelayEvent } from 'nest-mailroom/relay';
import { MailRelayModule } from 'nest-mailroom/relay';
import { configuration } from '../shared/configuration.js';

/** The Relay's settings file. */
export const RELAY_SETTINGS = join(import.meta.dirname, 'appsettings.json');

/** The Relay: no HTTP, one duty. It stands in for the local SMTP server that a pickup directory needs. */
@Module({})
export class RelayModule {
  /** The module with the settings of this environment; `onEvent` is told of everything that happens. */
  static register(env: NodeJS.ProcessEnv, onEvent?: (event: RelayEvent) => void): DynamicModule {
    return {
      module: RelayModule,
      imports: [
        configuration(RELAY_SETTINGS, env),
        MailRelayModule.forRootAsync({
          inject: [ConfigService],
          useFactory: (config: ConfigService) => ({
            settings: config.getOrThrow<MailSettingsInput>('MailSettings'),
            onEvent,
          }),
        }),
      ],
    };
  }
}
