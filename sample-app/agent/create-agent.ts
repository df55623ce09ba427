import type { INestApplicationContext, LogLevel } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AgentModule } from './agent.module.js';

/**
 * Makes the Agent. Close it when it has done its work.
 *
 * @param env variables that lie over `appsettings.json`
 * @throws MailSettingsError with every problem of the settings
 */
export async function createAgent(
  env: NodeJS.ProcessEnv = process.env,
  logger: LogLevel[] = ['warn', 'error', 'fatal'],
): Promise<INestApplicationContext> {
  return NestFactory.createApplicationContext(AgentModule.register(env), { abortOnError: false, logger });
}
