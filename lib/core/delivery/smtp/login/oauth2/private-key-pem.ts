import { createPrivateKey, KeyObject } from 'node:crypto';
import type { OAuth2Auth } from './oauth2-auth.js';

/**
 * A private key in PEM (PKCS#8), whatever it was given as.
 *
 * @throws Error of `node:crypto` when it is none
 */
export function pemOf(key: NonNullable<OAuth2Auth['privateKey']>): string {
  const read = key instanceof KeyObject ? key : createPrivateKey(key);
  return read.export({ type: 'pkcs8', format: 'pem' }).toString();
}
