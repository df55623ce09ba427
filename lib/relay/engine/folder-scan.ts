import type { RelayEvent } from '../relay-event.js';
import type { RelayFolders } from '../spool/relay-folders.js';
import type { RelayLease } from '../spool/relay-lease.js';
import type { SpoolScanner } from '../spool/spool-scanner.js';
import type { StaleRelays } from '../spool/stale-relays.js';
import { OngoingTrouble } from './ongoing-trouble.js';

/** What scans are made with. */
export interface FolderScanParts {
  readonly folders: RelayFolders;
  readonly scanner: SpoolScanner;
  readonly staleRelays: StaleRelays;
  readonly lease: RelayLease;
  readonly emit: (event: RelayEvent) => void;
}

const MOVED =
  'somebody has renamed or replaced its own folder (.mailroom). It goes on in the one that it has open; move that back, or start the relay anew';

/** Scans the folder of a relay that is at work: gives back what dead relays had claimed, then finds what can be taken. */
export class FolderScan {
  readonly #parts: FolderScanParts;
  readonly #recoverTrouble: OngoingTrouble;
  readonly #scanTrouble: OngoingTrouble;
  readonly #movedTrouble: OngoingTrouble;
  #undecided = 0;

  constructor(parts: FolderScanParts) {
    this.#parts = parts;
    this.#recoverTrouble = new OngoingTrouble('What a dead relay left cannot be taken up', parts.emit);
    this.#scanTrouble = new OngoingTrouble('The folder cannot be looked at', parts.emit);
    this.#movedTrouble = new OngoingTrouble('The folders of the relay are not where they were', parts.emit);
  }

  /** Files claimed by relays of which it is not known whether they live. */
  get undecided(): number {
    return this.#undecided;
  }

  /** Why the last scan of the folder failed; undefined when it did not. */
  get trouble(): string | undefined {
    return this.#scanTrouble.current;
  }

  /**
   * Scans once. Never rejects: what goes wrong is told, and tried again by the next scan.
   *
   * @returns milliseconds that it took
   */
  async run(): Promise<number> {
    const began = performance.now();
    try {
      await this.#follow();
    } catch (error) {
      // What was known of the folder stays as it is, and nothing new is taken.
      this.#scanTrouble.failed(error);
      return performance.now() - began;
    }
    await this.#recover();
    await this.#scan();
    return performance.now() - began;
  }

  /** Goes on in the folder that has taken the place of the pickup directory, when somebody has made it anew. */
  async #follow(): Promise<void> {
    const { folders, lease, emit } = this.#parts;
    const isAnother = await folders.follow();
    await lease.restore();
    if (isAnother) {
      emit({
        type: 'problem',
        reason: 'The pickup directory is another one than before; the relay goes on in the new one.',
      });
    }
    if (await folders.isOwnMoved()) this.#movedTrouble.failed(new Error(MOVED));
    else this.#movedTrouble.succeeded();
  }

  async #recover(): Promise<void> {
    const { staleRelays, lease, emit } = this.#parts;
    try {
      const { files, undecided, problems } = await staleRelays.recover(lease.folder);
      this.#undecided = undecided;
      if (files > 0) emit({ type: 'recovered', files });
      if (problems.length > 0) this.#recoverTrouble.failed(problems[0]);
      else this.#recoverTrouble.succeeded();
    } catch (error) {
      this.#recoverTrouble.failed(error);
    }
  }

  async #scan(): Promise<void> {
    try {
      await this.#parts.scanner.scan();
      this.#scanTrouble.succeeded();
    } catch (error) {
      this.#scanTrouble.failed(error);
    }
  }
}
