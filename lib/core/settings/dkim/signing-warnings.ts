import { MailboxSyntaxError, parseMailbox } from '../../address/parse-mailbox.js';
import type { SigningKeyMaterial } from './private-key.js';
import { keyRecordName } from './signing-names.js';

/** What is to be known of a key that signs. */
export interface NamedSigningKey extends Pick<SigningKeyMaterial, 'algorithm' | 'bits'> {
  readonly domain: string;
  readonly selector: string;
}

/** RSA keys of less are said to be weak; more than the greatest need not be verified (RFC 8301 3.2). */
const GOOD_RSA_BITS = { least: 2048, most: 4096 } as const;
/** What stands before the two letters of a country in a public suffix such as co.uk. */
const REGISTRY_LABELS: ReadonlySet<string> = new Set(
  'ac asn asso biz co com edu firm gen go gob gouv gov gv id inf info int ltd mil me ne net nhs nic nom or org plc police press pro sch tm'.split(
    ' ',
  ),
);

/**
 * What an administrator should know of keys that work: RSA keys that are weak or longer than receivers must take, and
 * domains that do not align with the author's.
 *
 * @param where what names the keys: `Dkim`, or `smtp.dkim` in code
 * @param fromAddress the usual author, `name <address>` allowed
 */
export function signingWarnings(
  where: string,
  keys: readonly NamedSigningKey[],
  fromAddress: string | undefined,
): string[] {
  const lengths = keys.flatMap(key => {
    const words = lengthWords(key.bits);
    return words === undefined
      ? []
      : [`${where}: the RSA key of ${keyRecordName(key)} has ${key.bits} bits; ${words}`];
  });
  const author = domainOf(fromAddress);
  if (author === undefined || keys.length === 0 || keys.some(({ domain }) => isAligned(domain, author)))
    return lengths;
  const domains = [...new Set(keys.map(({ domain }) => domain))].join(', ');
  return [
    ...lengths,
    `${where}: the domain ${domains} does not align with FromAddress (${author}); receivers that follow DMARC do not count the signature`,
  ];
}

function lengthWords(bits: number | undefined): string | undefined {
  if (bits === undefined) return undefined;
  if (bits < GOOD_RSA_BITS.least) return 'use 2048 or more, as some receivers do not count shorter ones';
  return bits > GOOD_RSA_BITS.most ? 'use at most 4096, as receivers need not verify longer ones' : undefined;
}

function domainOf(mailbox: string | undefined): string | undefined {
  if (mailbox === undefined) return undefined;
  try {
    const { address } = parseMailbox(mailbox);
    return address.slice(address.lastIndexOf('@') + 1);
  } catch (error) {
    // It has been reported as a problem.
    if (error instanceof MailboxSyntaxError) return undefined;
    throw error;
  }
}

/**
 * Whether two domains belong to one organisation (relaxed alignment, RFC 7489 3.1.1): one lies below the other, or both
 * below the same. Without the list of public suffixes, a suffix such as co.uk is told by its first label.
 */
function isAligned(one: string, other: string): boolean {
  if (one === other || one.endsWith(`.${other}`) || other.endsWith(`.${one}`)) return true;
  const left = one.split('.').toReversed();
  const right = other.split('.').toReversed();
  const common = left.findIndex((label, index) => label !== right[index]);
  const [country = '', registry = ''] = left;
  const suffix = country.length === 2 && REGISTRY_LABELS.has(registry) ? 2 : 1;
  return common > suffix;
}
