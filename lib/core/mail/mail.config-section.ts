import { setImmediate as nextTurn } from 'node:timers/promises';
import type { DynamicModule } from '@nestjs/common';
import { Module } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { MailSettingsError } from '../errors/mail-settings-error.js';
import { Concealed } from '../redaction/concealed.js';
import { defaultFilesWords } from '../settings/settings-files.js';
import { nestCopies, twoCopies } from './mail.nest-copies.js';

/** Injection token of the section that was read. */
export const MAIL_CONFIG_SECTION = Symbol('MAIL_CONFIG_SECTION');

/** Turns of the event loop that other modules get to load their part of the configuration. */
const PATIENCE = 100;

/** The token under which `@nestjs/config` keeps everything that was loaded. */
const WHOLE_CONFIGURATION = 'CONFIGURATION_TOKEN';

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
        useFactory: async (config: ConfigReader, modules?: ModulesContainer, whole?: object) =>
          new Concealed(await readSection(config, whole, section, () => otherCopy(modules, ConfigModule))),
        inject: [
          ConfigService,
          { token: ModulesContainer, optional: true },
          { token: WHOLE_CONFIGURATION, optional: true },
        ],
      },
    ],
    // With ConfigService, so that the factory of a fallback can inject it.
    exports: [MAIL_CONFIG_SECTION, ConfigModule],
  };
}

async function readSection(
  config: ConfigReader,
  whole: object | undefined,
  section: string,
  otherConfig: () => string | undefined,
): Promise<object> {
  const levels = section.split(/[:.]/);
  // The modules of an application are made side by side; the one that loads the file may not have come to it yet.
  for (let turn = 0; turn < PATIENCE; turn++) {
    const found = config.get(levels.join('.')) ?? inAnyCase(whole, levels);
    if (typeof found === 'object' && found !== null) return found;
    await nextTurn();
  }
  throw new MailSettingsError([{ key: section, message: missing(config, section, otherConfig()) }]);
}

/** Walks the whole configuration as .NET does, to which `mailSettings` and `MailSettings` are one key. */
function inAnyCase(tree: unknown, levels: readonly string[]): unknown {
  const [level, ...rest] = levels;
  if (level === undefined) return tree;
  if (typeof tree !== 'object' || tree === null) return undefined;
  const entry = Object.entries(tree).find(([key]) => key.toLowerCase() === level.toLowerCase());
  return entry && inAnyCase(entry[1], rest);
}

function missing(config: ConfigReader, section: string, otherConfig: string | undefined): string {
  if (otherConfig !== undefined) return `is not in the configuration. ${otherConfig}`;
  const other = ['MailSettings', 'PasswordResetSettings'].find(
    name => name !== section && config.get(name) !== undefined,
  );
  const instead =
    other === undefined ? '' : `; there is a section ${other}: MailModule.fromConfig('${other}')`;
  return `is not in the configuration. Load it with ConfigModule.forRoot({ load: [appsettings()] }), which looks ${defaultFilesWords()}${instead}`;
}

/** What another copy of the package has loaded is not in the `ConfigService` that is injected here. */
function otherCopy(modules: ModulesContainer | undefined, known: object): string | undefined {
  if (modules === undefined) return twoCopies(nestCopies()[0]);
  // An application may have a ConfigModule of its own, which has not the fields of that one.
  const another = [...modules.values()].some(
    ({ metatype }) => metatype !== known && 'envVariablesLoaded' in metatype,
  );
  return another
    ? 'The application loads its configuration by another copy of @nestjs/config than nest-mailroom imports: see "npm ls @nestjs/config"'
    : undefined;
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
