import { setMaxListeners } from 'node:events';
import { join, resolve } from 'node:path';
import { createDelivery } from '../../core/delivery/create-delivery.js';
import type { MailDelivery } from '../../core/delivery/mail-delivery.js';
import { sweepTemporaryFiles } from '../../core/delivery/pickup/pickup-directory.js';
import { stateVersion } from '../../core/delivery/pickup/relay-records.js';
import { messageOf } from '../../core/errors/error-facts.js';
import { maskAddresses } from '../../core/redaction/mask-addresses.js';
import type { RelayEvent } from '../relay-event.js';
import type { MailRelayOptions, RelayTuning } from '../relay-options.js';
import { relayTuning } from '../relay-options.js';
import type { RelaySettings } from '../relay-settings.js';
import { relaySettings } from '../relay-settings.js';
import type { MailRelayStatus } from '../relay-status.js';
import { Claims } from '../spool/claims.js';
import { MailStates } from '../spool/mail-states.js';
import { exists } from '../spool/move-file.js';
import { RelayFolders } from '../spool/relay-folders.js';
import { RelayLease } from '../spool/relay-lease.js';
import { SpoolScanner } from '../spool/spool-scanner.js';
import { StaleRelays } from '../spool/stale-relays.js';
import { Badmail, printableName } from './badmail.js';
import { DeliveryTries } from './delivery-tries.js';
import { MailRecords } from './mail-records.js';
import { Notifier } from './notifier.js';
import { RateMeter } from './rate-meter.js';
import { RelayLoop } from './relay-loop.js';
import { RelayWorker } from './relay-worker.js';
import { ServerPause } from './server-pause.js';
import { HeldBackError } from './verdict.js';

/** What a relay has done when it has drained its folder. */
export interface RelaySummary {
  readonly sent: number;
  /** Mails of which at least one recipient waits for another try. */
  readonly deferred: number;
  /** Mails moved to the badmail folder. */
  readonly rejected: number;
  /** Mails that are still in the folder, deferred ones included. */
  readonly remaining: number;
}

/** Empties a pickup directory: hands its mails to an SMTP server, each once. */
export class PickupRelay {
  readonly #settings: RelaySettings;
  readonly #tuning: RelayTuning;
  readonly #delivery: MailDelivery;
  readonly #badmail: Badmail;
  readonly #folders: RelayFolders;
  readonly #folder: SpoolScanner;
  readonly #pause: ServerPause;
  readonly #bell = new Notifier();
  readonly #rate = new RateMeter();
  readonly #stopping = new AbortController();
  readonly #cut = new AbortController();
  readonly #onEvent: (event: RelayEvent) => void;
  readonly #counts = { sent: 0, rejected: 0 };
  readonly #deferred = new Set<string>();
  readonly #states: MailStates;
  #berth: RelayLease | undefined;
  #loop: RelayLoop | undefined;
  #beginning: Promise<RelayLoop | undefined> | undefined;
  #once = false;
  #closed: Promise<void> | undefined;

  private constructor(settings: RelaySettings, options: MailRelayOptions, delivery: MailDelivery) {
    const { directory } = settings;
    this.#settings = settings;
    this.#tuning = relayTuning(options);
    this.#delivery = delivery;
    this.#onEvent = options.onEvent ?? (() => {});
    this.#badmail = new Badmail(
      options.badmailDirectory === undefined ? join(directory, 'badmail') : resolve(options.badmailDirectory),
    );
    this.#folders = new RelayFolders(directory);
    this.#states = new MailStates(this.#folders);
    // One listener for each mail under way.
    for (const { signal } of [this.#stopping, this.#cut]) setMaxListeners(0, signal);
    this.#pause = new ServerPause(this.#tuning.retry);
    this.#folder = new SpoolScanner({
      directory,
      settleMs: this.#tuning.settleMs,
      waitOf: (name, file) => this.#waitOf(name, file),
      now: () => Date.now() + (this.#berth?.clockOffsetMs ?? 0),
      onLeft: (name, reason) => this.#emit({ type: 'left', file: printableName(name), reason }),
    });
  }

  /**
   * Checks settings and directory. Connects to nothing and takes nothing.
   *
   * @throws MailSettingsError `EMAILSETTINGS` listing every problem at once
   */
  static async create(options: MailRelayOptions): Promise<PickupRelay> {
    const settings = await relaySettings(options);
    const { smtp } = options;
    const delivery = await createDelivery(settings.smtp, smtp === undefined ? {} : { smtp });
    return new PickupRelay(settings, options, delivery);
  }

  /** The pickup directory, with symbolic links resolved. */
  get directory(): string {
    return this.#settings.directory;
  }

  /** Mails in the folder and under way, as the last look saw them. */
  get waiting(): number {
    return this.#folder.known.count;
  }

  /** Sentences for the log at start. */
  get warnings(): readonly string[] {
    return this.#settings.warnings;
  }

