import { join } from 'node:path';
import { SteadyClock } from '../../core/concurrency/steady-clock.js';
import { AgeLimit } from '../../core/delivery/age-limit.js';
import type { MailDelivery } from '../../core/delivery/mail-delivery.js';
import { sweepTemporaryFiles } from '../../core/delivery/pickup/pickup-directory.js';
import { ServerPause } from '../../core/delivery/server-pause.js';
import { REMEDIES } from '../../core/text/remedies.js';
import type { RelayTuning } from '../relay-options.js';
import type { RelaySettings } from '../relay-settings.js';
import { Claims } from '../spool/claims.js';
import type { MailStates } from '../spool/mail-states.js';
import { exists } from '../spool/move-file.js';
import type { RelayFolders } from '../spool/relay-folders.js';
import { RelayLease } from '../spool/relay-lease.js';
import { SecondNames } from '../spool/second-names.js';
import { SpoolScanner } from '../spool/spool-scanner.js';
import { StaleRelays } from '../spool/stale-relays.js';
import type { Badmail } from './badmail.js';
import { DeliveryTries } from './delivery-tries.js';
import { DrainTask } from './drain-task.js';
import { FolderScan } from './folder-scan.js';
import { LeaseRenewal } from './lease-renewal.js';
import { Leftovers } from './leftovers.js';
import { MailClaimer } from './mail-claimer.js';
import { MailProcessor } from './mail-processor.js';
import { MailRecords } from './mail-records.js';
import { Notifier } from './notifier.js';
import { OngoingTrouble } from './ongoing-trouble.js';
import { OutcomeSettler } from './outcome-settler.js';
import { OverdueMails } from './overdue-mails.js';
import { RecordRoom } from './record-room.js';
import { RelayEngine } from './relay-engine.js';
import type { RelayEvents } from './relay-events.js';
import type { RelayShutdown } from './relay-shutdown.js';
import { RelayTrouble } from './relay-trouble.js';
import { WatchTask } from './watch-task.js';
import { WorkerPool } from './worker-pool.js';

/** `watch`: to empty the folder until the relay is stopped. `drain`: to try every mail in it once. */
export type RelayMode = 'watch' | 'drain';

/** What a relay has before it starts: nothing of it touches the folder or connects to the server. */
export interface RelayBase {
  readonly settings: RelaySettings;
  readonly tuning: RelayTuning;
  readonly delivery: MailDelivery;
  readonly badmail: Badmail;
  readonly folders: RelayFolders;
  readonly states: MailStates;
  readonly shutdown: RelayShutdown;
  readonly events: RelayEvents;
  /** Counts what is in the folder as long as no engine does, and has perhaps told of entries that cannot be taken. */
  readonly idleScanner: SpoolScanner;
}

const LEASE_LOST =
  'This relay’s own folder was gone: another relay took it for dead, or somebody removed it. It goes on.';

const NOT_HELD = `This system does not let the relay hold its folders open, and other accounts may write to the pickup directory: they can put something else in their place while it runs. ${REMEDIES.foldersNotHeld.inCode}`;

const OTHER_RECORDS = `In the pickup directory lies .mailroom with records of a relay that keeps them there. This relay takes none of its mails up and does not know who has a mail already. ${REMEDIES.otherRecords.inCode} stop the relay without it in an orderly way first.`;

/**
 * Puts the working part of a relay together: takes a lease on the folder, removes what dead processes have left there, and
 * connects the parts. The lease is renewed from then on; nothing else happens before `run`.
 *
 * @throws the error of the file system, when the relay's own folder cannot be made
 */
export async function assembleRelay(base: RelayBase, mode: RelayMode): Promise<RelayEngine> {
  const { settings, tuning, delivery, badmail, folders, states } = base;
  const { smtp } = settings;
  const { stopping, cut } = base.shutdown;
  const { emit } = base.events;
  const { retry, leaseMs } = tuning;
  const once = mode === 'drain';

  const lease = await RelayLease.create(folders, leaseMs, () =>
    emit({ type: 'problem', reason: LEASE_LOST }),
  );
  if (await folders.areReplaceable()) emit({ type: 'problem', reason: NOT_HELD });
  if (await folders.hasRecordsInPickup()) emit({ type: 'problem', reason: OTHER_RECORDS });
  await sweepTemporaryFiles(folders.pickup);
  await states.sweep(name => exists(join(folders.pickup, name)));

  const notifier = new Notifier();
  const pause = new ServerPause(retry);
  const own = (): string[] => [lease.claimed, folders.states];
  const trouble = new RelayTrouble({ directory: () => folders.pickup, own, emit });
  const badmailTrouble = new OngoingTrouble('Nothing can be moved to the badmail folder', emit);
  const leftovers = new Leftovers(trouble, emit);
  // As the folder's file system has it: ages are those of its files.
  const clock = new SteadyClock(() => Date.now() + lease.clockOffsetMs);
  const ageLimit = new AgeLimit(retry.giveUpAfterMs, clock);
  const scanning = {
    folder: () => folders.pickup,
    files: folders.files,
    secondNames: new SecondNames(folders),
    settleMs: tuning.settleMs,
    // A drain tries every mail, those too that wait for another try.
    waitOf: async (name: string, file: { size: number; mtimeMs: number }) =>
      once ? 0 : states.waitMs(name, file, retry.maxMs),
    now: () => clock.now(),
    onLeft: base.events.left,
  };
  // What a status() that is under way still finds is known then, and told once.
  await base.idleScanner.settled();
  const scanner = new SpoolScanner(scanning, base.idleScanner.index.left);
  const room = new RecordRoom(lease, emit);
  const claims = new Claims(folders, lease, states, scanner);
  const claimer = new MailClaimer({ folders, scanner, claims, trouble, leftovers, once, emit });
  const records = new MailRecords({ claims, states, lease, room, retry, ageLimit, trouble, cut });
  const settler = new OutcomeSettler({
    folders,
    scanner,
    claims,
    states,
    lease,
    badmail,
    room,
    trouble,
    badmailTrouble,
    leftovers,
    once,
    emit,
  });
  const { unconfirmed, undoDotStuffing } = tuning;
  const timeoutMs = smtp.sendTimeout * 1000;
  const sending = { delivery, files: folders.files, unconfirmed, timeoutMs };
  const tries = new DeliveryTries({
    ...sending,
    claims,
    records,
    settler,
    pause,
    trouble,
    stopping,
    cut,
    emit,
  });
  const processor = new MailProcessor({
    settings: smtp,
    undoDotStuffing,
    claimer,
    records,
    settler,
    tries,
    room,
    emit,
  });
  const size = tuning.concurrency ?? smtp.maxConnections;
  const workers = new WorkerPool({ scanner, processor, pause, trouble, notifier, size, stopping });
  const staleRelays = new StaleRelays(folders, states, () => badmail.path, leaseMs);
  const scan = new FolderScan({ folders, scanner, staleRelays, lease, trouble, leftovers, emit });
  const overdue = new OverdueMails({ scanner, processor, pause, ageLimit, retry, once, stopping });
  const parts = { scanner, scan, workers, pause, overdue, notifier, stopping, emit };
  const task = once ? new DrainTask(parts) : new WatchTask({ ...parts, folders, tuning });
  const renewal = new LeaseRenewal(lease, leaseMs, trouble, emit);
  return new RelayEngine({
    lease,
    renewal,
    scanner,
    scan,
    workers,
    task,
    pause,
    notifier,
    trouble,
    badmailTrouble,
    leftovers,
    cut,
    emit,
  });
}
