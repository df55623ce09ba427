import type { ResolvedDkimKey } from '../../../settings/dkim/dkim-setting.js';
import type { DkimOptions } from './dkim-options.js';

/** Keys of the settings as code would give them, for a delivery with settings of its own. */
export function asDkimOptions(keys: readonly ResolvedDkimKey[]): DkimOptions {
  return {
    keys: keys.map(({ domain, selector, privateKey }) => ({
      domainName: domain,
      keySelector: selector,
      privateKey,
    })),
  };
}
