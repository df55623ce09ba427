import type { DynamicModule, INestApplication, Type } from '@nestjs/common';
import { Module } from '@nestjs/common';
import type { AbstractHttpAdapter } from '@nestjs/core';
import { NestFactory } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import 'reflect-metadata';
import { MailModule, MailService } from 'nest-mailroom';
import type { MailPreviewOptions } from 'nest-mailroom/preview';
import { MailPreviewModule } from 'nest-mailroom/preview';
import { RecordingLogger } from '../support/recording-logger.js';
import { KEY } from './http-request.js';

/** The HTTP frameworks that an application can stand on. */
export const FRAMEWORKS = ['Express', 'Fastify'] as const;

/** What an application with a preview is made of. */
export interface PreviewAppOptions {
  readonly framework?: (typeof FRAMEWORKS)[number];
  /** With {@link KEY}, unless it says otherwise. */
  readonly preview?: MailPreviewOptions;
  /** In place of a mailer whose mails are switched off. */
  readonly mail?: DynamicModule | readonly DynamicModule[];
  readonly controllers?: Type[];
  readonly imports?: readonly DynamicModule[];
  /** Address to listen on; `everywhere` is what Nest does when it is told none. @default 127.0.0.1 */
  readonly listenOn?: string;
  /** @default any that is free */
  readonly port?: number;
  /** What `main.ts` would do between creating the application and listening. */
  readonly prepare?: (app: INestApplication) => void;
}

/** A running application with a preview. */
export interface PreviewApp {
  readonly app: INestApplication;
  readonly mail: MailService;
  readonly logger: RecordingLogger;
  /** Root of the server, without a slash at its end. */
  readonly origin: string;
  /** The preview, without a slash at its end. */
  readonly url: string;
  /** Where a browser gets in that has the key of tests. */
  readonly opening: string;
  close(): Promise<void>;
}

/** Mails go nowhere: each is suppressed. */
export const SWITCHED_OFF = MailModule.forRoot({ enabled: false, fromAddress: 'no-reply@contoso.com' });

/** Starts an application that listens on a free port of this machine. */
export async function startPreviewApp(options: PreviewAppOptions = {}): Promise<PreviewApp> {
  const {
    framework = 'Express',
    preview = {},
    mail = SWITCHED_OFF,
    controllers = [],
    imports = [],
  } = options;
  class TestRoot {}
  const own = 'key' in preview || preview.allowRemote === true ? preview : { ...preview, key: KEY };
  const mailers = 'module' in mail ? [mail] : mail;
  Module({ imports: [...mailers, MailPreviewModule.forRoot(own), ...imports], controllers })(TestRoot);
  const logger = new RecordingLogger();
  const adapter: AbstractHttpAdapter = framework === 'Express' ? new ExpressAdapter() : new FastifyAdapter();
  const app = await NestFactory.create(TestRoot, adapter, { logger, abortOnError: false });
  options.prepare?.(app);
  const { port = 0, listenOn = '127.0.0.1' } = options;
  await (listenOn === 'everywhere' ? app.listen(port) : app.listen(port, listenOn));
  const origin = `http://127.0.0.1:${new URL(await app.getUrl()).port}`;
  const url = `${origin}${(preview.path ?? '/mail').replace(/\/$/, '')}`;
  return {
    app,
    mail: app.get(MailService, { strict: false }),
    logger,
    origin,
    url,
    opening: `${url}?key=${KEY}`,
    close: () => app.close(),
  };
}
