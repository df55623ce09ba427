import { EventEmitter, once } from 'node:events';
import type { INestApplicationContext, LogLevel } from '@nestjs/common';
import type { RelayEvent } from 'nest-mailroom/relay';
import { MailRelay } from 'nest-mailroom/relay';
import { createRelay } from '../relay/create-relay.js';
import type { EmbeddedSmtpServer } from './embedded-smtp-server.js';

/** What a relay tells of a file, or of its server. */
export type RelayOutcome = Extract<RelayEvent, { file: string } | { type: 'paused' }>;

/** The Relay, held back until it is started: until then a pickup file can be looked at. */
export class DemoRelay {
  readonly #events: RelayEvent[] = [];
  readonly #news = new EventEmitter();
  #app: INestApplicationContext | undefined;

  /**
   * @param env variables that lie over its `appsettings.json`
   * @param directory the folder that they make it empty
   * @param smtp where they make it deliver; undefined when that is a real server
   * @param logger what it logs. @default warnings and errors
   */
  constructor(
    private readonly env: NodeJS.ProcessEnv,
    readonly directory: string,
    readonly smtp: EmbeddedSmtpServer | undefined,
    private readonly logger?: LogLevel[],
  ) {}

  /**
   * Lets it empty its folder from now on; harmless when done twice.
   *
   * @throws Error when its settings keep it from taking anything
   */
  async start(): Promise<void> {
    this.#app ??= await createRelay(
      this.env,
      event => {
        this.#events.push(event);
        this.#news.emit('event');
      },
      this.logger,
    );
    const { state } = await this.#app.get(MailRelay).status();
    if (state === 'disabled')
      throw new Error('the Relay takes nothing, because Enabled is false in its settings');
  }

  /** What becomes of a file, or what stands in the way of every file; rejects when the signal fires first. */
  async outcomeOf(file: string, signal: AbortSignal): Promise<RelayOutcome> {
    for (;;) {
      const found = this.#events
        .filter(isOutcome)
        .find(outcome => outcome.type === 'paused' || outcome.file === file);
      if (found) return found;
      await once(this.#news, 'event', { signal });
    }
  }

  /** Ends it; what it has not taken stays in the folder. */
  async close(): Promise<void> {
    await this.#app?.close();
  }
}

function isOutcome(event: RelayEvent): event is RelayOutcome {
  return 'file' in event || event.type === 'paused';
}
