import { describe, expect, it } from '@jest/globals';
import { unreadVariables } from '../../../lib/core/settings/unread-variables.js';

describe('A variable of the environment that looks like a setting and is not read', () => {
  it.each([
    ['MailSettings_Host', 'if it is meant as a setting, write MailSettings__Host'],
    ['MAILSETTINGS_HOST', 'if it is meant as a setting, write MAILSETTINGS__HOST'],
    ['MailSettings:Host', 'if it is meant as a setting, write MailSettings__Host'],
    ['MailSettings.OAuth2.ClientId', 'if it is meant as a setting, write MailSettings__OAuth2__ClientId'],
    ['MailSettings____Host', 'if it is meant as a setting, write MailSettings__Host'],
    ['MailSettings__', 'it names no setting, as MailSettings__Host does'],
  ])('is told with how it is written: %s', (name, words) => {
    const [warning, ...others] = unreadVariables({ [name]: 'geheim-4711' });
    expect(warning).toContain(`The environment variable ${name} is not read`);
    expect(warning).toContain(words);
    expect(warning).not.toContain('geheim');
    expect(others).toEqual([]);
  });

  it.each(['MailSettings__Host', 'mailsettings__oauth2__clientid', 'MailSettings', 'MAIL_HOST', 'PATH'])(
    'is none that is read or means something else: %s',
    name => {
      expect(unreadVariables({ [name]: 'x' })).toEqual([]);
    },
  );
});
