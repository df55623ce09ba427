import { inspect } from 'node:util';
import type { MailSettingsProblem } from '../errors/mail-settings-error.js';
import { shownName } from '../redaction/may-be-secret.js';
import { checkCombination } from './check-combination.js';
import { absoluteDirectory, isDirectoryPath } from './host.js';
import { locateSections } from './locate-sections.js';
import { NestedSettingError } from './nested-setting-error.js';
import { readPasswordReset, readResolvedPasswordReset } from './password-reset-settings.js';
import type { ResolvedMailSettings } from './resolved-mail-settings.js';
import { SettingValueError, text } from './setting-parsers.js';
import type { SettingKey, SettingValue } from './setting-table.js';
import { SETTING_TABLE } from './setting-table.js';
import { settingWarnings } from './setting-warnings.js';
import type { SettingsSection } from './settings-section.js';
import { UNREADABLE } from './settings-section.js';
import { defaultPort } from './tls-mode.js';
import { unreadKeyProblems } from './unread-keys.js';

/** What reading some settings brought: never throws, so that further checks can add their problems. */
export interface MailSettingsReading {
  /** Usable only when there are no problems. */
  readonly settings: ResolvedMailSettings;
  readonly problems: readonly MailSettingsProblem[];
  /** Keys that are not read and may be why something else is missing. They are among the problems where there are others. */
  readonly unread: readonly MailSettingsProblem[];
  /** Sentences for the log at start; no secrets. */
  readonly warnings: readonly string[];
  /** The key, as written, that names the pickup directory. */
  readonly directoryKey: string;
}

/** What is asked of settings. */
export interface ReadingOptions {
  /** Whether they must choose a delivery. @default true */
  readonly deliveryRequired?: boolean;
  /** Whether `FromAddress` must be there where nothing else brings an author. @default as `deliveryRequired` */
  readonly senderRequired?: boolean;
  /** Read for the SMTP server alone, whatever they say of a pickup directory, as a relay does. @default false */
  readonly smtpOnly?: boolean;
  /** Whether the files of secrets are read, which a test without a server does not need. @default true */
  readonly readFiles?: boolean;
  /** Whether code gives the access token that is signed in with, so that `Username` needs no password. @default false */
  readonly tokenInCode?: boolean;
  /** The settings that these stand in for: who the machine is, and writes as, is theirs where these do not say it. @default none */
  readonly usual?: Pick<ResolvedMailSettings, 'localDomain' | 'fromAddress'>;
}

/**
 * Reads, checks and completes mail settings. Of the file system it reads nothing but the files that settings such as
 * `PasswordFile` name, each once and at most 64 KiB of it: it may be called where waiting is not possible.
 *
 * @param input what the administrator wrote, in any accepted shape
 */
export function readMailSettings(input: unknown, options: ReadingOptions = {}): MailSettingsReading {
  const { usual } = options;
  const problems: MailSettingsProblem[] = [];
  const report = (key: string, message: string): void => void problems.push({ key, message });
  const { mail, agent, passwordReset } = locateSections(input, report);
  for (const key of mail.repeated())
    report(shownName(key), 'is written twice with different values; keys differing only in case are one key');
  mail.reportUnreadable('MailSettings', report);

  const usesPickup = options.smtpOnly !== true && choosesPickup(mail);
  const readsFiles = options.readFiles !== false && !isSwitchedOff(mail);
  const value = <K extends SettingKey>(key: K): SettingValue<K> | undefined =>
    parsed(mail, key, { usesPickup, readsFiles }, report);
  const fromAddress = value('FromAddress') ?? usual?.fromAddress;
  const hostDirectory = usesPickup ? directoryInHost(mail) : undefined;
  const port = value('Port');
  const localDomain = value('LocalDomain') ?? usual?.localDomain;
  const username = value('Username');
  const password = signsInOtherwise(mail)
    ? undefined
    : [value('Password'), value('PasswordFile')].find(given => given !== undefined);
  const useSpecifiedPickupDirectory = value('UseSpecifiedPickupDirectory') ?? false;
  const givenDirectory = value('PickupDirectory');
  // A directory in Host is the pickup directory, unless the settings say to use PickupDirectory instead.
  const pickupDirectory = useSpecifiedPickupDirectory
    ? (givenDirectory ?? hostDirectory)
    : (hostDirectory ?? givenDirectory);
  // Kept although nothing connects to it: resolved settings must choose the same delivery when they are read again.
  const host =
    hostDirectory !== undefined && !useSpecifiedPickupDirectory
      ? absoluteDirectory(hostDirectory, process.cwd())
      : value('Host');
  const enableSsl = value('EnableSsl') ?? false;
  const secureSocketOption = value('SecureSocketOption') ?? (enableSsl ? 'StartTls' : 'Auto');
  const settings: ResolvedMailSettings = {
    enabled: value('Enabled') ?? true,
    ...(usesPickup ? { delivery: 'pickup' as const } : host !== undefined && { delivery: 'smtp' as const }),
    ...(fromAddress !== undefined && { fromAddress }),
    ...optional('replyTo', value('ReplyTo')),
    ...optional('bounceAddress', value('BounceAddress')),
    ...(host !== undefined && { host }),
    port: port || defaultPort(secureSocketOption),
    ...optional('localDomain', localDomain),
    ...(username !== undefined && { username }),
    useSpecifiedPickupDirectory,
    ...(pickupDirectory !== undefined && {
      pickupDirectory: absoluteDirectory(pickupDirectory, process.cwd()),
    }),
    secureSocketOption,
    enableSsl,
    useDefaultCredentials: value('UseDefaultCredentials') ?? false,
    ...optional('servicePrincipal', value('ServicePrincipal')),
    ...optional('oAuth2', value('OAuth2')),
    allowedDomains: Object.freeze(allowedDomains(mail, value('AllowedDomains'), report)),
    ...optional('catchAllAddress', value('CatchAllAddress')),
    ...optional('catchAllCCAddress', value('CatchAllCCAddress')),
    maxRecipients: value('MaxRecipients') ?? 20,
    maxRecipientsOverflow: value('MaxRecipientsOverflow') ?? 'Drop',
    pickupFormat: value('PickupFormat') ?? 'Iis',
    pickupFileMode: value('PickupFileMode') ?? 0o640,
    maxConnections: value('MaxConnections') ?? 5,
    maxMessagesPerSecond: value('MaxMessagesPerSecond') ?? 0,
    connectionTimeout: value('ConnectionTimeout') ?? 30,
    socketTimeout: value('SocketTimeout') ?? 60,
    dataTimeout: value('DataTimeout') ?? 600,
    sendTimeout: value('SendTimeout') ?? 0,
    ...optional('dkim', value('Dkim')),
    ...(agent && { passwordReset: readPasswordReset(agent, report) }),
    ...(passwordReset && { passwordReset: readResolvedPasswordReset(passwordReset, report) }),
  };
  if (password !== undefined) {
    // Not enumerable, so that JSON and copies leave it out; `inspect` prints a copy, because with `showHidden` it would
    // print what is not enumerable too.
    Object.defineProperty(settings, 'password', { get: () => password, enumerable: false });
    Object.defineProperty(settings, inspect.custom, { value: () => ({ ...settings }), enumerable: false });
  }
  // Where nobody knows which way is meant, nothing can be said of what that way lacks.
  const wayIsUnclear = problems.some(({ key }) => key === mail.written('UseSpecifiedPickupDirectory'));
  const { deliveryRequired = true, senderRequired = deliveryRequired, tokenInCode = false } = options;
  const demands = {
    deliveryRequired: deliveryRequired && !wayIsUnclear,
    senderRequired: senderRequired && !wayIsUnclear,
    tokenInCode,
  };
  checkCombination(mail, settings, demands, report);
  const directoryKey = mail.written(
    pickupDirectory !== undefined && pickupDirectory === givenDirectory ? 'PickupDirectory' : 'Host',
  );
  const unread = unreadKeyProblems(mail, problems);
  return {
    settings: Object.freeze(settings),
    problems: problems.length > 0 ? [...problems, ...unread] : [],
    unread,
    warnings: settingWarnings(mail, settings),
    directoryKey,
  };
}

