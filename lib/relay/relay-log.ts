import { Logger } from '@nestjs/common';
import type { RelayEvent } from './relay-event.js';

/** Writes what happens in a relay to Nest's log. */
export class RelayLog {
  readonly #logger = new Logger('MailRelay');

  /** Writes one event. */
  write(event: RelayEvent): void {
    switch (event.type) {
      case 'sent':
        this.#logger.debug(
          `${event.file}: sent to ${count(event.recipients, 'recipient')} ${event.messageId}`,
        );
        break;
      case 'deferred':
        this.#logger.warn(
          `${event.file}: ${count(event.recipients, 'recipient')} deferred until ${event.retryAt.toISOString()}: ${event.reason}`,
        );
        break;
      case 'rejected':
        this.#logger.error(`${event.file}: moved to ${event.movedTo}: ${event.reason}`);
        break;
      case 'left':
        this.#logger.warn(`${event.file}: left where it is: ${event.reason}`);
        break;
      case 'paused':
        this.#logger.error(`Nothing is sent until ${event.until.toISOString()}: ${event.reason}`);
        break;
      case 'resumed':
        this.#logger.log('The server can be used again.');
        break;
      case 'recovered':
        this.#logger.warn(`${count(event.files, 'mail')} of a relay that died: taken up again`);
        break;
      case 'problem':
        this.#logger.error(event.reason);
        break;
    }
  }

  /** Writes a warning. */
  warn(text: string): void {
    this.#logger.warn(text);
  }
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}
