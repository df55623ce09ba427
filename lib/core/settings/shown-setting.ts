import { hiddenWords, mayBeSecretPath } from '../redaction/may-be-secret.js';
import type { ExplainedSetting } from './explained-setting.js';

/** Stands for a secret; says nothing of its length. */
export const MASK = '********';

/**
 * The value of a setting as it may be shown. It may not have been checked, as it is not used: a secret may stand in the wrong
 * place.
 */
export function shownSetting(key: string, value: unknown): ExplainedSetting['value'] {
  if (Array.isArray(value)) return value.length === 0 ? undefined : value.map(String);
  if (typeof value === 'number' || typeof value === 'boolean') return value;
  if (typeof value !== 'string') return undefined;
  // An address that somebody took for a host name may hold a password.
  if (/^[a-z][a-z0-9+.-]*:\/\/[^/]*@/i.test(value.trim())) return MASK;
  const hidden = key.endsWith('File') ? mayBeSecretPath(value) : hiddenWords(value) !== undefined;
  return hidden ? MASK : value;
}
