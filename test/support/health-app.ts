import type { ModuleMetadata, Type } from '@nestjs/common';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { TerminusModule } from '@nestjs/terminus';
import { MailHealthIndicator } from 'nest-mailroom/health';
import 'reflect-metadata';

/** A running application that can be asked for the health of its mailers. */
export interface HealthApp {
  readonly indicator: MailHealthIndicator;
  get<T>(type: Type<T>): T;
  close(): Promise<void>;
}

/** Starts an application context with an indicator and the given modules. Start errors reject. */
export async function startHealthApp(...imports: NonNullable<ModuleMetadata['imports']>): Promise<HealthApp> {
  class TestRoot {}
  Module({
    imports: [TerminusModule.forRoot({ logger: false }), ...imports],
    providers: [MailHealthIndicator],
  })(TestRoot);
  const app = await NestFactory.createApplicationContext(TestRoot, { logger: false, abortOnError: false });
  return {
    indicator: app.get(MailHealthIndicator),
    get: type => app.get(type, { strict: false }),
    close: () => app.close(),
  };
}
