import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { isIP } from 'node:net';
import { bits, element, integer, objectId, octets, sequence, set, tagged, time, utf8, yes } from './der.js';

/** A private key and its certificate, both PEM, as `node:tls` takes them. */
export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

/** What a certificate says. */
export interface CertificateRequest {
  /** DNS names and IP addresses; the first is the common name too. */
  readonly hosts: readonly string[];
  /** Start of validity; default: an hour ago. */
  readonly notBefore?: Date;
  /** End of validity; default: a day after the later of now and `notBefore`. */
  readonly notAfter?: Date;
  /** Bits of an RSA key; default: a key on the curve P-256. */
  readonly rsaBits?: number;
}

/** A certificate authority that exists for one test only. */
export interface CertificateAuthority {
  /** The authority's own certificate, PEM: what a client takes as `ca`. */
  readonly cert: string;
  /** A server certificate, signed by this authority. */
  issue(request: CertificateRequest): Certificate;
}

interface Party {
  readonly name: Buffer;
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

const HOUR = 3_600_000;
const OID = {
  commonName: '2.5.4.3',
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
  sha256WithRsaEncryption: '1.2.840.113549.1.1.11',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  extendedKeyUsage: '2.5.29.37',
  serverAuth: '1.3.6.1.5.5.7.3.1',
} as const;

/** Makes a new certificate authority with a key of its own. */
export function createCertificateAuthority(commonName = 'nest-mailroom test CA'): CertificateAuthority {
  const authority = newParty(`${commonName} ${randomBytes(4).toString('hex')}`);
  return {
    cert: certify(authority, authority, authorityExtensions(), {}),
    issue: request => {
      const subject = newParty(request.hosts[0] ?? 'nobody', request.rsaBits);
      return {
        key: pemKey(subject),
        cert: certify(subject, authority, serverExtensions(request.hosts), request),
      };
    },
  };
}

/** Makes a server certificate that nobody but its own key has signed. */
export function createSelfSignedCertificate(
  request: CertificateRequest = { hosts: ['localhost', '127.0.0.1'] },
): Certificate {
  const subject = newParty(request.hosts[0] ?? 'nobody', request.rsaBits);
  return {
    key: pemKey(subject),
    cert: certify(subject, subject, serverExtensions(request.hosts), request),
  };
}

function newParty(commonName: string, rsaBits?: number): Party {
  const name = sequence(set(sequence(objectId(OID.commonName), utf8(commonName))));
  return {
    name,
    ...(rsaBits === undefined
      ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
      : generateKeyPairSync('rsa', { modulusLength: rsaBits })),
  };
}

function pemKey(party: Party): string {
  return party.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
}

function certify(
  subject: Party,
  issuer: Party,
  extensions: Buffer[],
  validity: Pick<CertificateRequest, 'notBefore' | 'notAfter'>,
): string {
  // RSA has NULL for parameters (RFC 4055 5), ECDSA none.
  const algorithm =
    issuer.privateKey.asymmetricKeyType === 'rsa'
      ? sequence(objectId(OID.sha256WithRsaEncryption), element(0x05))
      : sequence(objectId(OID.ecdsaWithSha256));
  const notBefore =
    validity.notBefore ?? new Date(Math.min(Date.now(), validity.notAfter?.getTime() ?? Infinity) - HOUR);
  const notAfter = validity.notAfter ?? new Date(Math.max(Date.now(), notBefore.getTime()) + 24 * HOUR);
  const toBeSigned = sequence(
    tagged(0, integer(Buffer.from([2]))),
    integer(randomBytes(16)),
    algorithm,
    issuer.name,
    sequence(time(notBefore), time(notAfter)),
    subject.name,
    subject.publicKey.export({ type: 'spki', format: 'der' }),
    tagged(3, sequence(...extensions)),
  );
  const signature = sign('sha256', toBeSigned, issuer.privateKey);
  return pem(sequence(toBeSigned, algorithm, bits(signature)));
}

function pem(der: Buffer): string {
  const lines = der.toString('base64').replace(/.{1,64}/g, '$&\n');
  return `-----BEGIN CERTIFICATE-----\n${lines}-----END CERTIFICATE-----\n`;
}

function authorityExtensions(): Buffer[] {
  return [
    extension(OID.basicConstraints, sequence(yes()), 'critical'),
    // keyCertSign and cRLSign: bits 5 and 6
    extension(OID.keyUsage, bits(Buffer.from([0b0000_0110]), 1), 'critical'),
  ];
}

function serverExtensions(hosts: readonly string[]): Buffer[] {
  return [
    extension(OID.basicConstraints, sequence(), 'critical'),
    extension(OID.extendedKeyUsage, sequence(objectId(OID.serverAuth))),
    extension(OID.subjectAltName, sequence(...hosts.map(generalName))),
  ];
}

function extension(id: string, value: Buffer, weight?: 'critical'): Buffer {
  return sequence(objectId(id), ...(weight ? [yes()] : []), octets(value));
}

function generalName(host: string): Buffer {
  switch (isIP(host)) {
    case 4:
      return element(0x87, Buffer.from(host.split('.').map(Number)));
    case 6:
      return element(0x87, ipv6Bytes(host));
    default:
      return element(0x82, Buffer.from(host, 'ascii'));
  }
}

function ipv6Bytes(address: string): Buffer {
  const [head = '', tail] = address.split('::');
  const groups = (part: string | undefined): string[] => (part ? part.split(':') : []);
  const missing = tail === undefined ? 0 : 8 - groups(head).length - groups(tail).length;
  const all = [...groups(head), ...Array<string>(missing).fill('0'), ...groups(tail)];
  return Buffer.from(all.map(group => group.padStart(4, '0')).join(''), 'hex');
}
