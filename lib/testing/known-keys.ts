import { nearestKey } from '../core/settings/nearest-key.js';

/** Whether a value has fields to look at. A pattern, a date or a promise has none, and would pass for criteria that every mail fulfils. */
export function isFields(value: unknown): value is object {
  return Object.prototype.toString.call(value) === '[object Object]';
}

/**
 * Refuses what nobody would look at: a mistyped criterion would let every mail pass.
 *
 * @throws TypeError naming the known keys
 */
export function refuseUnknownKeys(where: string, given: object, known: readonly string[]): void {
  for (const key of Object.keys(given)) {
    if (known.includes(key)) continue;
    const near = nearestKey(key, known);
    const meant = near === undefined ? '' : ` Did you mean "${near}"?`;
    throw new TypeError(`${where}: "${key}" is not known.${meant} Known are ${known.join(', ')}.`);
  }
}
