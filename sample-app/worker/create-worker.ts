import type { INestApplicationContext, LogLevel } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { WorkerModule } from './worker.module.js';

/**
 * Makes the Worker, which begins to deliver at once. It ends when it is closed.
 *
 * @param env variables that lie over the Server's `appsettings.json`, and those that name the queue
 * @throws MailSettingsError with every problem of the settings
 */
export async function createWorker(
  env: NodeJS.ProcessEnv = process.env,
  logger: LogLevel[] = ['warn', 'error', 'fatal'],
): Promise<INestApplicationContext> {
  return NestFactory.createApplicationContext(WorkerModule.register(env), { abortOnError: false, logger });
}
