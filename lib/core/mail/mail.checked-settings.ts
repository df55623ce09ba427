import { Logger } from '@nestjs/common';
import type { MailDelivery } from '../delivery/mail-delivery.js';
import { modeWarnings } from '../delivery/pickup/permission-model.js';
import { pickupDirectoryProblem } from '../delivery/pickup/pickup-directory.js';
import type { DkimOptionsReading } from '../delivery/smtp/dkim/read-dkim-options.js';
import { givesToken, unusedSignIn } from '../delivery/smtp/login/sign-in-in-code.js';
import type { MailSettingsProblem } from '../errors/mail-settings-error.js';
import { MailSettingsError } from '../errors/mail-settings-error.js';
import { smtpNameProblems, smtpNameWarnings } from '../settings/local-domain.js';
import type { MailSettingsInput } from '../settings/mail-settings.js';
import type { MailSettingsReading } from '../settings/read-mail-settings.js';
import { readMailSettings } from '../settings/read-mail-settings.js';
import type { ResolvedMailSettings } from '../settings/resolved-mail-settings.js';
import { saysClearLogin } from '../settings/setting-warnings.js';
import type { MailModuleOptions } from './mail.module-options.js';
import { protectionAtStart } from './mail.protection.js';
import { readSigning } from './mail.signing.js';

/** The settings of one mailer, found to be usable. */
export interface CheckedSettings {
  readonly settings: ResolvedMailSettings;
  /** The settings of its fallback; undefined when it has none. */
  readonly fallback?: ResolvedMailSettings;
  /** The option `smtp.dkim`, read; undefined when it is not given. */
  readonly signing?: DkimOptionsReading;
}

/** Settings of a fallback that would keep mail from people, which only the main settings do. */
const POLICY = {
  AllowedDomains: 'allowedDomains',
  CatchAllAddress: 'catchAllAddress',
  CatchAllCCAddress: 'catchAllCCAddress',
} as const;

/** What a mailer is made of, before it is checked. */
export interface CheckedInput {
  readonly input: MailSettingsInput;
  readonly options: MailModuleOptions;
  /** What is wrong with the options; the wrong ones are not among them. */
  readonly problems: readonly MailSettingsProblem[];
  /** The settings of the fallback; undefined when there is none. */
  readonly fallbackInput: MailSettingsInput | undefined;
  /** The delivery that takes the place of the one that the settings choose. */
  readonly interceptor: MailDelivery | undefined;
  /** Whether `FromAddress` must be there; a worker delivers mails that have an author. @default as the delivery needs it */
  readonly senderRequired?: boolean;
  /** Whose settings an error says they are. @default the option `name` */
  readonly mailer?: string;
  /** Where warnings go. @default `MailModule` */
  readonly logger?: Logger;
}

/** Settings that were read, with what they are checked with. */
export interface SettingsReading extends Omit<CheckedInput, 'input' | 'fallbackInput'> {
  readonly main: MailSettingsReading;
  readonly fallback: MailSettingsReading | undefined;
}

/** Reads the settings of a mailer, and of its fallback. Never throws: what is wrong with them is told by {@link checkReading}. */
export function readSettings(given: CheckedInput): SettingsReading {
  const { input, options, problems, fallbackInput, interceptor, senderRequired } = given;
  // Nothing leaves by a delivery of a test, which must not need the secrets of production either.
  const readFiles = !interceptor;
  const main = readMailSettings(input, {
    deliveryRequired: options.delivery === undefined,
    ...(senderRequired !== undefined && { senderRequired }),
    readFiles,
    tokenInCode: givesToken(options.smtp, problems),
  });
  const fallback =
    fallbackInput === undefined
      ? undefined
      : readMailSettings(fallbackInput, { senderRequired: false, readFiles, usual: main.settings });
  return { ...given, main, fallback };
}

/**
 * Checks settings and options when the application starts: all problems at once, those of the fallback and of the pickup
 * directories included.
 *
 * @throws MailSettingsError
 */
export function checkedSettings(given: CheckedInput): Promise<CheckedSettings> {
  return checkReading(readSettings(given));
}

/**
 * Checks settings that were read, as {@link checkedSettings} does.
 *
 * @throws MailSettingsError
 */
