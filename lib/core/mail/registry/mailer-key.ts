import { maskAddresses } from '../../redaction/mask-addresses.js';
import { printable } from '../../redaction/printable.js';

/** Most octets of a key. */
const LONGEST_KEY = 255;

/**
 * Checks the key of a mailer.
 *
 * @throws TypeError when it can be none
 */
export function checkMailerKey(key: unknown): string {
  if (typeof key !== 'string') throw unusable(`must be a text, but is ${printable(key)}`);
  if (key === '') throw unusable('must not be empty');
  const octets = Buffer.byteLength(key);
  if (octets > LONGEST_KEY) throw unusable(`has ${octets} octets; at most ${LONGEST_KEY} can be used`);
  if (/\p{Cc}/u.test(key)) throw unusable(`holds control characters: "${labelOf(key)}"`);
  return key;
}

/** A key as logs and errors show it: shortened, on one line, addresses masked. */
export function labelOf(key: string): string {
  return maskAddresses(printable(key));
}

function unusable(problem: string): TypeError {
  return new TypeError(
    `The key of a mailer ${problem}. Give the id of the tenant: registry.open('acme', settings)`,
  );
}
