import type { PeerCertificate, TLSSocket } from 'node:tls';
import { checkServerIdentity } from 'node:tls';

const DAY_MS = 86_400_000;

/** What is known of a connection's TLS and of the server's certificate. */
export interface CertificateFacts {
  /** Such as `TLSv1.3`. */
  readonly protocol: string;
  readonly cipher: string;
  /** Common name, or the whole subject where it has none. */
  readonly subject: string;
  /** DNS names and IP addresses that it is for. */
  readonly names: readonly string[];
  readonly issuer: string;
  /** ISO 8601, UTC. */
  readonly validFrom: string;
  /** ISO 8601, UTC. */
  readonly validTo: string;
  /** Whole days until it expires; negative when it has. */
  readonly daysLeft: number;
  readonly selfSigned: boolean;
  /** Whether it is for the host of the settings. */
  readonly nameMatches: boolean;
  /** Whether an authority that this machine trusts has signed it, and it is valid today. */
  readonly trusted: boolean;
  /** Why it is not trusted, as OpenSSL names it. */
  readonly problem?: string;
}

/**
 * Reads the certificate of a connection whose handshake is done.
 *
 * @param host the host of the settings
 * @returns undefined when the server has shown none
 */
export function certificateFacts(
  socket: TLSSocket,
  host: string,
  now = Date.now(),
): CertificateFacts | undefined {
  const certificate = socket.getPeerCertificate(false);
  if (Object.keys(certificate).length === 0) return undefined;
  const validTo = new Date(certificate.valid_to);
  const problem = socket.authorized ? undefined : problemOf(socket);
  return {
    protocol: socket.getProtocol() ?? 'TLS',
    cipher: socket.getCipher().standardName,
    subject: nameOf(certificate.subject),
    names: namesOf(certificate),
    issuer: nameOf(certificate.issuer),
    validFrom: new Date(certificate.valid_from).toISOString(),
    validTo: validTo.toISOString(),
    daysLeft: Math.floor((validTo.getTime() - now) / DAY_MS),
    selfSigned: problem === 'DEPTH_ZERO_SELF_SIGNED_CERT',
    nameMatches: checkServerIdentity(host, certificate) === undefined,
    trusted: problem === undefined,
    ...(problem !== undefined && { problem }),
  };
}

/** Node's types promise an error, and it gives the code as a text. */
function problemOf({ authorizationError }: TLSSocket): string {
  const given: unknown = authorizationError;
  if (typeof given === 'object' && given !== null && 'code' in given) return String(given.code);
  return String(given);
}

function nameOf(name: PeerCertificate['subject'] | undefined): string {
  const parts = Object.entries(name ?? {}).map(([part, value]) => `${part}=${[value].flat().join('+')}`);
  const common = name?.CN;
  return common === undefined ? parts.join(', ') : [common].flat().join(', ');
}

function namesOf({ subjectaltname = '' }: PeerCertificate): string[] {
  return subjectaltname
    .split(/,\s*/)
    .map(entry => entry.replace(/^(?:DNS|IP Address):/, ''))
    .filter(entry => entry !== '');
}
