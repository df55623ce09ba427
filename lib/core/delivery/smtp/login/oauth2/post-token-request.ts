import { errnoOf, isErrorLike } from '../../../../errors/error-facts.js';
import { plainCause } from '../../../../errors/plain-cause.js';
import { visible } from '../../../../redaction/printable.js';
import type { Redactor } from '../../../../redaction/redact.js';
import { endpointAddresses } from './endpoint-addresses.js';
import { retryAfterMs } from './retry-after.js';
import { TokenError } from './token-error.js';
import type { TokenNames } from './token-names.js';
import type { TokenResponse } from './token-response.js';

/** Octets of the longest answer that is read. */
const LONGEST_ANSWER = 256 * 1024;

/** A request for a token, as it goes over HTTP. */
export interface TokenPost {
  readonly tokenEndpoint: string;
  /** Fields of the form; some are secrets. */
  readonly form: Readonly<Record<string, string>>;
  /** Further header fields. @default none */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly signal: AbortSignal;
}

/** What the failure of a request is told with. */
export interface RequestContext {
  /** What the endpoint is called. */
  readonly subject: string;
  readonly names: TokenNames;
  readonly redact: Redactor;
}

/**
 * Asks a token endpoint (RFC 6749 3.2). A redirect is not followed: what is sent is secret, and meant for this endpoint.
 *
 * @param context what the endpoint is called in messages, and what is removed from them
 * @throws {@link TokenError} when it cannot be reached, or its answer has no end
 * @throws the signal's reason
 */
export async function postTokenRequest(
  { tokenEndpoint, form, headers, signal }: TokenPost,
  { subject, names, redact }: RequestContext,
): Promise<TokenResponse> {
  try {
    const response = await posted(endpointAddresses(tokenEndpoint), {
      method: 'POST',
      headers: { ...headers, accept: 'application/json' },
      body: new URLSearchParams(form),
      redirect: 'manual',
      signal,
    });
    const date = response.headers.get('date');
    return {
      status: response.status,
      fields: fieldsOf(await textOf(response, subject)),
      contentType: response.headers.get('content-type') ?? undefined,
      location: response.headers.get('location') ?? undefined,
      retryAfterMs: retryAfterMs(response.headers.get('retry-after'), date),
      date: date === null || Number.isNaN(Date.parse(date)) ? undefined : Date.parse(date),
    };
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    if (error instanceof TokenError) throw error;
    throw new TokenError(`${subject} cannot be reached: ${whyUnreachable(error, names, redact)}`, {
      retryable: true,
      cause: plainCause(causeOf(error), redact),
    });
  }
}

/** Posts to the first of several addresses of one endpoint at which something listens. */
async function posted([address = '', ...others]: readonly string[], request: RequestInit): Promise<Response> {
  try {
    return await fetch(address, request);
  } catch (error) {
    if (others.length === 0 || errnoOf(causeOf(error)) !== 'ECONNREFUSED') throw error;
    return posted(others, request);
  }
}

async function textOf(response: Response, subject: string): Promise<string> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  // Leaving the loop ends the reading, and with it the connection.
  for await (const chunk of response.body ?? []) {
    length += chunk.length;
    if (length > LONGEST_ANSWER)
      throw new TokenError(`${subject} answered with more than ${LONGEST_ANSWER / 1024} KiB`, {
        retryable: true,
      });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function fieldsOf(text: string): TokenResponse['fields'] {
  try {
    const parsed: unknown = JSON.parse(text.replace(/^\uFEFF/, ''));
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)
      ? { ...parsed }
      : undefined;
  } catch {
    return undefined;
  }
}

/** `fetch` says only that it failed; why stands in its cause, and where several addresses were tried, in theirs. */
function whyUnreachable(error: unknown, names: TokenNames, redact: Redactor): string {
  const cause = causeOf(error);
  const parts: unknown = isErrorLike(cause) && 'errors' in cause ? cause.errors : undefined;
  const first: unknown = Array.isArray(parts) ? parts[0] : undefined;
  const code = errnoOf(cause) ?? errnoOf(first);
  if (code === undefined)
    return isErrorLike(cause) && cause.message !== '' ? visible(redact(cause.message)) : 'the request failed';
  const advice = adviceFor(code, names);
  return advice === undefined ? code : `${code}. ${advice}`;
}

function causeOf(error: unknown): unknown {
  return isErrorLike(error) ? (error.cause ?? error) : error;
}

function adviceFor(code: string, { endpoints, owner }: TokenNames): string | undefined {
  const where = `${endpoints.join(' or ')} ${owner}`;
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN')
    return `Its host name is not known; check ${where}, and whether this machine may ask name servers`;
  if (code === 'ECONNREFUSED') return `Nothing listens there; check ${where}`;
  if (/^(?:CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|ERR_TLS_CERT_)/.test(code))
    return 'Its certificate is not trusted; where an authority of your own has signed it, name that in NODE_EXTRA_CA_CERTS';
  if (/^(?:ETIMEDOUT|UND_ERR_CONNECT_TIMEOUT|EHOSTUNREACH|ENETUNREACH)$/.test(code))
    return 'Check whether this machine may reach it; a proxy of the system is not used';
  return undefined;
}
