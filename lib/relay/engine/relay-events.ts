import { messageOf } from '../../core/errors/error-facts.js';
import type { RelayEvent } from '../relay-event.js';
import { readableText } from '../spool/held-folder.js';
import { printableName } from '../spool/printable-name.js';
import { RateMeter } from './rate-meter.js';

/** Counts what happens in a relay since its start, and tells the application of it. */
export class RelayEvents {
  readonly #onEvent: (event: RelayEvent) => void;
  readonly #rate = new RateMeter();
  readonly #deferred = new Set<string>();
  readonly #counts = { sent: 0, rejected: 0 };

  /** @param onEvent the listener of the application; what it throws becomes a warning of the process */
  constructor(onEvent: (event: RelayEvent) => void) {
    this.#onEvent = onEvent;
  }

  /** Mails sent. */
  get sent(): number {
    return this.#counts.sent;
  }

  /** Mails moved to the badmail folder. */
  get rejected(): number {
    return this.#counts.rejected;
  }

  /** Mails whose last try left at least one recipient waiting for another one. */
  get deferred(): number {
    return this.#deferred.size;
  }

  /** Mails sent in the last 60 seconds. */
  get perMinute(): number {
    return this.#rate.perMinute;
  }

  /** Something happened. Never throws; bound, so that it can be handed over. */
  readonly emit = (event: RelayEvent): void => {
    this.#count(event);
    try {
      this.#onEvent(withNames(event));
    } catch (error) {
      // A listener that fails must not keep mails from being sent.
      process.emitWarning(`A listener of the mail relay failed: ${messageOf(error)}`);
    }
  };

  /** A file that the relay does not take. Bound, so that it can be handed over. */
  readonly left = (name: string, reason: string): void =>
    this.emit({ type: 'left', file: printableName(name), reason });

  #count(event: RelayEvent): void {
    if (event.type === 'deferred') this.#deferred.add(event.file);
    if (event.type === 'sent' || event.type === 'rejected') {
      this.#counts[event.type]++;
      this.#deferred.delete(event.file);
    }
    if (event.type === 'sent') this.#rate.count();
  }
}

/** An event in which folders have the names that an administrator knows. */
function withNames(event: RelayEvent): RelayEvent {
  switch (event.type) {
    case 'problem':
      return { ...event, reason: readableText(event.reason) };
    case 'rejected':
      return { ...event, movedTo: readableText(event.movedTo) };
    default:
      return event;
  }
}
