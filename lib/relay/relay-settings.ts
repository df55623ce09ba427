import { access, constants, realpath } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { pickupDirectoryProblem } from '../core/delivery/pickup/pickup-directory.js';
import { DKIM_OPTION } from '../core/delivery/smtp/dkim/dkim-option-table.js';
import type { DkimOptions } from '../core/delivery/smtp/dkim/dkim-options.js';
import type { DkimOptionsReading } from '../core/delivery/smtp/dkim/read-dkim-options.js';
import { clearLoginWarning } from '../core/delivery/smtp/login/clear-login-warning.js';
import { givesToken, unusedSignIn } from '../core/delivery/smtp/login/sign-in-in-code.js';
import { protectionWarnings } from '../core/delivery/smtp/protection-warnings.js';
import type { MailSettingsProblem } from '../core/errors/mail-settings-error.js';
import { MailSettingsError } from '../core/errors/mail-settings-error.js';
import { signingWarnings } from '../core/settings/dkim/signing-warnings.js';
import { isDirectoryPath } from '../core/settings/host.js';
import { smtpNameProblems } from '../core/settings/local-domain.js';
import type { ReadOptions } from '../core/settings/options/read-options.js';
import { readMailSettings } from '../core/settings/read-mail-settings.js';
import type { ResolvedMailSettings } from '../core/settings/resolved-mail-settings.js';
import { REMEDIES } from '../core/text/remedies.js';
import { isSameFolder } from './is-same-folder.js';
import { recordsProblems } from './records-problems.js';
import type { MailRelayOptions } from './relay-options.js';

/** What the settings say to a relay. */
export interface RelaySettings {
  /** For the SMTP delivery. */
  readonly smtp: ResolvedMailSettings;
  /** The option `smtp.dkim`, read; undefined when it is not given. */
  readonly signing?: DkimOptionsReading;
  /** The pickup directory, with symbolic links resolved. */
  readonly directory: string;
  /** Where the relay's own folders lie, when they do not lie in the pickup directory. */
  readonly stateDirectory?: string;
  /** Sentences for the log at start. */
  readonly warnings: readonly string[];
}

/**
 * Reads the settings as a relay does: `PickupDirectory` is where mails come from, `Host` and the rest where they go.
 *
 * @param read the options, and what is wrong with them
 * @throws {@link MailSettingsError} with every problem at once, those of the directory and of the options included
 */
export async function relaySettings(read: ReadOptions<Partial<MailRelayOptions>>): Promise<RelaySettings> {
  const { options } = read;
  const { settings, problems, warnings, unread } = readMailSettings(options.settings, {
    deliveryRequired: false,
    smtpOnly: true,
    tokenInCode: givesToken(options.smtp, read.problems),
  });
  const found: MailSettingsProblem[] = [
    ...problems,
    ...hostProblems(settings, problems),
    ...(await optionProblems(read, settings)),
    ...smtpNameProblems(options.smtp),
  ];
  const directory = options.directory === undefined ? settings.pickupDirectory : given(options.directory);
  const directoryProblem = directory === undefined ? MISSING : await relayDirectoryProblem(directory);
  const directoryKey = options.directory === undefined ? 'PickupDirectory' : 'directory';
  if (directoryProblem !== undefined) found.push({ key: directoryKey, message: directoryProblem });
  const badmailProblem = await badmailDirectoryProblem(options.badmailDirectory, directory);
  if (badmailProblem !== undefined) found.push({ key: 'badmailDirectory', message: badmailProblem });
  if (directory !== undefined && directoryProblem === undefined)
    found.push(...(await recordsProblems({ key: directoryKey, path: directory }, options)));
  const inCode = settings.enabled ? options.smtp?.dkim : undefined;
  const signing = inCode && (await readInCode(inCode));
  // What cannot be read counts as not given there, and has been told.
  const told = new Set(found.map(({ key }) => key));
  found.push(...(signing?.problems ?? []).filter(({ key }) => !told.has(key)));
  if (found.length > 0 || directory === undefined)
    throw new MailSettingsError(problems.length > 0 ? found : [...found, ...unread]);
  return {
    smtp: settings,
    ...(signing && { signing }),
    directory: await realpath(directory),
    ...(options.stateDirectory !== undefined && {
      stateDirectory: await realDirectory(options.stateDirectory),
    }),
    warnings: [
      ...warnings,
      ...unusedSignIn(settings, options.smtp),
      ...(signing ? signingInCode(signing, settings) : []),
      ...(settings.enabled ? switchedOff(settings, options.smtp) : []),
    ],
  };
}

