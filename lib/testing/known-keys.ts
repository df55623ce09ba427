import { nearestKey } from '../core/text/nearest-key.js';

/** Whether a value is a plain object. A pattern, a date or a promise has no fields, and would pass for criteria that every mail meets. */
export function isFields(value: unknown): value is object {
  return Object.prototype.toString.call(value) === '[object Object]';
}

/**
 * Refuses unknown keys: a mistyped criterion would be ignored, and let every mail pass.
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
