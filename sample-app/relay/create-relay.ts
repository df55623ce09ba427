import type { INestApplicationContext, LogLevel } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { RelayEvent } from 'nest-mailroom/relay';
import { RelayModule } from './relay.module.js';

/**
 * Makes the Relay, which begins to empty its folder at once. It ends when it is closed.
 *
 * @param env variables that lie over `appsettings.json`
 * @param onEvent told of everything that happens. @default none
 * @throws MailSettingsError with every problem of the settings and of the folder
 */
export async function createRelay(
  env: NodeJS.ProcessEnv = process.env,
  onEvent?: (event: RelayEvent) => void,
  logger: LogLevel[] = ['warn', 'error', 'fatal'],
): Promise<INestApplicationContext> {
  return NestFactory.createApplicationContext(RelayModule.register(env, onEvent), {
    abortOnError: false,
    logger,
  });
}