  /** Begins to empty the folder, until {@link stop}. With `Enabled` false it takes nothing. */
  async start(): Promise<void> {
    const loop = await this.#begin();
    if (!this.#closed) loop?.watch();
  }

  /**
   * Tries every mail in the folder once, those that wait for another try included, and stops.
   *
   * @returns what was done, and how much is still in the folder
   */
  async drain(): Promise<RelaySummary> {
    this.#once = true;
    const loop = await this.#begin();
    if (!this.#closed) await (loop ? loop.drain() : this.#folder.look());
    await this.stop();
    return this.#summary();
  }

  /** Finishes the mails under way within the grace time, leaves the rest as they are, and frees everything. */
  async stop(graceMs = this.#tuning.shutdownTimeoutMs): Promise<RelaySummary> {
    this.#closed ??= this.#close(graceMs);
    await this.#closed;
    return this.#summary();
  }

  /** How it does. */
  async status(): Promise<MailRelayStatus> {
    // The folder's own count is as old as the last look.
    let trouble = this.#loop?.trouble;
    const onTrouble = (error: unknown): void => {
      trouble = messageOf(error);
    };
    await this.#folder.look().catch(onTrouble);
    const badmail = await this.#badmail.count().catch(onTrouble);
    // What this look has found, the relay's own next one does not count as news.
    if (this.#folder.hasNext) this.#bell.notify();
    const { oldest, count, waiting } = this.#folder.known;
    const { current } = this.#pause;
    return {
      state: this.#state(),
      backlog: count,
      oldestAgeMs: oldest === undefined ? undefined : Math.max(0, Date.now() - oldest),
      inFlight: this.#loop?.inFlight ?? 0,
      deferred: waiting,
      badmail: badmail ?? 0,
      sent: this.#counts.sent,
      rejected: this.#counts.rejected,
      perMinute: this.#rate.perMinute,
      ...(trouble !== undefined && { trouble }),
      ...(current && { pause: { ...current, reason: maskAddresses(current.reason) } }),
    };
  }

  #state(): MailRelayStatus['state'] {
    if (this.#closed) return 'stopped';
    if (!this.#settings.smtp.enabled) return 'disabled';
    if (!this.#loop) return 'stopped';
    return this.#pause.current ? 'paused' : 'running';
  }

  #begin(): Promise<RelayLoop | undefined> {
    if (this.#closed || this.#beginning) throw new Error('A relay can be started once.');
    this.#beginning = this.#build();
    return this.#beginning;
  }

  async #build(): Promise<RelayLoop | undefined> {
    const { directory, smtp } = this.#settings;
    if (!smtp.enabled) {
      this.#emit({
        type: 'problem',
        reason: 'Enabled is false in the settings: nothing is taken from the folder.',
      });
      return undefined;
    }
    const berth = await RelayLease.create(this.#folders, this.#tuning.leaseMs, () =>
      this.#emit({
        type: 'problem',
        reason:
          'This relay’s own folder was gone: another relay took it for dead, or somebody removed it. It goes on.',
      }),
    );
    this.#berth = berth;
    await sweepTemporaryFiles(directory);
    await this.#states.sweep(name => exists(join(directory, name)));
    this.#loop = new RelayLoop({
      directory,
      folder: this.#folder,
      worker: this.#worker(berth),
      berth,
      deadRelays: new StaleRelays(this.#folders, directory, this.#states, this.#tuning.leaseMs),
      pause: this.#pause,
      bell: this.#bell,
      lanes: this.#tuning.concurrency ?? smtp.maxConnections,
      tuning: this.#tuning,
      emit: event => this.#emit(event),
    });
    return this.#loop;
  }

  #worker(berth: RelayLease): RelayWorker {
    const { directory, smtp } = this.#settings;
    const claims = new Claims(directory, berth, this.#states);
    const emit = (event: RelayEvent): void => this.#emit(event);
    const cut = this.#cut.signal;
    const records = new MailRecords({
      directory,
      folder: this.#folder,
      claims,
      states: this.#states,
      berth,
      badmail: this.#badmail,
      retry: this.#tuning.retry,
      once: () => this.#once,
      cut,
      emit,
    });
    const tries = new DeliveryTries({
      delivery: this.#delivery,
      claims,
      records,
      pause: this.#pause,
      stopping: this.#stopping.signal,
      cut,
      unconfirmed: this.#tuning.unconfirmed,
      timeoutMs: smtp.sendTimeout * 1000,
      emit,
    });
    const { undoDotStuffing } = this.#tuning;
    return new RelayWorker({
      directory,
      settings: smtp,
      undoDotStuffing,
      folder: this.#folder,
      claims,
      records,
      tries,
      emit,
    });
  }

  async #waitOf(name: string, file: { size: number; mtimeMs: number }): Promise<number> {
    if (this.#once) return 0;
    const state = await this.#states.read(name).catch(() => undefined);
    if (state?.version !== stateVersion(file)) return 0;
    // Clocks jump: whatever the state says, no wait is longer than the longest one.
    return Math.min(Math.max(0, state.nextAttempt - Date.now()), this.#tuning.retry.maxMs);
  }

  async #close(graceMs: number): Promise<void> {
    this.#stopping.abort(new HeldBackError('The relay is stopping.'));
    const timer = setTimeout(() => this.#cut.abort(), graceMs);
    // It may have been told to stop before it had begun.
    await this.#beginning?.catch(() => {});
    await this.#loop?.stop();
    clearTimeout(timer);
    await this.#delivery.close(0);
    await this.#folders.tidy();
  }

  #summary(): RelaySummary {
    return {
      ...this.#counts,
      deferred: this.#deferred.size,
      remaining: this.#folder.known.count + (this.#loop?.undecided ?? 0),
    };
  }

  #emit(event: RelayEvent): void {
    if (event.type === 'deferred') this.#deferred.add(event.file);
    if (event.type === 'sent' || event.type === 'rejected') {
      this.#counts[event.type]++;
      this.#deferred.delete(event.file);
    }
    if (event.type === 'sent') this.#rate.count();
    try {
      this.#onEvent(event);
    } catch (error) {
      // Whoever listens must not keep mails from being sent.
      process.emitWarning(`A listener of the mail relay failed: ${messageOf(error)}`);
    }
  }
}
