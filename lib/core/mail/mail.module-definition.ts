import type { Provider, Type } from '@nestjs/common';
import type { Concealed } from '../redaction/concealed.js';
import { concealResult } from '../redaction/concealed.js';
import type { MailSettingsInput } from '../settings/mail-settings.js';
import { MAIL_SETTINGS_INPUT } from './mail.constants.js';
import type { MailModuleAsyncOptions } from './mail.module-options.js';

/** The ways to the settings that `forRootAsync` takes. */
export type SettingsSource = Pick<
  MailModuleAsyncOptions,
  'inject' | 'useFactory' | 'useClass' | 'useExisting'
>;

/**
 * The provider of the settings that `forRootAsync` asks for, with the class of `useClass` where there is one.
 *
 * @throws TypeError when none or several ways are given; Nest itself would only speak of an unresolvable `undefined`
 */
export function settingsProviders(options: SettingsSource): Provider[] {
  const { useFactory, useClass, useExisting, inject = [] } = options;
  const given = [useFactory, useClass, useExisting].filter(way => way !== undefined);
  if (given.length !== 1) {
    throw new TypeError(
      `MailModule.forRootAsync() needs exactly one of useFactory, useClass and useExisting, but ${given.length === 0 ? 'none' : 'several'} is given. ` +
        'Example: MailModule.forRootAsync({ inject: [ConfigService], useFactory: config => config.get("MailSettings") })',
    );
  }
  if (useFactory) {
    const concealed = async (...dependencies: never[]): Promise<Concealed<MailSettingsInput>> =>
      concealResult(useFactory(...dependencies));
    return [{ provide: MAIL_SETTINGS_INPUT, useFactory: concealed, inject }];
  }
  const factory = useClass ?? useExisting;
  const provider: Provider = {
    provide: MAIL_SETTINGS_INPUT,
    useFactory: createSettings,
    inject: factory === undefined ? [] : [factory],
  };
  return useClass ? [useClass as Type, provider] : [provider];
}

async function createSettings(factory: unknown): Promise<Concealed<MailSettingsInput>> {
  // `create` is the name that Nest's own module builder gives to this method, `create…Options` that of many modules.
  for (const method of ['createMailSettings', 'create', 'createMailOptions']) {
    const candidate: unknown =
      typeof factory === 'object' && factory !== null ? Reflect.get(factory, method) : undefined;
    if (typeof candidate === 'function')
      return concealResult(Reflect.apply(candidate, factory, []) as MailSettingsInput);
  }
  throw new TypeError('The class given to MailModule.forRootAsync() has no method createMailSettings()');
}
