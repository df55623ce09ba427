import { describe, expect, it } from '@jest/globals';
import { readMailSettings } from '../../../lib/core/settings/read-mail-settings.js';
import { resolveMailSettings } from '../../../lib/core/settings/resolve-mail-settings.js';
import { isLoopbackHost, tlsMode } from '../../../lib/core/settings/tls-mode.js';
import { problemsOf, SMTP } from './settings-problems.js';

describe('EnableSsl', () => {
  it('means StartTls', () => {
    expect(resolveMailSettings({ ...SMTP, EnableSsl: true })).toMatchObject({
      secureSocketOption: 'StartTls',
      enableSsl: true,
      port: 25,
    });
  });

  it('gives way to SecureSocketOption', () => {
    expect(
      resolveMailSettings({ ...SMTP, EnableSsl: true, SecureSocketOption: 'SslOnConnect' }),
    ).toMatchObject({ secureSocketOption: 'SslOnConnect', port: 465 });
  });

  it('false changes nothing', () => {
    expect(resolveMailSettings({ ...SMTP, EnableSsl: false }).secureSocketOption).toBe('Auto');
  });

  it('is deprecated in one warning', () => {
    expect(readMailSettings({ ...SMTP, EnableSsl: 'true' }).warnings).toEqual([
      expect.stringContaining('EnableSsl is deprecated'),
    ]);
    expect(readMailSettings({ ...SMTP, EnableSsl: false }).warnings).toEqual([]);
  });
});

describe('StartTls with port 465', () => {
  it.each([
    ['secureSocketOption', { secureSocketOption: 'StartTls' }],
    ['ENABLESSL', { ENABLESSL: true }],
  ])('is refused under the key %s', (key, tls) => {
    expect(problemsOf({ ...SMTP, ...tls, Port: '465' })).toEqual([
      { key, message: expect.stringMatching(/port 465.*SslOnConnect.*587/) },
    ]);
  });

  it.each([['Auto'], ['SslOnConnect'], ['None'], ['StartTlsWhenAvailable']])(
    'is the only pairing refused: %s passes',
    SecureSocketOption => {
      expect(problemsOf({ ...SMTP, SecureSocketOption, Port: 465 })).toEqual([]);
    },
  );
});

describe('tlsMode', () => {
  it.each([
    ['None', 25, false, 'never'],
    ['None', 465, false, 'never'],
    ['Auto', 25, false, 'when-offered'],
    ['Auto', 587, false, 'when-offered'],
    ['Auto', 465, true, 'never'],
    ['SslOnConnect', 465, true, 'never'],
    ['SslOnConnect', 993, true, 'never'],
    ['StartTls', 587, false, 'always'],
    ['StartTlsWhenAvailable', 25, false, 'when-offered'],
  ] as const)('%s on port %d: implicit TLS %s, STARTTLS %s', (option, port, implicit, startTls) => {
    expect(tlsMode(option, port)).toEqual({ implicit, startTls });
  });
});

describe('a password in clear', () => {
  const login = { ...SMTP, Username: 'ann', Password: 'secret', SecureSocketOption: 'None' };

  it('is one warning when the administrator wrote None', () => {
    expect(readMailSettings(login).warnings).toEqual([expect.stringContaining('in clear')]);
  });

  it.each([['localhost'], ['127.0.0.1'], ['::1'], ['[::1]']])('is none to this machine (%s)', Host => {
    expect(readMailSettings({ ...login, Host }).warnings).toEqual([]);
  });

  it('is none with any other option', () => {
    expect(readMailSettings({ ...login, SecureSocketOption: 'Auto' }).warnings).toEqual([]);
  });

  it('is judged by the host: only loopback names and addresses are this machine', () => {
    expect(['localhost', 'mail.localhost', '127.8.9.1', '::1'].every(isLoopbackHost)).toBe(true);
    expect(['localhost.contoso.com', '128.0.0.1', 'mylocalhost', ''].some(isLoopbackHost)).toBe(false);
  });
});
