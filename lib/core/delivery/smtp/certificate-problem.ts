import { X509Certificate } from 'node:crypto';

/** The labels of a certificate that OpenSSL reads (RFC 7468 5.1, and two of its own). */
const BEGIN = /-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----/;

/**
 * Why OpenSSL would take no certificate of an authority out of a text. It says nothing of it: then nobody is trusted, and
 * every connection fails.
 *
 * @param pem text or octets; of anything else nothing is said
 * @returns words that complete "smtp.tls.ca: …", without the text; undefined when the first certificate can be read
 */
export function certificateProblem(pem: unknown): string | undefined {
  const text = textOf(pem);
  if (text === undefined) return undefined;
  if (!BEGIN.test(text))
    return 'holds no certificate in PEM ("-----BEGIN CERTIFICATE-----"); give the content of the file, not its path';
  try {
    // The constructor reads it as a connection would.
    void new X509Certificate(text);
    return undefined;
  } catch {
    return 'holds a certificate that cannot be read; give the content of the PEM file as it is, with its line ends';
  }
}

function textOf(pem: unknown): string | undefined {
  if (typeof pem === 'string') return pem;
  if (!ArrayBuffer.isView(pem)) return undefined;
  return Buffer.from(pem.buffer, pem.byteOffset, pem.byteLength).toString('latin1');
}
