import type { RelayEvent } from '../relay-event.js';
import type { RelayLease } from '../spool/relay-lease.js';
import { OngoingTrouble } from './ongoing-trouble.js';
import type { RelayTrouble } from './relay-trouble.js';

/** So many renewals fit into a lease: a few may fail or be late before another relay takes this one for dead. */
const RENEWALS_PER_LEASE = 6;

/** The step of the work that renews. */
const RENEWING = 'renew';

/** Renews the lease of a relay again and again, from its construction until it is stopped. */
export class LeaseRenewal {
  readonly #lease: RelayLease;
  readonly #folder: RelayTrouble;
  readonly #trouble: OngoingTrouble;
  readonly #timer: NodeJS.Timeout;
  #renewing: Promise<void> = Promise.resolve();

  /**
   * @param leaseMs milliseconds that a lease is good for
   * @param folder told when the whole folder cannot be used
   */
  constructor(lease: RelayLease, leaseMs: number, folder: RelayTrouble, emit: (event: RelayEvent) => void) {
    this.#lease = lease;
    this.#folder = folder;
    this.#trouble = new OngoingTrouble('The relay cannot give its sign of life', emit);
    this.#timer = setInterval(() => {
      this.#renewing = this.#renewing.then(() => this.#renew());
    }, leaseMs / RENEWALS_PER_LEASE);
  }

  /** Resolves when nothing is being renewed any more. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#renewing;
  }

  async #renew(): Promise<void> {
    try {
      await this.#lease.renew();
      this.#folder.succeeded(RENEWING);
      this.#trouble.succeeded();
    } catch (error) {
      if (!(await this.#folder.explains(RENEWING, error))) this.#trouble.failed(error);
    }
  }
}
