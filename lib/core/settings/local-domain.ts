import { LocalDomainError, parseLocalDomain } from '../address/local-domain.js';
import type { MailSettingsProblem } from '../errors/mail-settings-error.js';
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
