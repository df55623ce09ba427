import { describe, expect, it } from '@jest/globals';
import { explainSettings } from '../../../lib/core/settings/explain-settings.js';
import type { ExplainedSetting } from '../../../lib/core/settings/explained-setting.js';
import { readMailSettings } from '../../../lib/core/settings/read-mail-settings.js';
import { servicePrincipalOf } from '../../../lib/core/settings/service-principal-of.js';
import { PICKUP, SMTP } from './settings-problems.js';

/** The row about ServicePrincipal. */
function rowOf(input: object): ExplainedSetting | undefined {
  const { settings, problems } = readMailSettings(input);
  const rows = explainSettings({ input, settings, problems, origins: {}, cleared: {} });
  return rows.find(({ key }) => key === 'ServicePrincipal');
}

describe('The explanation of ServicePrincipal', () => {
  it('tells the name that is asked for where none is set', () => {
    expect(rowOf({ ...SMTP, Host: 'mail.contoso.com', UseDefaultCredentials: true })).toEqual({
      key: 'ServicePrincipal',
      value: servicePrincipalOf({ host: 'mail.contoso.com' }),
      origins: [],
      note: 'the usual one for Host',
    });
  });

  it.each([
    ['without Kerberos', SMTP],
    ['with a pickup directory', { ...PICKUP, UseDefaultCredentials: true }],
  ])('tells none %s', (_, settings) => {
    expect(rowOf(settings)).not.toHaveProperty('value');
  });

  it('tells the written one, and how it is asked for where that differs', () => {
    const ServicePrincipal = 'smtp/mx.contoso.com/contoso.com@CONTOSO.COM';
    const asked = servicePrincipalOf({ servicePrincipal: ServicePrincipal });
    const row = rowOf({ ...SMTP, UseDefaultCredentials: true, ServicePrincipal });
    expect(row?.value).toBe(ServicePrincipal);
    expect(row?.note).toBe(asked === ServicePrincipal ? undefined : `asked for as ${asked}`);
  });

  it('tells that it is not used without UseDefaultCredentials', () => {
    expect(rowOf({ ...SMTP, ServicePrincipal: 'smtp@mx.contoso.com' })).toMatchObject({
      value: 'smtp@mx.contoso.com',
      note: 'not used, as UseDefaultCredentials is not true',
    });
  });
});
