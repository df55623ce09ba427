import { describe, expect, it } from '@jest/globals';
import { kerberosFailure } from '../../../../../lib/core/delivery/smtp/login/kerberos/kerberos-failure.js';

const NOT_ISSUED = 'No credentials were supplied, or the credentials were unavailable or inaccessible: ';
const UNSPECIFIED = 'Unspecified GSS failure.  Minor code may provide more information: ';

describe('An error of Kerberos', () => {
  // As the package kerberos 7.0 hands them over with MIT Kerberos 1.20.
  it.each([
    [`${NOT_ISSUED}No Kerberos credentials available (default cache: FILE:/tmp/krb5cc_0)`, /kinit/, true],
    [`${NOT_ISSUED}Cannot contact any KDC for realm 'CONTOSO.COM'`, /No KDC answers/, true],
    [`${NOT_ISSUED}Client 'gone@CONTOSO.COM' not found in Kerberos database`, /new keytab/, false],
    [`${NOT_ISSUED}Decrypt integrity check failed`, /does not go with the password/, false],
    [`${NOT_ISSUED}Preauthentication failed`, /does not go with the password/, false],
    [`${UNSPECIFIED}Ticket expired`, /renew it/, true],
    [`${UNSPECIFIED}Cannot contact any KDC for realm 'CONTOSO.COM'`, /No KDC answers/, true],
    [`${UNSPECIFIED}Clock skew too great`, /clock/, true],
    [
      `${UNSPECIFIED}Server smtp/other.contoso.com@CONTOSO.COM not found in Kerberos database`,
      /knows no service smtp@mail\.contoso\.com: check the setting ServicePrincipal/,
      false,
    ],
    [
      `${UNSPECIFIED}Server krbtgt/OTHER.EXAMPLE@CONTOSO.COM not found in Kerberos database`,
      /domain_realm/,
      false,
    ],
  ])('says what can be done about "%s"', (said, advice, retryable) => {
    const failure = kerberosFailure(new Error(said), 'smtp@mail.contoso.com');
    expect(failure.message).toContain(`Kerberos gives no sign-in to smtp@mail.contoso.com: ${said}. `);
    expect(failure.message.slice(failure.message.indexOf(said) + said.length)).toMatch(advice);
    expect(failure.retryable).toBe(retryable);
  });

  it('that nobody knows is told as it is, and may be over the next time', () => {
    const failure = kerberosFailure(new Error('Out of luck.'), 'smtp@mail.contoso.com');
    expect(failure.message).toBe('Kerberos gives no sign-in to smtp@mail.contoso.com: Out of luck');
    expect(failure.retryable).toBe(true);
  });
});
