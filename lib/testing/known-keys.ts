import { nearestKey } from '../settings/nearest-key.js';

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
