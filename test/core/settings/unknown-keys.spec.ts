import { describe, expect, it } from '@jest/globals';
import { nearestKey } from '../../../lib/core/text/nearest-key.js';
import { readMailSettings } from '../../../lib/core/settings/read-mail-settings.js';
import { SETTING_KEYS } from '../../../lib/core/settings/setting-table.js';
import { SMTP } from './settings-problems.js';

describe('unknown keys', () => {
  it('are ignored with one warning that names each and suggests the nearest known key', () => {
    const { problems, warnings } = readMailSettings({ ...SMTP, Hots: 'x', AllowedDomain: 'x', zzzzzz: 1 });
    expect(problems).toEqual([]);
    expect(warnings).toEqual([
      'Unknown mail settings are ignored: "Hots" (did you mean Host?), "AllowedDomain" (did you mean AllowedDomains?), "zzzzzz"',
    ]);
  });

  it('never have their value repeated', () => {
    const { warnings } = readMailSettings({ ...SMTP, Passwort: 'hunter2' });
    expect(warnings.join('\n')).toContain('did you mean Password?');
    expect(warnings.join('\n')).not.toContain('hunter2');
  });

  it('are not seen in other sections of a whole appsettings.json', () => {
    expect(readMailSettings({ Logging: {}, Hots: 'x', MailSettings: SMTP }).warnings).toEqual([]);
  });

  it('are not seen among the known ones in any case', () => {
    expect(readMailSettings({ ...SMTP, MAXRECIPIENTS: 5, sendtimeout: 1 }).warnings).toEqual([]);
  });
});

describe('nearestKey', () => {
  it.each([
    ['Prot', 'Port'],
    ['FromAdress', 'FromAddress'],
    ['SecureSocketOptions', 'SecureSocketOption'],
    ['usespecifiedpickupdir', 'UseSpecifiedPickupDirectory'],
    ['CatchAllCcAdress', 'CatchAllCCAddress'],
  ])('takes %s for %s', (written, known) => {
    expect(nearestKey(written, SETTING_KEYS)).toBe(known);
  });

  it('takes nothing for what is like no key', () => {
    expect(nearestKey('Kestrel', SETTING_KEYS)).toBeUndefined();
  });
});
