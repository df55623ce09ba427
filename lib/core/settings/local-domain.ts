import { LocalDomainError, parseLocalDomain } from '../address/local-domain.js';
import type { MailSettingsProblem } from '../errors/mail-settings-error.js';
import type { ResolvedMailSettings } from './resolved-mail-settings.js';
import type { SettingParser } from './setting-parsers.js';
import { SettingValueError, text } from './setting-parsers.js';

/** The name in EHLO: a host name in A-labels, or an address literal. */
export const localDomain: SettingParser<string> = value => {
  try {
    return parseLocalDomain(text(value));
  } catch (error) {
    if (!(error instanceof LocalDomainError)) throw error;
    throw new SettingValueError(error.message, { cause: error });
  }
};

/**
 * Checks the code option `smtp.name`, the name in EHLO where the setting `LocalDomain` is not there, as that setting is
 * checked.
 *
 * @param smtp the option `smtp`, of whatever kind
 * @returns no problem, or one
 */
export function smtpNameProblems(smtp: { readonly name?: unknown } | undefined): MailSettingsProblem[] {
  const name = smtp?.name;
  if (name === undefined || name === null || name === '') return [];
  try {
    localDomain(name);
    return [];
  } catch (error) {
    if (!(error instanceof SettingValueError)) throw error;
    return [{ key: 'smtp.name', message: error.message }];
  }
}

/**
 * Tells when the code option `smtp.name` says something else than the setting `LocalDomain`, which counts.
 *
 * @param smtp the option `smtp`, found to be usable
 * @returns no warning, or one
 */
export function smtpNameWarnings(
  {
    enabled,
    delivery,
    localDomain: setting,
  }: Pick<ResolvedMailSettings, 'enabled' | 'delivery' | 'localDomain'>,
  smtp: { readonly name?: string | undefined } | undefined,
): string[] {
  const name = smtp?.name;
  if (!enabled || delivery !== 'smtp' || setting === undefined || !name || localDomain(name) === setting)
    return [];
  return [
    'The option smtp.name is not used: the setting LocalDomain says how this machine introduces itself',
  ];
}
