import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { MailRelayOptions, MailRelayStatus, RelayEvent } from '../../../lib/relay/index.js';
import { MailRelay, MailRelayModule } from '../../../lib/relay/index.js';
import { RecordingLogger } from '../../support/recording-logger.js';
import type { RelayFolder } from './relay-folder.js';

/** An application that is a relay. */
export interface RelayApp {
  /** What happened so far. */
  readonly events: readonly RelayEvent[];
  status(): Promise<MailRelayStatus>;
  close(): Promise<void>;
}

/** Starts an application whose relay empties a folder. */
export async function startRelayApp(
  folder: RelayFolder,
  options: Omit<MailRelayOptions, 'settings'> = {},
): Promise<RelayApp> {
  class TestRoot {}
  const events: RelayEvent[] = [];
  const onEvent = (event: RelayEvent): void => {
    events.push(event);
    options.onEvent?.(event);
  };
  Module({ imports: [MailRelayModule.forRoot({ settings: folder.settings, ...options, onEvent })] })(
    TestRoot,
  );
  const app = await NestFactory.createApplicationContext(TestRoot, {
    logger: new RecordingLogger(),
    abortOnError: false,
  });
  const relay = app.get(MailRelay, { strict: false });
  return { events, status: () => relay.status(), close: () => app.close() };
}
