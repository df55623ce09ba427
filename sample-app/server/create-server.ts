import type { LogLevel } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { ServerModule } from './server.module.js';
import { refuseForeignForms, securityHeaders } from './web/protection.js';

/**
 * Makes the Server; it does not listen yet.
 *
 * @param env variables that lie over `appsettings.json`
 * @throws MailSettingsError with every problem of the settings
 */
export async function createServer(
  env: NodeJS.ProcessEnv = process.env,
  logger: LogLevel[] = ['warn', 'error', 'fatal'],
): Promise<NestExpressApplication> {
  const server = await NestFactory.create<NestExpressApplication>(ServerModule.register(env), {
    abortOnError: false,
    forceCloseConnections: true,
    logger,
  });
  server.disable('x-powered-by');
  server.use(securityHeaders, refuseForeignForms);
  return server;
}
