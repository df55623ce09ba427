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
  // Each octet becomes one character, so that the beginning can be matched.
  const head = Buffer.from(bytes.subarray(0, HEAD)).toString('latin1');
  // A sequence, and behind its length what it begins with.
  const inside = /^0(?:[\0-\x80]|\x81.|\x82..|\x83...)([^]*)$/s.exec(head)?.[1];
  if (inside === undefined) return undefined;
  if (inside.startsWith('\x02\x01\x030')) return WORDS.pkcs12;
  if (inside.startsWith('\x02\x01\0') || /^0.\x06\x09\*\x86H\x86\xf7\r\x01\x05/s.test(inside))
    return WORDS.key;
  return /^0(?:\x81.|\x82..)(?:\xa0\x03)?\x02/s.test(inside) ? WORDS.certificate : undefined;
}
