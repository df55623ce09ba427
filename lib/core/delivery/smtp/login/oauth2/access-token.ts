import { printable } from '../../../../redaction/printable.js';
import type { TokenFacts } from '../sign-in-facts.js';

/** Octets of the longest token that fits into one line of SMTP together with the mailbox (RFC 4954 4). */
const LONGEST_TOKEN = 8_192;
/** The claims of a JWT that say for whom, and for how long, it is good. */
const CLAIMS = ['aud', 'roles', 'scp', 'tid', 'exp'] as const;
const LONGEST_CLAIM = 200;
const MOST_VALUES = 20;

/** Why a text cannot be sent as an access token (RFC 6750 2.1); undefined when it can. The words do not hold it. */
export function tokenProblem(token: unknown): string | undefined {
  if (typeof token !== 'string') return 'gave no access token';
  if (token === '') return 'gave an empty access token';
  if (token.length > LONGEST_TOKEN)
    return `gave an access token of ${token.length} characters, more than the ${LONGEST_TOKEN} that fit into a line of SMTP`;
  if (!/^[\w\-.~+/]+=*$/.test(token))
    return 'gave an access token with characters that no token has (RFC 6750)';
  return undefined;
}

/** The claims of a token that is a JWT (RFC 7519) for whoever looks for the reason of a refusal; its signature is not verified. */
export function claimsOf(token: string): TokenFacts['claims'] {
  const payload = payloadOf(token);
  if (!payload) return undefined;
  const found = CLAIMS.flatMap(name => {
    const value = shownClaim(payload[name]);
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(found);
}

/** Seconds since 1970 at which a token that is a JWT expires; undefined when it does not say. */
export function expiryOf(token: string): number | undefined {
  const expiry = payloadOf(token)?.['exp'];
  return typeof expiry === 'number' && Number.isFinite(expiry) ? expiry : undefined;
}

function payloadOf(token: string): Readonly<Record<string, unknown>> | undefined {
  const [, payload, signature, ...more] = token.split('.');
  if (payload === undefined || signature === undefined || more.length > 0) return undefined;
  try {
    const parsed: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'));
    return typeof parsed === 'object' && parsed !== null ? { ...parsed } : undefined;
  } catch {
    return undefined;
  }
}

function shownClaim(value: unknown): string | number | readonly string[] | undefined {
  if (typeof value === 'number') return value;
  if (typeof value === 'string') return shortened(value);
  if (!Array.isArray(value)) return undefined;
  return value
    .filter(item => typeof item === 'string')
    .slice(0, MOST_VALUES)
    .map(shortened);
}

function shortened(text: string): string {
  return printable(text.slice(0, LONGEST_CLAIM));
}
