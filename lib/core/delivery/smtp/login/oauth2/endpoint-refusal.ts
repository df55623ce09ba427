import { parseUrl } from '../../../../address/parse-url.js';
import { visible } from '../../../../redaction/printable.js';
import type { Redactor } from '../../../../redaction/redact.js';
import type { OAuth2GrantType } from '../../../../settings/oauth2/resolved-oauth2.js';
import { TokenError } from './token-error.js';
import type { TokenNames } from './token-names.js';
import type { TokenResponse } from './token-response.js';
import { textIn } from './token-response.js';

/** Longest words of an endpoint that are quoted, in characters. */
const LONGEST_CODE = 60;
const LONGEST_DESCRIPTION = 300;
/** Whatever ends a line somewhere. */
const LINE_END = /[\r\n\u0085\u2028\u2029]/;
/** Milliseconds by which two clocks may differ without anybody being told. */
const USUAL_DIFFERENCE_MS = 60_000;
/** Errors of RFC 6749 5.2 that another try may not meet, though the status says it would. */
const TEMPORARY: ReadonlySet<string> = new Set(['temporarily_unavailable', 'server_error', 'slow_down']);

/** What an answer without a token is explained with. */
export interface RefusalContext {
  readonly subject: string;
  readonly grantType: OAuth2GrantType;
  /** Whether the client has signed an assertion. */
  readonly signs: boolean;
  readonly names: TokenNames;
  readonly redact: Redactor;
}

/** Why an answer of a token endpoint holds no token (RFC 6749 5.2), and what an administrator can do about it. */
export function endpointRefusal(response: TokenResponse, context: RefusalContext): TokenError {
  const { status, retryAfterMs } = response;
  const error = textIn(response.fields, 'error');
  const busy = status >= 500 || status === 429 || status === 408;
  const retryable = busy || error === undefined || TEMPORARY.has(error);
  const words = [
    `${context.subject} ${whatItDid(response, error, context)}`,
    ...(busy ? [] : [error === undefined ? remedyForPage(response, context) : remedyFor(error, context)]),
    pauseWords(retryAfterMs),
    ...(error === undefined || busy ? [] : [clockWords(response.date)]),
  ];
  return new TokenError(words.filter(part => part !== undefined).join('. '), { retryable, retryAfterMs });
}

function whatItDid(
  { status, fields, contentType, location }: TokenResponse,
  error: string | undefined,
  { redact, names: { endpoints } }: RefusalContext,
): string {
  if (status >= 300 && status < 400) {
    const to = location === undefined ? '' : ` to ${hostOf(location)}`;
    return `redirects${to}, which is not followed (HTTP ${status}); set ${endpoints.at(-1)} to the address that answers`;
  }
  if (error !== undefined) {
    // The lines below hold names of requests and times, which are of no use without the endpoint's own log.
    const [line = ''] = (textIn(fields, 'error_description') ?? '').trim().split(LINE_END);
    const description = quoted(redact(line), LONGEST_DESCRIPTION).replace(/\.$/, '');
    return `refuses: ${quoted(redact(error), LONGEST_CODE)} (HTTP ${status})${description === '' ? '' : `: ${description}`}`;
  }
  if (fields !== undefined) return `answered without an access token (HTTP ${status})`;
  // A broken one calls itself JSON all the same.
  const isOther = contentType !== undefined && !/\bjson\b/i.test(contentType);
  const kind = isOther ? quoted(redact(contentType), LONGEST_CODE) : 'something else';
  return `answered with ${kind} in place of a JSON object (HTTP ${status})`;
}

function remedyFor(error: string, { grantType, signs, names }: RefusalContext): string | undefined {
  const { clientId, clientSecret, refreshToken, scope, endpoints, mailbox, owner } = names;
  switch (error) {
    case 'invalid_client':
      if (!signs) return `Check ${clientId} and ${clientSecret} ${owner}`;
      return grantType === 'JwtBearer'
        ? `Check ${clientId} ${owner}, and whether the private key is one of this service account`
        : `Check ${clientId} ${owner}, and whether the certificate is registered there and has not expired`;
    case 'unauthorized_client':
      return grantType === 'JwtBearer'
        ? `Check ${clientId} and ${scope} ${owner}, and whether the service account may act for the mailbox in ${mailbox}`
        : `Check ${clientId} and ${endpoints[0]} ${owner}, and whether the application may use this grant`;
    case 'invalid_grant':
      if (grantType === 'RefreshToken')
        return `The refresh token is not valid any more: it has expired, was revoked, or was replaced by another one; sign in anew and set ${refreshToken}`;
      return `Check ${mailbox} and ${clientId}, and the clock of this machine`;
    case 'invalid_scope':
      return `Check ${scope} ${owner}`;
    case 'invalid_request':
      return `Check ${endpoints.join(', ')} and ${scope} ${owner}`;
    default:
      return undefined;
  }
}

/** What answers with a page is another address than the token endpoint, or somebody on the way to it. */
function remedyForPage(
  { status, fields }: TokenResponse,
  { names: { endpoints, owner } }: RefusalContext,
): string | undefined {
  // A redirect has told its remedy.
  if (status >= 300 && status < 400) return undefined;
  const onTheWay = fields === undefined ? ', and whether a proxy or a sign-in page answers in its place' : '';
  return `Check ${endpoints.join(' or ')} ${owner}${onTheWay}`;
}

function pauseWords(retryAfterMs: number | undefined): string | undefined {
  if (!retryAfterMs) return undefined;
  return `It wants to be asked again after ${Math.ceil(retryAfterMs / 1000)} s`;
}

/** A clock that is wrong spoils assertions and tokens, and nobody thinks of it. */
function clockWords(date: number | undefined): string | undefined {
  const ahead = date === undefined ? 0 : Date.now() - date;
  if (Math.abs(ahead) < USUAL_DIFFERENCE_MS) return undefined;
  const minutes = Math.round(Math.abs(ahead) / 60_000);
  return `The clock of this machine is ${minutes} min ${ahead > 0 ? 'ahead of' : 'behind'} that of the endpoint; set it right`;
}

function hostOf(location: string): string {
  return parseUrl(location)?.origin ?? 'another path';
}

function quoted(text: string, longest: number): string {
  return visible(text.length > longest ? `${text.slice(0, longest)}…` : text);
}
