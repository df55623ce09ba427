import type { DynamicModule, INestApplicationContext } from '@nestjs/common';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import 'reflect-metadata';
import { RecordingLogger } from './recording-logger.js';

/** A running application context. */
export interface NestApp {
  readonly app: INestApplicationContext;
  readonly logger: RecordingLogger;
  close(): Promise<void>;
}

/** Starts an application context that imports the given modules. Start errors reject. */
export async function startNestApp(...imports: (DynamicModule | Promise<DynamicModule>)[]): Promise<NestApp> {
  class TestRoot {}
  Module({ imports })(TestRoot);
  const logger = new RecordingLogger();
  const app = await NestFactory.createApplicationContext(TestRoot, { logger, abortOnError: false });
  return { app, logger, close: () => app.close() };
}
