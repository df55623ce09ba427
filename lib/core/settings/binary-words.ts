/** What is said of a file or a text that holds a certificate or a key in a binary form, with the command that makes PEM of it. */
const WORDS = {
  pkcs12:
    'is a PKCS#12 file (.pfx, .p12); bring its certificate and its key into PEM with openssl pkcs12 -in <file> -nodes -out <new file>',
  certificate:
    'is a certificate in DER; bring it into PEM with openssl x509 -inform DER -in <file> -out <new file>',
  key: 'is a private key in DER; bring it into PEM with openssl pkey -inform DER -in <file> -out <new file>',
} as const;

/** Octets in which the beginning of a structure is looked for. */
const HEAD = 40;

/**
 * Says of octets in DER what they are and how PEM is made of them.
 *
 * @returns undefined for anything else
 */
export function binaryWords(bytes: Uint8Array): string | undefined {
  const head = Buffer.from(bytes.subarray(0, HEAD)).toString('hex');
  // A sequence, and behind its length what it begins with.
  const inside = /^30(?:[0-7].|80|81..|82.{4}|83.{6})(.*)$/.exec(head)?.[1] ?? '';
  // Version 3 and a sequence; version 0 and an algorithm or a number, or PKCS#5; a sequence with version or serial number.
  if (inside.startsWith('02010330')) return WORDS.pkcs12;
  if (/^020100(?:30|02)|^30..06092a864886f70d0105/.test(inside)) return WORDS.key;
  return /^30(?:81..|82.{4})(?:a003)?02/.test(inside) ? WORDS.certificate : undefined;
}
