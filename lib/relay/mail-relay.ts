import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import { Injectable } from '@nestjs/common';
import type { PickupRelay } from './engine/pickup-relay.js';
import type { MailRelayStatus } from './relay-status.js';

/** The relay of an application: inject it to ask how it does. */
@Injectable()
export class MailRelay implements OnApplicationBootstrap, OnApplicationShutdown {
  readonly #relay: PickupRelay;

  /** @param relay made by `MailRelayModule` */
  constructor(relay: PickupRelay) {
    this.#relay = relay;
  }

  /** The pickup directory, with symbolic links resolved. */
  get directory(): string {
    return this.#relay.directory;
  }

  /** Counts what lies in the folder now, and says what was done since the start. */
  async status(): Promise<MailRelayStatus> {
    return this.#relay.status();
  }

  /** Called by Nest: begins to empty the folder. */
  async onApplicationBootstrap(): Promise<void> {
    await this.#relay.start();
  }

  /** Called by Nest: finishes mails under way within `shutdownTimeoutMs` and leaves the rest as they are. */
  async onApplicationShutdown(): Promise<void> {
    await this.#relay.stop();
  }
}
