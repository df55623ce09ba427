import { join } from 'node:path';
import type { DynamicModule } from '@nestjs/common';
import { Module } from '@nestjs/common';
import { MailModule } from 'nest-mailroom';
import { BRAND } from '../shared/brand.js';
import { configuration } from '../shared/configuration.js';
import { ResetModule } from './reset/reset.module.js';

/** The Agent's settings file. */
export const AGENT_SETTINGS = join(import.meta.dirname, 'appsettings.json');

/** The Agent: no HTTP, one duty. */
@Module({})
export class AgentModule {
  /** The module with the settings of this environment. */
  static register(env: NodeJS.ProcessEnv): DynamicModule {
    return {
      module: AgentModule,
      imports: [
        configuration(AGENT_SETTINGS, env),
        MailModule.fromConfig('PasswordResetSettings', { brand: BRAND }),
        ResetModule,
      ],
    };
  }
}
