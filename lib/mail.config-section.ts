import type { DynamicModule } from '@nestjs/common';
import { Module } from '@nestjs/common';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { MailSettingsError } from './errors/mail-settings-error.js';

/** Injection token of the section that was read. */
export const MAIL_CONFIG_SECTION = Symbol('MAIL_CONFIG_SECTION');

/** Turns of the event loop that other modules get to load their part of the configuration. */
const PATIENCE = 100;

interface ConfigReader {
  get(path: string): unknown;
}

@Module({})
class MailConfigModule {}

/**
 * A module that reads one section of `ConfigService`. `@nestjs/config` is an optional peer, so it is imported when it
 * is asked for, and not by everybody.
 */
export async function configSectionModule(section: string): Promise<DynamicModule> {
  const { ConfigModule, ConfigService } = await importConfig();
  return {
    module: MailConfigModule,
    imports: [ConfigModule],
    providers: [
      {
        provide: MAIL_CONFIG_SECTION,
        useFactory: (config: ConfigReader) => readSection(config, section),
        inject: [ConfigService],
      },
    ],
    exports: [MAIL_CONFIG_SECTION],
  };
}

async function readSection(config: ConfigReader, section: string): Promise<object> {
  const path = section.replaceAll(':', '.');
  const spellings = [
    path,
    path.charAt(0).toLowerCase() + path.slice(1),
    path.toLowerCase(),
    path.toUpperCase(),
  ];
  // The modules of an application are made side by side; the one that loads the file may not have come to it yet.
  for (let turn = 0; turn < PATIENCE; turn++) {
    for (const spelling of spellings) {
      const found = config.get(spelling);
      if (typeof found === 'object' && found !== null) return found;
    }
    await nextTurn();
  }
  throw new MailSettingsError([{ key: section, message: missing(config, section) }]);
}

function missing(config: ConfigReader, section: string): string {
  const other = ['MailSettings', 'PasswordResetSettings'].find(
    name => name !== section && config.get(name) !== undefined,
  );
  const instead =
    other === undefined ? '' : `; there is a section ${other}: MailModule.fromConfig('${other}')`;
  return `is not in the configuration. Load it with ConfigModule.forRoot({ load: [appsettings()] })${instead}`;
}

async function importConfig(): Promise<typeof import('@nestjs/config')> {
  try {
    return await import('@nestjs/config');
  } catch (error) {
    throw new Error('MailModule.fromConfig() needs @nestjs/config: npm install @nestjs/config', {
      cause: error,
    });
  }
}
