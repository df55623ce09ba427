import { resolve } from 'node:path';
import { createDelivery } from '../../core/delivery/create-delivery.js';
import { writeAdvice } from '../../core/delivery/pickup/write-failure.js';
import { fewConnections } from '../../core/delivery/smtp/few-connections.js';
import { errnoOf, messageOf } from '../../core/errors/error-facts.js';
import { maskAddresses } from '../../core/redaction/mask-addresses.js';
import { readRelayOptions } from '../read-relay-options.js';
import type { RelayEvent } from '../relay-event.js';
import type { MailRelayOptions } from '../relay-options.js';
import { relayTuning } from '../relay-options.js';
import { relaySettings } from '../relay-settings.js';
import type { MailRelayStatus } from '../relay-status.js';
import { readableText } from '../spool/held-folder.js';
import { MailStates } from '../spool/mail-states.js';
import { RelayFolders } from '../spool/relay-folders.js';
import { SecondNames } from '../spool/second-names.js';
import { SpoolScanner } from '../spool/spool-scanner.js';
import type { RelayBase, RelayMode } from './assemble-relay.js';
import { Badmail } from './badmail.js';
import { OngoingTrouble } from './ongoing-trouble.js';
import type { RelayEngine } from './relay-engine.js';
import { RelayEvents } from './relay-events.js';
import { RelayShutdown } from './relay-shutdown.js';
import { assembleWithRoom } from './wait-for-room.js';

/** What a relay has done when it has drained its folder. */
export interface RelaySummary {
  /** Mails sent. */
  readonly sent: number;
  /** Mails of which at least one recipient waits for another try. */
  readonly deferred: number;
  /** Mails moved to the badmail folder. */
  readonly rejected: number;
  /** Mails that are still in the folder, deferred ones included. */
  readonly remaining: number;
}

/** Where a relay is between its making and its end. */
type RelayState =
  | { readonly kind: 'created' }
  /** The setting `Enabled` is false: it was started and takes nothing. */
  | { readonly kind: 'disabled' }
  | { readonly kind: 'starting'; readonly engine: Promise<RelayEngine> }
  | { readonly kind: 'running'; readonly engine: RelayEngine }
  /** `engine`: undefined when the relay was stopped before it ran. `done` resolves when everything is freed. */
  | { readonly kind: 'stopped'; readonly engine: RelayEngine | undefined; readonly done: Promise<void> };

/** Who is told what a relay does. */
export interface RelayObserver {
  /** Something happened. */
  write(event: RelayEvent): void;
  /** There is something that an administrator should know. */
  warn(text: string): void;
}

/** Empties a pickup directory: hands its mails to an SMTP server, each once. */
export class PickupRelay {
  readonly #base: RelayBase;
  /** Told while the relay waits for room for a folder of its own. */
  readonly #noRoom: OngoingTrouble;
  #state: RelayState = { kind: 'created' };

