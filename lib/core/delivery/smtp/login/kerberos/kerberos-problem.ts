import type { MailSettingsProblem } from '../../../../errors/mail-settings-error.js';
import type { ResolvedMailSettings } from '../../../../settings/resolved-mail-settings.js';
import { KerberosMissingError, loadKerberos } from './kerberos-package.js';

/** What would fail at the first mail of a mailer that signs in by Kerberos: the package for it is missing. */
export async function kerberosProblems({
  useDefaultCredentials,
}: Pick<ResolvedMailSettings, 'useDefaultCredentials'>): Promise<MailSettingsProblem[]> {
  if (!useDefaultCredentials) return [];
  try {
    await loadKerberos();
    return [];
  } catch (error) {
    if (error instanceof KerberosMissingError)
      return [{ key: 'UseDefaultCredentials', message: error.message }];
    throw error;
  }
}