function parsed<K extends SettingKey>(
  section: SettingsSection,
  key: K,
  { usesPickup, readsFiles }: { usesPickup: boolean; readsFiles: boolean },
  report: (key: string, message: string) => void,
): SettingValue<K> | undefined {
  const raw = section.value(key);
  const row: { parse: (value: unknown) => unknown; smtpOnly?: true; readsFiles?: true } = SETTING_TABLE[key];
  if (raw === undefined || (usesPickup && row.smtpOnly)) return undefined;
  if (row.readsFiles && !readsFiles) return undefined;
  try {
    return row.parse(raw) as SettingValue<K>;
  } catch (error) {
    const written = section.written(key);
    if (error instanceof SettingValueError) report(written, error.message);
    else if (error instanceof NestedSettingError)
      for (const { key: below, message } of error.problems)
        report(below === '' ? written : `${written}.${below}`, message);
    // A proxy that throws may tell what it holds.
    else if (typeof raw === 'object') report(written, UNREADABLE);
    else throw error;
    return undefined;
  }
}

/** Whether `Enabled` is false: then nothing is required, not even that a file of secrets is there. */
function isSwitchedOff(mail: SettingsSection): boolean {
  const enabled = mail.value('Enabled');
  return enabled === false || (typeof enabled === 'string' && enabled.trim().toLowerCase() === 'false');
}

/**
 * The domains that mail may go to. A list that is set and empty, or a text of separators, may come from a mistake, and would let
 * mail out to everybody; but in settings that were resolved before, of which only those have the key `delivery`, it says that
 * there is no limit.
 */
function allowedDomains(
  mail: SettingsSection,
  read: readonly string[] | undefined,
  report: (key: string, message: string) => void,
): readonly string[] {
  const isResolved = typeof mail.value('AllowedDomains') === 'object' && mail.value('delivery') !== undefined;
  if (read?.length === 0 && !isResolved && !isSwitchedOff(mail))
    report(
      mail.written('AllowedDomains'),
      'is set but holds no domain; name one such as contoso.com, or leave it out if mail may go to everybody',
    );
  return read ?? [];
}

/** Whether a token or Kerberos signs in: a password beside it is told of as a whole, and not read. */
function signsInOtherwise(mail: SettingsSection): boolean {
  return mail.value('OAuth2') !== undefined || saysTrue(mail.value('UseDefaultCredentials'));
}

function choosesPickup(mail: SettingsSection): boolean {
  return saysTrue(mail.value('UseSpecifiedPickupDirectory')) || directoryInHost(mail) !== undefined;
}

function saysTrue(value: unknown): boolean {
  return value === true || (typeof value === 'string' && value.trim().toLowerCase() === 'true');
}

function directoryInHost(mail: SettingsSection): string | undefined {
  const host = mail.value('Host');
  if (typeof host !== 'string' || !isDirectoryPath(host) || /^[a-z][a-z0-9+.-]*:\/\//i.test(host.trim()))
    return undefined;
  return text(host).trim();
}

function optional<K extends string, T>(key: K, value: T | undefined): { [P in K]?: T } {
  return value === undefined ? {} : ({ [key]: value } as { [P in K]?: T });
}
