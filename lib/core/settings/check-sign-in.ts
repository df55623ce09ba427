import { shownName } from '../redaction/may-be-secret.js';
import { meantOfOAuth2 } from './oauth2/oauth2-keys.js';
import type { ResolvedMailSettings } from './resolved-mail-settings.js';
import { besideWords } from './setting-file.js';
import type { SettingsSection } from './settings-section.js';

type Report = (key: string, message: string) => void;

/**
 * Checks that the settings say one way to sign in, by a password, a token or Kerberos, or none.
 *
 * @param tokenInCode whether code gives the token, for the mailbox in `Username`
 */
export function checkSignIn(
  mail: SettingsSection,
  { useDefaultCredentials }: ResolvedMailSettings,
  tokenInCode: boolean,
  report: Report,
): void {
  const isSet = (key: string): boolean => mail.value(key) !== undefined;
  if (useDefaultCredentials) {
    for (const key of ['Username', 'Password', 'PasswordFile', 'OAuth2'].filter(isSet))
      report(
        mail.written(key),
        'must not be set with UseDefaultCredentials, which signs in by Kerberos as the account of the process; leave one of them out',
      );
  } else if (isSet('OAuth2')) {
    if (!isSet('Username'))
      report(
        'Username',
        'is missing; with OAuth2 it is the mailbox that the token is for, such as no-reply@contoso.com',
      );
    for (const key of ['Password', 'PasswordFile'].filter(isSet))
      report(
        mail.written(key),
        'must not be set with OAuth2, which signs in with a token; leave one of them out',
      );
  } else if (!tokenInCode || !isSet('Username')) checkPassword(mail, report);
}

function checkPassword(mail: SettingsSection, report: Report): void {
  const username = mail.value('Username') !== undefined;
  const inFile = mail.value('PasswordFile') !== undefined;
  const given = mail.value('Password') !== undefined;
  const password = given || inFile;
  if (given && inFile) report(mail.written('PasswordFile'), besideWords('Password'));
  if (username && !password)
    report(
      mail.written('Username'),
      `is set without Password; ${misspelledToken(mail) ?? 'set both, or neither'}`,
    );
  if (password && !username)
    report(
      mail.written(given ? 'Password' : 'PasswordFile'),
      'is set without Username; set both, or neither',
    );
}

/** A key that is not known, and so not read, may be what was to stand in place of the password. */
function misspelledToken(mail: SettingsSection): string | undefined {
  const key = mail.keys().find(written => meantOfOAuth2(written) !== undefined);
  return key && `${shownName(key)} is not known; did you mean ${meantOfOAuth2(key)}?`;
}
