import { describe, expect, it } from '@jest/globals';
import { connectionOptions } from '../../../../../lib/core/delivery/smtp/nodemailer/connection-options.js';
import { resolveMailSettings } from '../../../../../lib/core/settings/resolve-mail-settings.js';

const SMTP = { Host: 'smtp.contoso.com', FromAddress: 'a@contoso.com' };

describe('The options of a connection', () => {
  it.each([
    ['None', 25, { secure: false, ignoreTLS: true }],
    ['None', 465, { secure: false, ignoreTLS: true }],
    ['Auto', 465, { secure: true }],
    ['Auto', 25, { secure: false, ignoreTLS: false }],
    ['Auto', 587, { secure: false, ignoreTLS: false }],
    ['SslOnConnect', 465, { secure: true }],
    ['SslOnConnect', 587, { secure: true }],
    ['StartTls', 587, { secure: false, ignoreTLS: false }],
    ['StartTlsWhenAvailable', 465, { secure: false, ignoreTLS: false }],
    ['StartTlsWhenAvailable', 587, { secure: false, ignoreTLS: false }],
  ])('with %s on port %i are those of the table of TLS modes', (SecureSocketOption, Port, expected) => {
    const settings = resolveMailSettings({ ...SMTP, SecureSocketOption, Port });
    expect(connectionOptions({ settings, extra: {} })).toMatchObject(expected);
  });

  it('take TLS 1.2 at least, verify certificates and never go on in clear after a failed STARTTLS', () => {
    const options = connectionOptions({
      settings: resolveMailSettings(SMTP),
      extra: { tls: { ca: 'mine' } },
    });
    expect(options).toMatchObject({ tls: { minVersion: 'TLSv1.2', ca: 'mine' }, opportunisticTLS: false });
    expect(options.tls).not.toHaveProperty('rejectUnauthorized');
  });
});
