import { resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { MailSettingsInput } from '../../../lib/core/settings/mail-settings.js';
import { readMailSettings } from '../../../lib/core/settings/read-mail-settings.js';
import { resolveMailSettings } from '../../../lib/core/settings/resolve-mail-settings.js';
import { PICKUP, problemsOf, SMTP } from './settings-problems.js';

describe('the delivery that the settings choose', () => {
  it('is SMTP with a host name', () => {
    expect(resolveMailSettings(SMTP).delivery).toBe('smtp');
  });

  it.each([[true], ['true'], ['True'], [' TRUE ']])(
    'is the pickup directory with UseSpecifiedPickupDirectory %j, whatever Host says',
    chosen => {
      const resolved = resolveMailSettings({
        ...SMTP,
        UseSpecifiedPickupDirectory: chosen,
        PickupDirectory: '/var/pickup',
      });
      expect(resolved).toMatchObject({ delivery: 'pickup', pickupDirectory: '/var/pickup' });
    },
  );

  it('has an absolute pickup directory, resolved against the working directory', () => {
    expect(
      resolveMailSettings({ UseSpecifiedPickupDirectory: true, PickupDirectory: 'pickup' }).pickupDirectory,
    ).toBe(resolve('pickup'));
  });

  it('keeps a Windows path as it is', () => {
    expect(
      resolveMailSettings({ ...PICKUP, PickupDirectory: 'C:/Temp/identitymanagerContosoPickup' })
        .pickupDirectory,
    ).toBe('C:/Temp/identitymanagerContosoPickup');
  });

  it('does not use a PickupDirectory beside a host name when nothing says so', () => {
    expect(resolveMailSettings({ ...SMTP, PickupDirectory: '/var/pickup' }).delivery).toBe('smtp');
  });

  it('needs a FromAddress for SMTP', () => {
    expect(problemsOf({ Host: 'smtp.contoso.com' })).toEqual([
      { key: 'FromAddress', message: expect.stringContaining('is missing') },
    ]);
  });

  it('needs no FromAddress for a pickup directory, where each message may bring its own', () => {
    expect(problemsOf(PICKUP)).toEqual([]);
  });
});

describe('settings that choose no delivery', () => {
  it('are told that Host is missing', () => {
    expect(problemsOf({ FromAddress: 'a@contoso.com' })).toEqual([
      { key: 'Host', message: expect.stringMatching(/is missing.*UseSpecifiedPickupDirectory/) },
    ]);
  });

  it('are told what a PickupDirectory lacks, under the key as written', () => {
    expect(problemsOf({ FromAddress: 'a@contoso.com', pickupdirectory: '/var/pickup' })).toEqual([
      { key: 'pickupdirectory', message: expect.stringContaining('set UseSpecifiedPickupDirectory to true') },
    ]);
  });

  it('are told which folder is missing', () => {
    expect(problemsOf({ usespecifiedpickupdirectory: true })).toEqual([
      {
        key: 'PickupDirectory',
        message: expect.stringContaining('although usespecifiedpickupdirectory is true'),
      },
    ]);
  });

  it('are fine where code brings the delivery', () => {
    const reading = readMailSettings({ FromAddress: 'a@contoso.com' }, { deliveryRequired: false });
    expect(reading.problems).toEqual([]);
    expect(reading.settings.delivery).toBeUndefined();
  });
});

describe('a pickup directory', () => {
  it('leaves the SMTP keys unused and unchecked', () => {
    const unused: MailSettingsInput = {
      ...PICKUP,
      Host: 'not a host',
      Port: 'none',
      Username: 'ann',
      SecureSocketOption: 'whatever',
      EnableSsl: 'perhaps',
    };
    const resolved = resolveMailSettings(unused);
    expect(resolved).toEqual(resolveMailSettings(PICKUP));
    expect(resolved.host).toBeUndefined();
    expect(resolved.username).toBeUndefined();
  });

  it('leaves a password alone', () => {
    expect(resolveMailSettings({ ...PICKUP, Password: 'secret' }).password).toBeUndefined();
  });

  it('raises no warning about TLS keys that are not used', () => {
    expect(readMailSettings({ ...PICKUP, EnableSsl: true, SecureSocketOption: 'None' }).warnings).toEqual([]);
  });
});

describe('Enabled=false', () => {
  it.each([[false], ['false'], ['False']])('as %j needs nothing else', Enabled => {
    const resolved = resolveMailSettings({ Enabled });
    expect(resolved.enabled).toBe(false);
    expect(resolved.delivery).toBeUndefined();
  });

  it.each([
    ['half a credential', { Password: 'secret' }],
    ['no FromAddress', { Host: 'smtp.contoso.com' }],
    ['a pickup directory without its folder', { UseSpecifiedPickupDirectory: true }],
    ['a folder that nothing says to use', { PickupDirectory: '/var/pickup' }],
    ['StartTls with port 465', { ...SMTP, SecureSocketOption: 'StartTls', Port: 465 }],
  ])('is content with %s', (_name, settings) => {
    expect(problemsOf({ ...settings, Enabled: false })).toEqual([]);
  });

  it('still keeps what is configured', () => {
    expect(resolveMailSettings({ ...SMTP, Enabled: false })).toMatchObject({
      delivery: 'smtp',
      enabled: false,
    });
  });
});
