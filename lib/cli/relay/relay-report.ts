import type { PickupRelay, RelaySummary } from '../../relay/engine/pickup-relay.js';
import type { RelayEvent } from '../../relay/relay-event.js';

/** Tells what a relay does. */
export abstract class RelayReport {
  /** Files that were not taken. */
  left = 0;

  /** The relay begins. */
  abstract begin(relay: PickupRelay): void;
  /** The relay has ended. */
  abstract end(summary: RelaySummary): void;

  /** There is something that an administrator should know. */
  abstract warn(text: string): void;

  /** Something happened. */
  event(event: RelayEvent): void {
    if (event.type === 'left') this.left++;
    this.show(event);
  }

  protected abstract show(event: RelayEvent): void;
}
