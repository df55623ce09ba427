import { asDkimOptions } from '../delivery/smtp/dkim/as-dkim-options.js';
import { DKIM_OPTION } from '../delivery/smtp/dkim/dkim-option-table.js';
import type { DkimOptions } from '../delivery/smtp/dkim/dkim-options.js';
import type { DkimOptionsReading } from '../delivery/smtp/dkim/read-dkim-options.js';
import type { SmtpOptions } from '../delivery/smtp/smtp-options.js';
import type { MailSettingsProblem } from '../errors/mail-settings-error.js';
import { materialOf } from '../settings/dkim/dkim-setting.js';
import { signingWarnings } from '../settings/dkim/signing-warnings.js';
import type { ResolvedMailSettings } from '../settings/resolved-mail-settings.js';
import { readerSigns, saysReaderSigns } from '../settings/setting-warnings.js';

/** What a start knows of the deliveries of a mailer. */
export interface SigningContext {
  readonly main: ResolvedMailSettings;
  /** The settings of the fallback that is used; undefined when there is none. */
  readonly fallback: ResolvedMailSettings | undefined;
  readonly smtp: SmtpOptions | undefined;
  /** Whether the option `delivery` takes the place of SMTP. */
  readonly ownDelivery: boolean;
  /** What the settings themselves are warned of. */
  readonly told: readonly string[];
}

/** What is wrong with the keys that are given in code, and what is to be said of signing beside the settings' own warnings. */
export interface SigningReading {
  readonly problems: readonly MailSettingsProblem[];
  readonly warnings: readonly string[];
  /** The option `smtp.dkim`, read. */
  readonly code?: DkimOptionsReading;
}

/** Reads the option `smtp.dkim`, and imports only then what it takes to sign. */
async function readInCode(dkim: DkimOptions): Promise<DkimOptionsReading> {
  const { readDkimOptions } = await import('../delivery/smtp/dkim/read-dkim-options.js');
  return readDkimOptions(dkim);
}

/** Checks at start who signs what leaves: the option `smtp.dkim`, and how it and the settings go together. */
export async function readSigning({
  main,
  fallback,
  smtp,
  ownDelivery,
  told,
}: SigningContext): Promise<SigningReading> {
  // Where nothing leaves, no key is asked for.
  if (!main.enabled) return { problems: [], warnings: [] };
  const code = smtp?.dkim && (await readInCode(smtp.dkim));
  const warnings = [
    ...(code ? [...code.warnings, ...signingWarnings(DKIM_OPTION, code.keys, main.fromAddress)] : []),
    ...(code && main.dkim ? [`${DKIM_OPTION} is given in code, so the setting Dkim is not used`] : []),
    ...fallbackWarnings(main, fallback),
  ];
  const where = code ? DKIM_OPTION : main.dkim ? 'Dkim' : undefined;
  if (where !== undefined && !told.some(saysReaderSigns)) {
    if (ownDelivery) warnings.push(`${where} signs nothing that leaves by the option delivery`);
    else if (main.delivery === 'pickup') warnings.push(readerSigns(where));
    else if (fallback?.delivery === 'pickup') warnings.push(`fallback: ${readerSigns(where)}`);
  }
  return { problems: code?.problems ?? [], warnings, ...(code && { code }) };
}

/** The author of a mail is that of the main settings, whoever delivers it. */
function fallbackWarnings(main: ResolvedMailSettings, fallback: ResolvedMailSettings | undefined): string[] {
  if (!fallback?.dkim || fallback.fromAddress !== undefined) return [];
  const keys = fallback.dkim.map(key => ({ ...key, algorithm: materialOf(key).algorithm }));
  return signingWarnings('fallback: Dkim', keys, main.fromAddress);
}

/** The keys that a fallback signs with: those of its own settings, else what signs in code, else those of the main settings. */
export function fallbackSigning(
  main: ResolvedMailSettings,
  fallback: ResolvedMailSettings,
  smtp: SmtpOptions,
): Pick<SmtpOptions, 'dkim'> {
  if (fallback.dkim) return { dkim: undefined };
  if (smtp.dkim || !main.dkim) return {};
  return { dkim: asDkimOptions(main.dkim) };
}
