import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect, createServer } from 'node:tls';
import { isNativeError } from 'node:util/types';
import { describe, expect, it } from '@jest/globals';
import { createCertificateAuthority, createSelfSignedCertificate } from './certificates.js';
import type { Certificate } from './certificates.js';

const HOUR = 3_600_000;

/** Resolves with 'accepted' or with the code of the client's error. */
async function handshake(
  certificate: Certificate,
  ca: string | undefined,
  host = 'localhost',
): Promise<string> {
  const server = createServer(certificate, socket => socket.on('error', () => undefined).end());
  server.on('tlsClientError', () => undefined);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const client = connect({ host: '127.0.0.1', port, servername: host, ca });
  try {
    await once(client, 'secureConnect');
    return 'accepted';
  } catch (error) {
    // Errors of Node's core are not `instanceof` the Error of Jest's sandbox.
    return isNativeError(error) && 'code' in error ? String(error.code) : String(error);
  } finally {
    client.destroy();
    await new Promise(resolve => server.close(resolve));
  }
}

describe('test certificates', () => {
  const ca = createCertificateAuthority();

  it('are accepted by a client that trusts the authority', async () => {
    await expect(handshake(ca.issue({ hosts: ['localhost'] }), ca.cert)).resolves.toBe('accepted');
  });

  it('are refused by a client that does not know the authority', async () => {
    await expect(handshake(ca.issue({ hosts: ['localhost'] }), undefined)).resolves.toBe(
      'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    );
  });

  it('are refused when another authority signed them', async () => {
    const other = createCertificateAuthority();
    await expect(handshake(other.issue({ hosts: ['localhost'] }), ca.cert)).resolves.toBe(
      'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
    );
  });

  it('are refused for another host', async () => {
    await expect(handshake(ca.issue({ hosts: ['mail.example'] }), ca.cert)).resolves.toBe(
      'ERR_TLS_CERT_ALTNAME_INVALID',
    );
  });

  it('are refused after their end and before their start', async () => {
    const expired = ca.issue({ hosts: ['localhost'], notAfter: new Date(Date.now() - HOUR) });
    await expect(handshake(expired, ca.cert)).resolves.toBe('CERT_HAS_EXPIRED');
    const early = ca.issue({ hosts: ['localhost'], notBefore: new Date(Date.now() + HOUR) });
    await expect(handshake(early, ca.cert)).resolves.toBe('CERT_NOT_YET_VALID');
  });

  it('can be self-signed, which a client refuses until it trusts that very certificate', async () => {
    const certificate = createSelfSignedCertificate();
    await expect(handshake(certificate, undefined)).resolves.toBe('DEPTH_ZERO_SELF_SIGNED_CERT');
    await expect(handshake(certificate, certificate.cert)).resolves.toBe('accepted');
  });

  it('say what they were asked to say', () => {
    const hosts = ['localhost', '127.0.0.1', '::1', 'fe80::1:2'];
    const notBefore = new Date('2026-01-02T03:04:05Z');
    const notAfter = new Date('2051-06-07T08:09:10Z');
    const certificate = new X509Certificate(ca.issue({ hosts, notBefore, notAfter }).cert);
    expect(certificate.subjectAltName).toBe(
      'DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1, IP Address:FE80:0:0:0:0:0:1:2',
    );
    expect(new Date(certificate.validFrom)).toEqual(notBefore);
    expect(new Date(certificate.validTo)).toEqual(notAfter);
    expect(certificate.ca).toBe(false);
    const authority = new X509Certificate(ca.cert);
    expect(authority.ca).toBe(true);
    expect(certificate.checkIssued(authority)).toBe(true);
    expect(certificate.verify(authority.publicKey)).toBe(true);
  });
});
