import { domainToASCII } from 'node:url';
import { DEFAULT_IGNORABLE } from './invisible.js';

const LDH_LABEL = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/;
const ALLOWED_BEFORE_IDNA = /^[\p{L}\p{M}\p{N}.\-_\u3002\uff0e\uff61\u00b7\u30fb]+$/u;
const LONGEST_DOMAIN = 253;

/**
 * Brings a domain name into its one comparable form: A-labels (RFC 5891), lower case.
 *
 * @param text the domain as written, for example `Bücher.Example`
 * @returns the normalised domain, or undefined when it is none (an IP address is none either)
 */
export function normalizeDomain(text: string): string | undefined {
  if (text.length === 0 || text.length > LONGEST_DOMAIN) return undefined;
  const lower = text.toLowerCase();
  // `domainToASCII` parses hosts as browsers do: it maps invisible characters away and reads `0x7f.1` as an IP
  // address. Only what could be a domain name is given to it, and plain ASCII does not need it.
  if (!ALLOWED_BEFORE_IDNA.test(lower) || DEFAULT_IGNORABLE.test(lower)) return undefined;
  const ascii = isAscii(lower) && !lower.includes('xn--') ? lower : domainToASCII(lower);
  if (ascii.length === 0 || ascii.length > LONGEST_DOMAIN) return undefined;
  const labels = ascii.split('.');
  if (!labels.every(label => LDH_LABEL.test(label))) return undefined;
  // A last label of digits alone would be an IP address (WHATWG URL, 3.5), never a domain.
  return /^\d+$/.test(labels.at(-1) ?? '') ? undefined : ascii;
}

/** Whether a text holds nothing but ASCII characters. */
export function isAscii(text: string): boolean {
  for (let index = 0; index < text.length; index++) if (text.charCodeAt(index) > 0x7f) return false;
  return true;
}