/** Reads keys that are given in code, and imports only then what it takes to sign. */
async function readInCode(dkim: DkimOptions): Promise<DkimOptionsReading> {
  const { readDkimOptions } = await import('../core/delivery/smtp/dkim/read-dkim-options.js');
  return readDkimOptions(dkim);
}

/** What is to be said of keys that are given in code. */
function signingInCode(
  { warnings, keys }: DkimOptionsReading,
  { dkim, fromAddress }: ResolvedMailSettings,
): string[] {
  return [
    ...warnings,
    ...signingWarnings(DKIM_OPTION, keys, fromAddress),
    ...(dkim ? [`${DKIM_OPTION} is given in code, so the setting Dkim is not used`] : []),
  ];
}

/** What is to be said of protection that is switched off, beside the settings' own warnings. */
function switchedOff(settings: ResolvedMailSettings, smtp: MailRelayOptions['smtp'] = {}): string[] {
  const clear = clearLoginWarning(settings, smtp);
  return [...protectionWarnings(smtp.tls, process.env), ...(clear === undefined ? [] : [clear])];
}

async function optionProblems(
  { options: { smtp }, problems }: ReadOptions<Partial<MailRelayOptions>>,
  settings: ResolvedMailSettings,
): Promise<readonly MailSettingsProblem[]> {
  if (!settings.enabled || (smtp === undefined && !settings.useDefaultCredentials)) return problems;
  const { smtpStartProblems } = await import('../core/delivery/smtp/smtp-start-problems.js');
  return [...problems, ...(await smtpStartProblems(smtp ?? {}, settings))];
}

const MISSING = `is missing; ${REMEDIES.noRelayFolder.inCode}`;

function hostProblems(
  { enabled, host }: ResolvedMailSettings,
  known: readonly MailSettingsProblem[],
): MailSettingsProblem[] {
  if (!enabled || known.some(({ key }) => key.toLowerCase() === 'host')) return [];
  if (host === undefined)
    return [
      {
        key: 'Host',
        message: 'is missing; set the host name of the SMTP server that the relay hands mails to',
      },
    ];
  if (!isDirectoryPath(host)) return [];
  return [
    {
      key: 'Host',
      message:
        'is a directory path; set the host name of the SMTP server that the relay hands mails to, and name the folder in PickupDirectory',
    },
  ];
}

async function relayDirectoryProblem(directory: string): Promise<string | undefined> {
  const problem = await pickupDirectoryProblem(directory);
  if (problem !== undefined) return problem;
  try {
    await access(directory, constants.R_OK);
    return undefined;
  } catch {
    return `${directory} cannot be listed by this process`;
  }
}

/** An empty path would mean the working directory, which nobody means. */
function given(path: string): string | undefined {
  return path.trim() === '' ? undefined : resolve(path);
}

async function badmailDirectoryProblem(
  badmail: string | undefined,
  directory: string | undefined,
): Promise<string | undefined> {
  if (badmail === undefined) return undefined;
  const path = given(badmail);
  if (path === undefined) return 'is empty; leave it out, or set a folder';
  if (directory !== undefined && (await isSameFolder(path, directory)))
    return 'is the pickup directory itself, from which its mails would be taken again';
  const problem = await pickupDirectoryProblem(path);
  // A folder that is missing is made when it is needed.
  const missing = problem?.startsWith(`${path} does not exist`) === true;
  return missing ? pickupDirectoryProblem(dirname(path)) : problem;
}

/** A path without symbolic links; the folder itself may have still to be made. */
async function realDirectory(path: string): Promise<string> {
  const absolute = resolve(path);
  return join(await realpath(dirname(absolute)), basename(absolute));
}
