import { notKnownWords } from '../../text/nearest-key.js';

/** The keys of the setting `OAuth2`, in the order of the documentation. */
export const OAUTH2_KEYS = [
  'GrantType',
  'TenantId',
  'TokenEndpoint',
  'Scope',
  'ClientId',
  'ClientSecret',
  'ClientSecretFile',
  'Certificate',
  'CertificateFile',
  'PrivateKey',
  'PrivateKeyFile',
  'RefreshToken',
  'RefreshTokenFile',
  'Mechanism',
] as const;

/** A key that settings which were resolved before have beside {@link OAUTH2_KEYS}. */
const RESOLVED_KEY = 'privatekeyid';
/** Keys that stand in the section above. */
const ABOVE: ReadonlySet<string> = new Set(['username', 'user', 'password', 'pass', 'mailbox']);
/** What other libraries and identity providers call our keys. */
const OTHER_NAMES: ReadonlyMap<string, string> = new Map([
  ['authority', 'TokenEndpoint'],
  ['accessurl', 'TokenEndpoint'],
  ['tokenuri', 'TokenEndpoint'],
  ['tokenurl', 'TokenEndpoint'],
  ['directoryid', 'TenantId'],
  ['appid', 'ClientId'],
  ['applicationid', 'ClientId'],
  ['serviceclient', 'ClientId'],
  ['clientemail', 'ClientId'],
  ['method', 'Mechanism'],
]);

/** What is said of a key below `OAuth2`; undefined for one that is known. */
export function unknownOAuth2Words(written: string): string | undefined {
  const folded = written.toLowerCase();
  if (folded === RESOLVED_KEY || OAUTH2_KEYS.some(key => key.toLowerCase() === folded)) return undefined;
  if (/^\d+$/.test(written)) return 'is the index of a list; OAuth2 is one object';
  if (ABOVE.has(folded))
    return 'is not known; the mailbox is the setting Username, beside OAuth2, and there is no password';
  const meant = OTHER_NAMES.get(folded.replaceAll(/[_-]/g, ''));
  return meant === undefined ? notKnownWords(written, OAUTH2_KEYS) : `is not known; did you mean ${meant}?`;
}

/**
 * What was meant by a mail setting that is not known, where it has to do with access tokens: `OAuth2` itself, or a key that
 * belongs into it.
 */
export function meantOfOAuth2(written: string): string | undefined {
  const folded = written.toLowerCase();
  // A private key may be meant for Dkim as well.
  const key = OAUTH2_KEYS.find(known => known.toLowerCase() === folded && !known.startsWith('PrivateKey'));
  if (key !== undefined) return `OAuth2.${key}`;
  return folded !== 'oauth2' && /^o[_-]?auth/.test(folded) ? 'OAuth2' : undefined;
}
