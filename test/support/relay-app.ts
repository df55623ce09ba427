import { EventEmitter, once } from 'node:events';
import { renameSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import 'reflect-metadata';
import type { MailRelayOptions, MailRelayStatus, RelayEvent } from 'nest-mailroom/relay';
import { MailRelay, MailRelayModule } from 'nest-mailroom/relay';
import { HANG_MS } from './hang-guard.js';
import { RecordingLogger } from './recording-logger.js';

/** A running application with a relay. */
export class RelayApp {
  /** Everything that happened. */
  readonly events: RelayEvent[] = [];
  readonly logger = new RecordingLogger();
  readonly #happened = new EventEmitter();
  #app: Awaited<ReturnType<typeof NestFactory.createApplicationContext>> | undefined;

  /** Starts an application that imports the relay. Start errors reject. */
  static async start(options: MailRelayOptions): Promise<RelayApp> {
    const relay = new RelayApp();
    class TestRoot {}
    const imports = [
      MailRelayModule.forRoot({ pollMs: 200, settleMs: 100, ...options, onEvent: event => relay.#on(event) }),
    ];
    Module({ imports })(TestRoot);
    relay.#app = await NestFactory.createApplicationContext(TestRoot, {
      logger: relay.logger,
      abortOnError: false,
    });
    return relay;
  }

  /** The events of one type. */
  of<T extends RelayEvent['type']>(type: T): Extract<RelayEvent, { type: T }>[] {
    return this.events.filter((event): event is Extract<RelayEvent, { type: T }> => event.type === type);
  }

  /** Waits until there are so many events of a type. */
  async until(type: RelayEvent['type'], count = 1, timeoutMs = HANG_MS): Promise<void> {
    const timeout = AbortSignal.timeout(timeoutMs);
    while (this.of(type).length < count) {
      await once(this.#happened, 'event', { signal: timeout }).catch(() => {
        throw new Error(
          `${this.of(type).length} of ${count} events "${type}" came within ${timeoutMs} ms; all: ${JSON.stringify(this.events)}`,
        );
      });
    }
  }

  /** Waits until no mail is worked on: a worker closes the file of a mail after the event has told how it ended. */
  async untilIdle(): Promise<void> {
    await this.#untilStatus(({ inFlight }) => inFlight === 0);
  }

  /** Waits until the status tells of a trouble. */
  async untilTrouble(words: string): Promise<void> {
    await this.#untilStatus(({ trouble = '' }) => trouble.includes(words));
  }

  /** How the relay does. */
  async status(): Promise<MailRelayStatus> {
    if (!this.#app) throw new Error('The application did not start');
    return this.#app.get(MailRelay, { strict: false }).status();
  }

  /** Shuts the application down. */
  async close(): Promise<void> {
    await this.#app?.close();
  }

  async #untilStatus(holds: (status: MailRelayStatus) => boolean): Promise<void> {
    const until = performance.now() + HANG_MS;
    for (;;) {
      const status = await this.status();
      if (holds(status)) return;
      if (performance.now() > until)
        throw new Error(`The status after ${HANG_MS} ms: ${JSON.stringify(status)}`);
      await delay(10);
    }
  }

  #on(event: RelayEvent): void {
    this.events.push(event);
    this.#happened.emit('event');
  }
}

/** Puts a file into a pickup directory as careful writers do: complete from the first moment on. */
export function publish(directory: string, name: string, content: string | Buffer): void {
  const temporary = join(directory, `.${name.slice(0, 60).replaceAll('\n', '_')}.part`);
  writeFileSync(temporary, content);
  // As the pickup writer does, so that the relay takes it at once.
  const then = Math.floor((Date.now() - 20) / 1000);
  utimesSync(temporary, then, then);
  renameSync(temporary, join(directory, name));
}

/** A small mail in the Iis dialect. */
export function iisMail(id: string, to: readonly string[] = ['ann@contoso.com'], body = 'Hello\r\n'): string {
  return [
    'X-Sender: no-reply@contoso.com',
    ...to.map(address => `X-Receiver: ${address}`),
    'From: Identity <no-reply@contoso.com>',
    `To: ${to.join(', ')}`,
    `Subject: ${id}`,
    `Message-ID: <${id}@contoso.com>`,
    'Date: Tue, 24 Nov 2026 10:00:00 +0000',
    '',
    body,
  ].join('\r\n');
}

/** What travels of a mail made by {@link iisMail}. */
export function travelling(mail: string): string {
  return mail.replace(/^(?:X-Sender|X-Receiver): .*\r\n/gm, '');
}