  private constructor(base: RelayBase) {
    this.#base = base;
    this.#noRoom = new OngoingTrouble(
      'There is no room for the folder of the relay; it waits',
      base.events.emit,
    );
  }

  /**
   * Checks settings, options and directory. Connects to nothing and takes nothing.
   *
   * @param log told of everything that happens, before the option `onEvent` is. @default nobody is told
   * @throws MailSettingsError `EMAILSETTINGS` listing every problem at once
   * @throws RangeError for an option that is a number out of its range
   */
  static async create(
    options: MailRelayOptions,
    log: RelayObserver = { write: () => {}, warn: () => {} },
  ): Promise<PickupRelay> {
    const read = readRelayOptions(options);
    const settings = await relaySettings(read);
    const { smtp, badmailDirectory, onEvent } = read.options;
    const { directory, stateDirectory } = settings;
    const tuning = relayTuning(read.options);
    const { settleMs, retry } = tuning;
    const folders = new RelayFolders(directory, stateDirectory);
    const states = new MailStates(folders);
    const events = new RelayEvents(event => {
      log.write(event);
      onEvent?.(event);
    });
    const delivery = await createDelivery(settings.smtp, {
      ...(smtp && { smtp }),
      signing: settings.signing,
      warn: sentence => log.warn(sentence),
      onFewConnections: connections => log.warn(fewConnections(connections)),
    });
    return new PickupRelay({
      settings,
      tuning,
      delivery,
      badmail: new Badmail(folders, badmailDirectory === undefined ? undefined : resolve(badmailDirectory)),
      folders,
      states,
      shutdown: new RelayShutdown(),
      events,
      idleScanner: new SpoolScanner({
        folder: () => folders.pickup,
        secondNames: new SecondNames(folders),
        settleMs,
        waitOf: (name, file) => states.waitMs(name, file, retry.maxMs),
        now: () => Date.now(),
        onLeft: events.left,
      }),
    });
  }

  /** The pickup directory, with symbolic links resolved. */
  get directory(): string {
    return this.#base.settings.directory;
  }

  /** Mails in the folder and under way, as the last scan saw them. */
  get waiting(): number {
    return this.#scanner.index.count;
  }

  /** Sentences for the log at start. */
  get warnings(): readonly string[] {
    return this.#base.settings.warnings;
  }

  /**
   * Begins to empty the folder, until {@link stop}. With `Enabled` false it takes nothing.
   *
   * @throws Error when the relay was started or stopped before
   */
  async start(): Promise<void> {
    const { promise: waiting, settle: onWaiting } = settlable();
    const starting = this.#begin('watch', onWaiting).then(() => {
      if (this.#state.kind === 'running') void this.#state.engine.run();
    });
    // On a full disk the relay goes on starting while the application works.
    const isWaiting = await Promise.race([starting.then(() => false), waiting.then(() => true)]);
    if (isWaiting)
      void starting.catch((error: unknown) => {
        const reason = `The relay cannot start: ${messageOf(error)}`;
        if (this.#state.kind !== 'stopped') this.#base.events.emit({ type: 'problem', reason });
      });
  }

  /**
   * Tries every mail in the folder once, those that wait for another try included, and stops.
   *
   * @returns what was done, and how much is still in the folder
   * @throws Error when the relay was started or stopped before
   */
  async drain(): Promise<RelaySummary> {
    await this.#begin('drain', () => {});
    if (this.#state.kind === 'running') await this.#state.engine.run();
    else if (this.#state.kind === 'disabled') await this.#base.idleScanner.scan();
    return this.stop();
  }

  /**
   * Finishes the mails under way, leaves the rest as they are, and frees everything. Whoever calls again waits for the
   * first call.
   *
   * @param graceMs milliseconds after which mails under way are cut. Default: the option `shutdownTimeoutMs`
   * @returns what was done, and how much is still in the folder
   */
  async stop(graceMs = this.#base.tuning.shutdownTimeoutMs): Promise<RelaySummary> {
    if (this.#state.kind !== 'stopped')
      this.#state = { kind: 'stopped', engine: this.#engine, done: this.#close(this.#state, graceMs) };
    await this.#state.done;
    return this.#summary();
  }

  /** How it does. Scans the folder, because the last scan may be old. */
  async status(): Promise<MailRelayStatus> {
    const { badmail, events } = this.#base;
    const scanner = this.#scanner;
    let trouble = this.#engine?.trouble ?? this.#noRoom.current;
    const onTrouble = (error: unknown): void => {
      trouble = readableText(messageOf(error));
    };
    await scanner.scan().catch(onTrouble);
    const badmailCount = await badmail.count().catch(onTrouble);
    // What this scan has found is nothing new for the next scan of the engine.
    this.#engine?.wakeWorkers();
    const { oldest, count, waiting } = scanner.index;
    const pause = this.#engine?.pause;
    return {
      state: this.#statusState(),
      backlog: count,
      oldestAgeMs: oldest === undefined ? undefined : Math.max(0, Date.now() - oldest),
      inFlight: this.#engine?.inFlight ?? 0,
      deferred: waiting,
      badmail: badmailCount ?? 0,
      sent: events.sent,
      rejected: events.rejected,
      perMinute: events.perMinute,
      ...(trouble !== undefined && { trouble }),
      ...(pause && { pause: { ...pause, reason: maskAddresses(pause.reason) } }),
    };
  }

  get #engine(): RelayEngine | undefined {
    return this.#state.kind === 'running' || this.#state.kind === 'stopped' ? this.#state.engine : undefined;
  }

  get #scanner(): SpoolScanner {
    return this.#engine?.scanner ?? this.#base.idleScanner;
  }

  #statusState(): MailRelayStatus['state'] {
    if (this.#state.kind === 'stopped') return 'stopped';
    if (!this.#base.settings.smtp.enabled) return 'disabled';
    if (this.#state.kind !== 'running') return 'stopped';
    return this.#state.engine.pause ? 'paused' : 'running';
  }

  /** Resolves when the relay can run, unless it is disabled or was stopped meanwhile. */
  async #begin(mode: RelayMode, onWaiting: () => void): Promise<void> {
    if (this.#state.kind !== 'created') throw new Error('A relay can be started once.');
    const { settings, events, folders } = this.#base;
    if (!settings.smtp.enabled) {
      this.#state = { kind: 'disabled' };
      const reason = 'Enabled is false in the settings: nothing is taken from the folder.';
      events.emit({ type: 'problem', reason });
      return;
    }
    const assembling = assembleWithRoom(this.#base, mode, this.#noRoom, onWaiting);
    this.#state = { kind: 'starting', engine: assembling };
    const engine = await assembling.catch(async (error: unknown) => {
      // Before the folders are closed, which takes their names from the paths.
      const reason = startFailure(error);
      await folders.close();
      throw new Error(reason, { cause: error });
    });
    // Whoever has stopped the relay meanwhile stops the engine too.
    if (this.#state.kind === 'starting') this.#state = { kind: 'running', engine };
  }

  async #close(state: RelayState, graceMs: number): Promise<void> {
    const { shutdown, delivery, folders, badmail } = this.#base;
    shutdown.begin(graceMs);
    if (state.kind === 'running') await state.engine.stop();
    if (state.kind === 'starting') await (await state.engine.catch(() => undefined))?.stop();
    shutdown.end();
    await delivery.close(0);
    await folders.removeEmpty();
    await badmail.close();
    await folders.close();
  }

  #summary(): RelaySummary {
    const { sent, deferred, rejected } = this.#base.events;
    const remaining = this.#scanner.index.count + (this.#engine?.undecided ?? 0);
    return { sent, rejected, deferred, remaining };
  }
}

/** Says why a relay cannot start, and what to do. */
function startFailure(error: unknown): string {
  const errno = errnoOf(error);
  const reason = readableText(messageOf(error));
  return errno === undefined ? reason : `${reason}; ${writeAdvice(errno)}`;
}

/** A promise that somebody else resolves. */
function settlable(): { promise: Promise<void>; settle: () => void } {
  let settle = (): void => {};
  const promise = new Promise<void>(whenCalled => {
    settle = whenCalled;
  });
  return { promise, settle };
}
