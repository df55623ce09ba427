import { describe, expect, it } from '@jest/globals';
import { servicePrincipalOf } from '../../../lib/core/settings/service-principal-of.js';

describe('The name of the service that a ticket is asked for', () => {
  it.each([
    [undefined, 'smtp@mail.contoso.com', 'SMTPSVC/mail.contoso.com'],
    ['smtp@mx.contoso.com', 'smtp@mx.contoso.com', 'smtp/mx.contoso.com'],
    ['smtp/mx.contoso.com', 'smtp@mx.contoso.com', 'smtp/mx.contoso.com'],
    ['SMTPSVC/mx.contoso.com', 'SMTPSVC@mx.contoso.com', 'SMTPSVC/mx.contoso.com'],
    ['smtp/mx.contoso.com@CONTOSO.COM', 'smtp@mx.contoso.com', 'smtp/mx.contoso.com@CONTOSO.COM'],
    ['smtp/mx/contoso.com', 'smtp@mx', 'smtp/mx/contoso.com'],
  ])('that is set as %s is %s, and %s on Windows', (servicePrincipal, elsewhere, windows) => {
    const settings = { servicePrincipal, host: 'mail.contoso.com' };
    expect(servicePrincipalOf(settings, 'linux')).toBe(elsewhere);
    expect(servicePrincipalOf(settings, 'darwin')).toBe(elsewhere);
    expect(servicePrincipalOf(settings, 'win32')).toBe(windows);
  });
});
