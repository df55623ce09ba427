import { X509Certificate } from 'node:crypto';
import { binaryWords } from '../binary-words.js';
import { pemBlocks, rewrapped, unpacked } from '../pem-blocks.js';
import { SettingValueError } from '../setting-parsers.js';
import { rsaProblem } from './assertion-key.js';

/** A text that begins like a path and is longer may be base64. */
const LONGEST_PATH = 256;
const UNREADABLE =
  'is no certificate that can be read; give one in PEM, with its lines from BEGIN CERTIFICATE to END CERTIFICATE';

/**
 * Reads the certificate by which an application shows who it is: in PEM, the first one of a chain, also beside its private
 * key, or as base64 without the PEM lines. Its key must be RSA, and it must be valid now.
 *
 * @throws {@link SettingValueError} with words that complete "Key: …"
 */
export function readClientCertificate(source: string): X509Certificate {
  const certificate = certificateIn(unpacked(source));
  const ofKey = rsaProblem(certificate.publicKey);
  if (ofKey !== undefined) throw new SettingValueError(`has a key ${ofKey}`);
  const problem = validityProblem(certificate, new Date());
  if (problem !== undefined) throw new SettingValueError(problem);
  return certificate;
}

/** The day after which a certificate is not valid, as `YYYY-MM-DD`, and how many whole days are left. */
export function expiryOf(certificate: X509Certificate, now: Date): { day: string; daysLeft: number } {
  const end = new Date(certificate.validTo);
  return {
    day: end.toISOString().slice(0, 10),
    daysLeft: Math.floor((end.getTime() - now.getTime()) / 86_400_000),
  };
}

function certificateIn(written: string): X509Certificate {
  const blocks = pemBlocks(written);
  const first = blocks.find(({ label }) => label === 'CERTIFICATE' || label === 'X509 CERTIFICATE');
  if (first) return parsed(rewrapped({ ...first, label: 'CERTIFICATE' }));
  const [other] = blocks;
  if (other) throw new SettingValueError(wordsForLabel(other.label));
  if (
    written.length < LONGEST_PATH &&
    /^(?:\.{0,2}|[a-z]:)[\\/]|\.(?:pem|ce?rt?|pfx|p12|txt)$/i.test(written)
  )
    throw new SettingValueError(`${UNREADABLE}; the setting for the path of a file is CertificateFile`);
  const compact = written.replace(/\s+/g, '');
  if (!/^[a-z0-9+/]{40,}={0,2}$/i.test(compact)) throw new SettingValueError(UNREADABLE);
  const der = Buffer.from(compact, 'base64');
  const words = binaryWords(der);
  // Base64 of DER is PEM without its lines; of the other binary forms it is not.
  if (words !== undefined && !words.includes('certificate in DER')) throw new SettingValueError(words);
  return parsed(der);
}

function parsed(source: string | Buffer): X509Certificate {
  try {
    const certificate = new X509Certificate(source);
    // Throws for a key of a kind that OpenSSL does not know.
    void certificate.publicKey;
    return certificate;
  } catch {
    // The reason of OpenSSL says less than these words.
    throw new SettingValueError(UNREADABLE);
  }
}

function wordsForLabel(label: string): string {
  if (label.endsWith('PRIVATE KEY'))
    return 'is a private key; give its certificate here, and the key in PrivateKeyFile';
  if (label.includes('REQUEST'))
    return 'is a request for a certificate; give the certificate that was made of it';
  if (label === 'PKCS7')
    return 'is a list of certificates in PKCS#7; bring it into PEM with openssl pkcs7 -print_certs -in <file> -out <new file>';
  return UNREADABLE;
}

function validityProblem(certificate: X509Certificate, now: Date): string | undefined {
  const clock = `or the clock of this machine is wrong: it says ${minuteOf(now)}`;
  if (new Date(certificate.validTo) < now)
    return `expired on ${minuteOf(new Date(certificate.validTo))}; make a new certificate and give it to the application at the identity provider, ${clock}`;
  if (new Date(certificate.validFrom) > now)
    return `is not valid before ${minuteOf(new Date(certificate.validFrom))}; wait until then, ${clock}`;
  return undefined;
}

function minuteOf(moment: Date): string {
  return `${moment.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
