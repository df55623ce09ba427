import type { RelayEvent } from '../relay-event.js';
import type { RelayLease } from '../spool/relay-lease.js';
import { OngoingTrouble } from './ongoing-trouble.js';

/** Octets of a record without its recipients, with what a file system rounds up. */
const RECORD_OCTETS = 8 * 1024;
/** Octets of a record for each recipient: an address, and what the server said of it. */
const RECIPIENT_OCTETS = 512;

/** Keeps room on the disk for what will have to be written down of a mail, before anything of it is sent. */
export class RecordRoom {
  readonly #lease: RelayLease;
  readonly #trouble: OngoingTrouble;

  constructor(lease: RelayLease, emit: (event: RelayEvent) => void) {
    this.#lease = lease;
    this.#trouble = new OngoingTrouble(
      'There is no room on the disk to write down who has a mail: those with several recipients wait, the others are sent',
      emit,
    );
  }

  /**
   * Keeps room for the record of a mail. On a full disk one with a single recipient is taken without: once it is sent, the
   * removal of its file is the record, and makes room.
   *
   * @param recipients how many have still to get it
   * @returns what gives the room free again; undefined when the mail must not be taken now
   */
  async keep(recipients: number): Promise<(() => void) | undefined> {
    const { room } = this.#lease;
    const octets = octetsFor(recipients);
    if (await room.keep(octets)) {
      if (recipients > 1) this.#trouble.succeeded();
      return () => room.release(octets);
    }
    if (recipients <= 1) return () => {};
    this.#trouble.failed(new Error('ENOSPC'));
    return undefined;
  }

  /**
   * Gives a little of the room that is kept to a record that could not be written.
   *
   * @returns whether there was some
   */
  async give(): Promise<boolean> {
    return this.#lease.room.give();
  }
}

function octetsFor(recipients: number): number {
  return RECORD_OCTETS + recipients * RECIPIENT_OCTETS;
}
