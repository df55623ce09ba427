import type { DynamicModule, INestApplicationContext, LoggerService } from '@nestjs/common';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import 'reflect-metadata';
import type { MailModuleOptions } from '../../lib/core/mail/mail.module-options.js';
import { MailModule } from '../../lib/core/mail/mail.module.js';
import { MailService } from '../../lib/core/mail/mail.service.js';
import type { MailSettingsInput } from '../../lib/core/settings/mail-settings.js';

/** Keeps what an application logs. */
export class RecordingLogger implements LoggerService {
  readonly lines: string[] = [];
  log(message: unknown): void {
    this.lines.push(`log ${String(message)}`);
  }
  warn(message: unknown): void {
    this.lines.push(`warn ${String(message)}`);
  }
  error(message: unknown, ...rest: unknown[]): void {
    this.lines.push(`error ${[message, ...rest].map(String).join(' ')}`);
  }
  debug(message: unknown): void {
    this.lines.push(`debug ${String(message)}`);
  }
  /** The warnings alone. */
  get warnings(): string[] {
    return this.lines.filter(line => line.startsWith('warn ')).map(line => line.slice(5));
  }
}

/** A running application with one mailer. */
export interface MailApp {
  readonly app: INestApplicationContext;
  readonly mail: MailService;
  readonly logger: RecordingLogger;
  close(): Promise<void>;
}

/** Starts an application context that imports the given modules. Start errors reject. */
export async function startApp(...imports: (DynamicModule | Promise<DynamicModule>)[]): Promise<MailApp> {
  class TestRoot {}
  Module({ imports })(TestRoot);
  const logger = new RecordingLogger();
  const app = await NestFactory.createApplicationContext(TestRoot, { logger, abortOnError: false });
  return {
    app,
    // Only when it is asked for: there may be mailers with names alone.
    get mail() {
      return app.get(MailService, { strict: false });
    },
    logger,
    close: () => app.close(),
  };
}

/** Starts an application context with one mailer. */
export function startMailApp(settings: MailSettingsInput, options?: MailModuleOptions): Promise<MailApp> {
  return startApp(MailModule.forRoot(settings, options));
}

/** The error that a promise rejects with. Fails when it does not reject. */
export async function rejection(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('the promise was expected to reject, but it resolved');
}