export async function checkReading({
  main,
  fallback,
  options,
  problems: optionProblems,
  interceptor,
  mailer = options.name,
  logger = new Logger('MailModule'),
}: SettingsReading): Promise<CheckedSettings> {
  // The directory of production need not exist where nothing is written to it.
  const used = options.delivery === undefined && !interceptor;
  const problems = [...(await allProblems(main, used)), ...smtpNameProblems(options.smtp)];
  if (fallback) {
    const own = [
      ...(await allProblems(fallback, main.settings.enabled && !interceptor)),
      ...policyProblems(fallback, main),
    ];
    problems.push(...own.map(({ key, message }) => ({ key: `fallback.${key}`, message })));
  }
  problems.push(...optionProblems);
  const usedFallback = !interceptor && main.settings.enabled ? fallback?.settings : undefined;
  problems.push(...(await startProblems(used ? main.settings : undefined, usedFallback, options.smtp)));
  const signing = interceptor
    ? undefined
    : await readSigning({
        main: main.settings,
        fallback: fallback?.settings.enabled ? fallback.settings : undefined,
        smtp: options.smtp,
        ownDelivery: options.delivery !== undefined,
        told: [...main.warnings, ...(fallback?.warnings ?? [])],
      });
  // What cannot be read counts as not given there, and has been told.
  const told = new Set(problems.map(({ key }) => key));
  problems.push(...(signing?.problems ?? []).filter(({ key }) => !told.has(key)));
  if (problems.length > 0) throw new MailSettingsError(problems, { mailer });
  for (const warning of toldOf(main, used)) logger.warn(warning);
  if (fallback)
    for (const warning of toldOf(fallback, usedFallback !== undefined)) logger.warn(`fallback: ${warning}`);
  for (const warning of signing?.warnings ?? []) logger.warn(warning);
  for (const settings of [used ? main.settings : undefined, usedFallback])
    if (settings) for (const warning of modeWarnings(settings)) logger.warn(warning);
  if (used) for (const warning of smtpNameWarnings(main.settings, options.smtp)) logger.warn(warning);
  if (used) for (const warning of unusedSignIn(main.settings, options.smtp)) logger.warn(warning);
  const idleFallback = main.settings.delivery === 'pickup' && options.delivery === undefined;
  const protection = protectionAtStart({
    main: used ? main.settings : undefined,
    fallback: idleFallback ? undefined : usedFallback,
    smtp: options.smtp,
  });
  for (const warning of protection) logger.warn(warning);
  if (fallback && idleFallback) {
    logger.warn(
      'The option fallback is not used: the settings choose a pickup directory, and a fallback stands in for an SMTP server',
    );
  }
  return {
    settings: main.settings,
    ...(signing?.code && { signing: signing.code }),
    // A fallback that is switched off is none, and where mail is switched off there is nothing to fall back from.
    ...(fallback?.settings.enabled &&
      main.settings.enabled &&
      !interceptor && { fallback: fallback.settings }),
  };
}

/** What is told of settings: not what crosses a connection that is never opened. */
function toldOf({ warnings }: MailSettingsReading, used: boolean): readonly string[] {
  return used ? warnings : warnings.filter(warning => !saysClearLogin(warning));
}

/** What would fail at the first mail, though nothing is wrong with what is written. */
async function startProblems(
  main: ResolvedMailSettings | undefined,
  fallback: ResolvedMailSettings | undefined,
  smtp: MailModuleOptions['smtp'],
): Promise<MailSettingsProblem[]> {
  const connects = (settings: ResolvedMailSettings | undefined): settings is ResolvedMailSettings =>
    settings?.enabled === true && settings.delivery === 'smtp';
  if (!connects(main) && !connects(fallback)) return [];
  if (!smtp && !main?.useDefaultCredentials && !fallback?.useDefaultCredentials) return [];
  // Imported only where something is connected to.
  const { smtpStartProblems } = await import('../delivery/smtp/smtp-start-problems.js');
  const found = await smtpStartProblems(smtp ?? {}, connects(main) ? main : undefined);
  if (!connects(fallback)) return found;
  // What stands in code has been told.
  const ofFallback = await smtpStartProblems({}, fallback);
  return [...found, ...ofFallback.map(({ key, message }) => ({ key: `fallback.${key}`, message }))];
}

async function allProblems(
  { settings, problems, directoryKey }: MailSettingsReading,
  used: boolean,
): Promise<MailSettingsProblem[]> {
  const { enabled, delivery, pickupDirectory } = settings;
  if (!used || !enabled || delivery !== 'pickup' || pickupDirectory === undefined) return [...problems];
  const problem = await pickupDirectoryProblem(pickupDirectory);
  return problem === undefined ? [...problems] : [...problems, { key: directoryKey, message: problem }];
}

/** A policy that is written and not kept would let mail out to people whom the administrator wants to spare. */
function policyProblems(fallback: MailSettingsReading, main: MailSettingsReading): MailSettingsProblem[] {
  const keys = Object.entries(POLICY) as [keyof typeof POLICY, (typeof POLICY)[keyof typeof POLICY]][];
  return keys
    .filter(([, name]) => {
      const own = fallback.settings[name];
      return own !== undefined && own.length > 0 && String(own) !== String(main.settings[name]);
    })
    .map(([key]) => ({
      key,
      message:
        'is not what the main settings say; a fallback keeps their recipient policy, so take it out here or write it there',
    }));
}
