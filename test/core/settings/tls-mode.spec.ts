import { describe, expect, it } from '@jest/globals';
import { defaultPort, isLoopbackHost, tlsMode } from '../../../lib/core/settings/tls-mode.js';

describe('The TLS mode', () => {
  it.each([
    ['None', 25, { implicit: false, startTls: 'never' }],
    ['None', 465, { implicit: false, startTls: 'never' }],
    ['Auto', 25, { implicit: false, startTls: 'when-offered' }],
    ['Auto', 587, { implicit: false, startTls: 'when-offered' }],
    ['Auto', 465, { implicit: true, startTls: 'never' }],
    ['SslOnConnect', 2525, { implicit: true, startTls: 'never' }],
    ['StartTls', 25, { implicit: false, startTls: 'always' }],
    ['StartTlsWhenAvailable', 465, { implicit: false, startTls: 'when-offered' }],
  ] as const)('of %s on port %i is that of MailKit', (option, port, mode) => {
    expect(tlsMode(option, port)).toEqual(mode);
  });

  it('makes port 0 to 465 for SslOnConnect and to 25 for all others', () => {
    const options = ['None', 'Auto', 'SslOnConnect', 'StartTls', 'StartTlsWhenAvailable'] as const;
    expect(options.map(defaultPort)).toEqual([25, 25, 465, 25, 25]);
  });

  it.each([
    ['localhost', true],
    ['LOCALHOST', true],
    ['127.0.0.1', true],
    ['127.8.9.10', true],
    ['::1', true],
    ['::ffff:127.0.0.1', true],
    ['mail.localhost', true],
    ['10.0.0.1', false],
    ['0.0.0.0', false],
    ['.localhost', false],
    ['mylocalhost', false],
    ['localhost.contoso.com', false],
    ['127.0.0.1.contoso.com', false],
  ])('knows whether %s is this machine: %s', (host, loopback) => {
    expect(isLoopbackHost(host)).toBe(loopback);
  });
});
