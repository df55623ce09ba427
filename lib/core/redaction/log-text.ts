import { maskAddresses } from './mask-addresses.js';
import { visible } from './printable.js';
import { createRedactor } from './redact.js';

const LONGEST = 500;

/**
 * A text from outside, safe for a log: without secrets and links, addresses masked, on one line, shortened.
 *
 * @param secrets those of the mail that it is about
 */
export function logText(text: unknown, secrets: readonly string[] = []): string {
  const safe = maskAddresses(visible(createRedactor(undefined, secrets)(String(text))));
  return safe.length > LONGEST ? `${safe.slice(0, LONGEST)}…` : safe;
}
