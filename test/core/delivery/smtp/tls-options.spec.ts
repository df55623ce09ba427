import { createPublicKey, X509Certificate } from 'node:crypto';
import { createSecureContext, rootCertificates } from 'node:tls';
import { describe, expect, it } from '@jest/globals';
import { checkSmtpOptions } from '../../../../lib/core/delivery/smtp/smtp-option-table.js';
import { smtpStartProblems } from '../../../../lib/core/delivery/smtp/smtp-start-problems.js';

const [ROOT = '', OTHER = ''] = rootCertificates;
const NO_CERTIFICATE =
  'holds no certificate in PEM ("-----BEGIN CERTIFICATE-----"); give the content of the file, not its path';
const UNREADABLE =
  'holds a certificate that cannot be read; give the content of the PEM file as it is, with its line ends';

const problemsOf = (tls: object): string[] =>
  checkSmtpOptions({ tls }).map(({ key, message }) => `${key}: ${message}`);

describe('The option smtp.tls is refused at start', () => {
  it.each<[object, string]>([
    [
      { minVersion: 'TLSv1.3', maxVersion: 'TLSv1.2' },
      'maxVersion: is TLSv1.2, which is older than minVersion TLSv1.3',
    ],
    [
      { maxVersion: 'TLSv1.1' },
      'maxVersion: is TLSv1.1, which is older than minVersion TLSv1.2, which counts where none is given',
    ],
    [
      { secureProtocol: 'TLSv1_2_method' },
      'secureProtocol: cannot be given: the versions of TLS are chosen by minVersion and maxVersion',
    ],
    [{ secureOptions: -5.5 }, 'secureOptions: must be a whole number, but is -5.5'],
    [{ session: 'x' }, 'session: must be a Buffer, but is a text'],
    [{ ALPNProtocols: 'smtp' }, 'ALPNProtocols: must be a list of names, or a Buffer, but is a text'],
    [{ ALPNProtocols: ['smtp', 5] }, 'ALPNProtocols: must be a list of names, or a Buffer, but is a list'],
    [{ ticketKeys: Buffer.alloc(3) }, 'ticketKeys: must be a Buffer of 48 octets, but is a Uint8Array'],
    [{ sessionTimeout: 1.5 }, 'sessionTimeout: must be a whole number from 0 to 2147483647, but is 1.5'],
    [
      { sessionIdContext: 'ü'.repeat(17) },
      'sessionIdContext: must be a text of 1 to 32 octets, but is a text',
    ],
    [
      { secureContext: {} },
      'secureContext: must be what tls.createSecureContext() returns, but is an object',
    ],
    [{ highWaterMark: 1.5 }, 'highWaterMark: must be a whole number from 0 to 2147483647, but is 1.5'],
    [{ family: 5 }, 'family: must be 4, 6 or 0, but is 5'],
    [
      { onread: {} },
      'onread: cannot be given: the mailer opens its connections itself, through the option smtp.proxy where one is given',
    ],
    [{ ca: '/etc/ssl/my.pem' }, `ca: ${NO_CERTIFICATE}`],
    [{ ca: Buffer.from('C:\\my.pem') }, `ca: ${NO_CERTIFICATE}`],
    [{ ca: new X509Certificate(ROOT).raw }, `ca: ${NO_CERTIFICATE}`],
    [{ ca: createPublicKey(ROOT).export({ type: 'spki', format: 'pem' }) }, `ca: ${NO_CERTIFICATE}`],
    [{ ca: [ROOT, './my.pem'] }, `ca[1]: ${NO_CERTIFICATE}`],
    [{ ca: ROOT.replaceAll('\n', '\\n') }, `ca: ${UNREADABLE}`],
    [{ ca: `${ROOT.slice(0, 300)}\n-----END CERTIFICATE-----` }, `ca: ${UNREADABLE}`],
    [{ ca: 5 }, 'ca: must be a text, a Buffer, or a list of them, but is 5'],
  ])('%p', (tls, problem) => {
    expect(problemsOf(tls)).toEqual([`smtp.tls.${problem}`]);
  });

  it('with an engine that is not there', async () => {
    expect(await smtpStartProblems({ tls: { clientCertEngine: 'x' } })).toEqual([
      { key: 'smtp.tls', message: expect.stringMatching(/^cannot be used: ./) },
    ]);
  });
});

describe('The option smtp.tls is taken', () => {
  it.each<[string, object]>([
    ['with options of the socket', { highWaterMark: 65_536, requestOCSP: true, allowHalfOpen: false }],
    ['with those of net', { family: 'IPv4', localAddress: '127.0.0.1', keepAlive: true, noDelay: true }],
    ['with those of Happy Eyeballs', { autoSelectFamily: true, autoSelectFamilyAttemptTimeout: 250 }],
    [
      'with null for what is not given',
      { ca: null, cert: null, key: null, ecdhCurve: null, minVersion: null },
    ],
    ['with an old version that is asked for', { minVersion: 'TLSv1', maxVersion: 'TLSv1.1' }],
    ['with one version', { minVersion: 'TLSv1.3', maxVersion: 'TLSv1.3' }],
    ['with the newest version alone', { maxVersion: 'TLSv1.2' }],
    ['with flags of OpenSSL that are negative', { secureOptions: -2_147_481_520 }],
    ['with names of protocols', { ALPNProtocols: ['smtp', Buffer.from('x')] }],
    ['with octets of protocols', { ALPNProtocols: Buffer.from('\x04smtp') }],
    ['with a context', { secureContext: createSecureContext() }],
    ['with authorities in a list', { ca: [ROOT, Buffer.from(OTHER)] }],
    ['with authorities in one text', { ca: `# ours\r\n${ROOT}\n${OTHER}` }],
    ['with a certificate of another label', { ca: ROOT.replaceAll('CERTIFICATE', 'TRUSTED CERTIFICATE') }],
    ['with line ends of Windows', { ca: ROOT.replaceAll('\n', '\r\n') }],
    ['with an empty authority', { ca: '' }],
  ])('%s', async (_, tls) => {
    expect(problemsOf(tls)).toEqual([]);
  });
});
