import { describe, expect, it } from '@jest/globals';
import { readMailSettings } from '../../../lib/core/settings/read-mail-settings.js';
import { saysClearLogin } from '../../../lib/core/settings/setting-warnings.js';
import { createSelfSignedCertificate } from '../../support/certificates.js';
import { TENANT, withOAuth2 } from './oauth2-inputs.js';
import { PICKUP, SMTP } from './settings-problems.js';

const PASSWORD = { FromAddress: 'a@contoso.com', Username: 'a@contoso.com', Password: 'secret' };
const CLEAR = { ...TENANT, TokenEndpoint: 'http://127.0.0.1:8080/token' };

/** The warnings of settings that have no problem. */
function warningsOf(input: unknown): readonly string[] {
  const { problems, warnings } = readMailSettings(input);
  expect(problems).toEqual([]);
  return warnings;
}

describe('A warning at start tells', () => {
  it.each(['smtp.office365.com', 'SMTP.Office365.com.', 'smtp-mail.outlook.com'])(
    'that %s switches passwords off',
    Host => {
      expect(warningsOf({ ...PASSWORD, Host })).toEqual([
        expect.stringMatching(
          /Exchange Online switches basic SMTP AUTH off by default at the end of December 2026; sign in with the setting OAuth2$/,
        ),
      ]);
      expect(warningsOf({ ...PASSWORD, Host, Enabled: false })).toEqual([]);
      expect(warningsOf({ ...PASSWORD, Host, ...PICKUP })).toEqual([]);
    },
  );

  it.each(['contoso-com.mail.protection.outlook.com', 'smtp.office365.com.evil.com', 'smtp.gmail.com'])(
    'nothing of a password for %s',
    Host => {
      expect(warningsOf({ ...PASSWORD, Host })).toEqual([]);
    },
  );

  it('nothing of Exchange Online without a login, and with a token', () => {
    const Host = 'smtp.office365.com';
    expect(warningsOf({ FromAddress: 'a@contoso.com', Host })).toEqual([]);
    expect(warningsOf({ ...withOAuth2(TENANT), Host })).toEqual([]);
  });

  it('nothing of a password where the application gives a token in code', () => {
    const input = { FromAddress: 'a@contoso.com', Host: 'smtp.office365.com', Username: 'a@contoso.com' };
    const reading = (more: object): unknown => readMailSettings({ ...input, ...more }, { tokenInCode: true });
    expect(reading({})).toMatchObject({ problems: [], warnings: [] });
    expect(reading({ SecureSocketOption: 'None' })).toMatchObject({
      problems: [],
      warnings: ['The login for smtp.office365.com is sent in clear, because SecureSocketOption is None.'],
    });
  });

  it('that the token endpoint is clear', () => {
    expect(warningsOf({ ...withOAuth2(undefined), oauth2: CLEAR })).toEqual([
      expect.stringMatching(/^oauth2: TokenEndpoint is a clear token endpoint; /),
    ]);
  });

  it.each(['smtp.contoso.com', '127.0.0.1'])(
    'that the access token crosses in clear with None to %s, and nothing of a password',
    Host => {
      const input = { ...withOAuth2(TENANT), Host, SecureSocketOption: 'none' };
      expect(warningsOf(input)).toEqual([
        `OAuth2: the access token for ${Host} crosses in clear, because SecureSocketOption is None`,
      ]);
    },
  );

  it('what crosses in clear in words by which it is found', () => {
    for (const input of [
      withOAuth2(TENANT),
      { ...SMTP, ...PASSWORD, Host: 'h' },
      { ...SMTP, UseDefaultCredentials: true },
    ]) {
      const warnings = warningsOf({ ...input, SecureSocketOption: 'None' });
      expect(warnings.map(saysClearLogin)).toEqual([true]);
    }
    expect(warningsOf(withOAuth2(CLEAR)).map(saysClearLogin)).toEqual([false]);
  });

  it.each([
    [3, true],
    [29, true],
    [31, false],
  ])('whether the certificate expires soon: in %d days', (days, isTold) => {
    const notAfter = new Date(Date.now() + (days + 0.5) * 86_400_000);
    const { cert, key } = createSelfSignedCertificate({ hosts: ['mailer'], notAfter, rsaBits: 2048 });
    const OAuth2 = { ...TENANT, ClientSecret: null, Certificate: cert, PrivateKey: key };
    const expected = `OAuth2: the certificate expires on ${notAfter.toISOString().slice(0, 10)}; make a new one`;
    expect(warningsOf(withOAuth2(OAuth2))).toEqual(isTold ? [expect.stringContaining(expected)] : []);
  });

  it('that ServicePrincipal is not used without UseDefaultCredentials', () => {
    const input = { ...SMTP, servicePrincipal: 'smtp@mail.contoso.com' };
    expect(warningsOf(input)).toEqual([
      expect.stringMatching(/^servicePrincipal is not used, as UseDefaultCredentials is not true/),
    ]);
    expect(warningsOf({ ...input, UseDefaultCredentials: true })).toEqual([]);
  });
});
