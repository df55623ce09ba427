import { relaxedField } from './header-fields.js';
import type { MailDigest } from './mail-digest.js';
import type { SigningKey } from './signing-key.js';

/** Characters of the longest line of a signature, as far as its values can be folded. */
const LONGEST_LINE = 76;

/**
 * Makes the field `DKIM-Signature` of one key for one mail (RFC 6376 3.5), folded.
 *
 * @param names of the signed fields, in the order in which they are signed
 * @param seconds time of the signature since 1970
 * @returns the field with its CRLF
 */
export async function signatureField(
  key: SigningKey,
  { header, bodyHash }: MailDigest,
  names: readonly string[],
  seconds: number,
): Promise<string> {
  const unsigned = [
    `DKIM-Signature: v=1; a=${key.algorithm}; c=relaxed/relaxed; d=${key.domain};`,
    ` s=${key.selector}; t=${seconds};`,
    ...folded(
      ' h=',
      names.map((name, index) => `${name}${index < names.length - 1 ? ':' : ';'}`),
    ),
    ` bh=${bodyHash};`,
    ' b=',
  ].join('\r\n');
  const signature = await key.sign(`${header.relaxed(names)}${relaxedField(unsigned)}`);
  const [first = '', ...rest] = signature.match(/.{1,72}/g) ?? [];
  return `${unsigned}${[first, ...rest].join('\r\n ')}\r\n`;
}

/** Lines of words that are not taken apart. */
function folded(lead: string, words: readonly string[]): string[] {
  const lines = [lead];
  for (const word of words) {
    const last = lines.at(-1) ?? '';
    if (last.length + word.length <= LONGEST_LINE) lines[lines.length - 1] = `${last}${word}`;
    else lines.push(` ${word}`);
  }
  return lines;
}
