import type { SmtpOptions } from '../core/delivery/smtp/smtp-options.js';
import type { MailSettingsInput } from '../core/settings/mail-settings.js';
import type { RelayEvent } from './relay-event.js';

/** When a mail that could not be delivered is tried again. */
export interface RelayRetryOptions {
  /** Milliseconds before the second try; each further wait is twice as long. @default 30000 (30 s) */
  firstMs?: number;
  /** Longest wait between two tries in milliseconds. @default 3600000 (1 h) */
  maxMs?: number;
  /**
   * Age of a file, in milliseconds, at which it is not tried again. Two tries must have found it so old.
   * @default 432000000 (5 days)
   */
  giveUpAfterMs?: number;
}

/**
 * What a relay is made of.
 *
 * @typeParam S the settings; the module checks with it those that are written in code
 */
export interface MailRelayOptions<S = MailSettingsInput> {
  /**
   * Says where mail goes: `Host` and the rest, in any shape that `MailModule` takes. `Enabled`, `CatchAllAddress`,
   * `CatchAllCCAddress` and `AllowedDomains` hold for the relay too; `MaxRecipients` and `FromAddress` do not.
   */
  settings: S;
  /** The pickup directory; a relative path is resolved against the working directory. @default the setting `PickupDirectory` */
  directory?: string;
  /** Where files go that cannot be delivered; made when it is needed. @default the folder `badmail` in the pickup directory */
  badmailDirectory?: string;
  /**
   * Where the relay keeps its records and the mails that it has claimed, and `badmail` unless `badmailDirectory` says another
   * folder; on the same file system as the pickup directory, and for one pickup directory alone. Made with rights for this
   * account alone when it is missing; its parent must exist. @default `.mailroom` in the pickup directory
   */
  stateDirectory?: string;
  /** When a mail is tried again. @default 30 s, then twice as long each time up to 1 h; given up after 5 days */
  retry?: RelayRetryOptions;
  /** Mails worked on at the same time. @default the setting `MaxConnections` */
  concurrency?: number;
  /**
   * Mails whose end has been sent and whose reply is not on record yet, at most: so many can go out twice when the relay
   * is killed. With a server that is slow to say 250, more of them bring more mails per second. @default 1
   */
  unconfirmed?: number;
  /** Milliseconds between two looks at the folder; network folders send no events. @default 5000 */
  pollMs?: number;
  /** Milliseconds without a change after which a file counts as finished, when it was not put there by a rename. @default 2000 */
  settleMs?: number;
  /** Milliseconds without a sign of life after which a relay on another machine counts as dead. @default 30000 */
  leaseMs?: number;
  /** Takes one of two dots at the beginning of a line away: old .NET and MailKit write them doubled. @default false */
  undoDotStuffing?: boolean;
  /** Milliseconds that mails under way get to finish at shutdown. @default 10000 */
  shutdownTimeoutMs?: number;
  /** Further options of the SMTP connection, as for `MailModule`. @default none */
  smtp?: SmtpOptions;
  /** Told of everything that happens, for example to count it. @default none */
  onEvent?: (event: RelayEvent) => void;
}

/** {@link MailRelayOptions} with the defaults applied, apart from what the settings decide. */
export interface RelayTuning {
  readonly retry: Required<RelayRetryOptions>;
  readonly concurrency: number | undefined;
  readonly unconfirmed: number;
  readonly pollMs: number;
  readonly settleMs: number;
  readonly leaseMs: number;
  readonly undoDotStuffing: boolean;
  readonly shutdownTimeoutMs: number;
}

const SECOND = 1000;
const HOUR = 3600 * SECOND;
const LONGEST_TIMER_MS = 2_147_483_647;

/**
 * Applies the defaults.
 *
 * @throws RangeError for a number that cannot be meant
 */
export function relayTuning(options: Omit<MailRelayOptions, 'settings'>): RelayTuning {
  const { retry = {} } = options;
  return {
    retry: {
      firstMs: amount('retry.firstMs', retry.firstMs, 30 * SECOND, 1),
      maxMs: amount('retry.maxMs', retry.maxMs, HOUR, 1),
      giveUpAfterMs: amount('retry.giveUpAfterMs', retry.giveUpAfterMs, 5 * 24 * HOUR, 0, Infinity),
    },
    concurrency: options.concurrency === undefined ? undefined : places('concurrency', options.concurrency),
    unconfirmed: places('unconfirmed', options.unconfirmed),
    pollMs: amount('pollMs', options.pollMs, 5 * SECOND, 10),
    settleMs: amount('settleMs', options.settleMs, 2 * SECOND, 0),
    leaseMs: amount('leaseMs', options.leaseMs, 30 * SECOND, 100),
    undoDotStuffing: options.undoDotStuffing ?? false,
    shutdownTimeoutMs: amount('shutdownTimeoutMs', options.shutdownTimeoutMs, 10 * SECOND, 0),
  };
}

function places(name: string, value: number | undefined): number {
  const count = amount(name, value, 1, 1, 1000);
  if (!Number.isInteger(count))
    throw new RangeError(`The relay option ${name} must be a whole number, not ${count}`);
  return count;
}

function amount(
  name: string,
  value: number | undefined,
  otherwise: number,
  least: number,
  most = LONGEST_TIMER_MS,
): number {
  if (value === undefined) return otherwise;
  if (typeof value !== 'number' || !(value >= least && value <= most))
    throw new RangeError(`The relay option ${name} must be a number from ${least} to ${most}, not ${value}`);
  return value;
}
