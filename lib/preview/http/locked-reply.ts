import type { IncomingMessage } from 'node:http';
import { lockedPage } from '../view/locked-page.js';
import { addressWith, AGAIN } from './opening-address.js';
import type { PreviewReply } from './preview-reply.js';
import { htmlReply, jsonReply } from './preview-reply.js';
import type { Refusal } from './refusal.js';

/** What the answer to a request without a key is made of. */
export interface LockedReplyParts {
  readonly request: IncomingMessage;
  readonly query: URLSearchParams;
  readonly nonce: string;
  readonly refusal: Refusal;
  /** Whether a program has asked: it gets JSON. */
  readonly forPrograms: boolean;
}

/** The answer to a request without a key (RFC 9110 15.5.2): it says how to get in, and shows nothing. */
export function lockedReply({ request, query, nonce, refusal, forPrograms }: LockedReplyParts): PreviewReply {
  const { reason, remedy } = refusal;
  const reply = forPrograms
    ? jsonReply({ error: reason, remedy }, 401)
    : htmlReply(lockedPage({ nonce, reason, remedy, again: again(request, query) }), 401);
  return { ...reply, headers: { ...reply.headers, 'WWW-Authenticate': 'Bearer' } };
}

/**
 * Where a browser asks once more. When a link on a page of another site has led here, it keeps the cookie back, which is
 * `SameSite=Strict`, also after the redirect from the address with the key; when this page leads on, it sends it.
 *
 * @returns undefined where that was not so, and once it has been done
 */
function again({ method, url, headers }: IncomingMessage, query: URLSearchParams): string | undefined {
  const site = headers['sec-fetch-site'];
  const linked = site === 'cross-site' || site === 'same-site';
  const opened = headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document';
  if (method !== 'GET' || !linked || !opened || query.has(AGAIN) || query.has('key')) return undefined;
  return addressWith(url, query, { [AGAIN]: '1' });
}
