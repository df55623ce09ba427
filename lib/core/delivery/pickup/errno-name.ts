import { constants } from 'node:os';
import { errnoOf, isErrorLike } from '../../errors/error-facts.js';

/**
 * The name of a system error, such as `ENOSPC`; undefined for an error of another kind. libuv has no name for some
 * that shares on a network and quotas answer (ESTALE, EDQUOT), so they are looked up by their number.
 */
export function errnoName(error: unknown): string | undefined {
  const code = errnoOf(error);
  if (code === undefined || /^E[A-Z0-9]+$/.test(code)) return code;
  const number = isErrorLike(error) && 'errno' in error ? Number(error.errno) : Number.NaN;
  return Object.entries(constants.errno).find(([, value]) => value === -number)?.[0] ?? code;
}
