import type { IncomingMessage } from 'node:http';
import { notLoopbackReason } from './loopback-caller.js';
import type { PreviewKey } from './preview-key.js';
import type { Refusal } from './refusal.js';

/** Who may see a preview beside those who have its key. */
export interface PreviewAccessOptions {
  /** Everybody who can reach it. @default false */
  readonly allowRemote?: boolean;
  /** Programs of this machine. @default false */
  readonly allowLoopback?: boolean;
}

/** How a request was let in: by the key itself, by what a browser got for it, or because the options ask for no key. */
export type Admission = 'key' | 'cookie' | 'open';

/** What a request is let in by, or why it is not. */
export type Decision = { readonly admitted: Admission } | { readonly refused: Refusal };

/** Whoever has the address that was printed at start has the key; nothing here tells more to somebody who has not. */
const LOCKED = 'The preview opens with a key.';
const REMEDY =
  'Open the address that was printed at the start: it ends with the key, or with *** in place of one that the application has set. ' +
  'A browser has to keep the cookie that it gets then. Programs send the key as "Authorization: Bearer <key>".';

/**
 * Decides who may see the preview: whoever shows its key, in the query, in `Authorization: Bearer` (RFC 6750) or by the cookie that
 * a browser got for it. Where a request comes from, and what host it names, does not matter then.
 */
export function decideAccess(
  request: IncomingMessage,
  query: URLSearchParams,
  key: PreviewKey,
  { allowRemote = false, allowLoopback = false }: PreviewAccessOptions,
): Decision {
  const shown = query.get('key');
  if (shown !== null && key.is(shown)) return { admitted: 'key' };
  const bearer = /^Bearer +(\S+) *$/i.exec(request.headers.authorization ?? '')?.[1];
  if (bearer !== undefined && key.is(bearer)) return { admitted: 'key' };
  if (key.isInCookies(request)) return { admitted: 'cookie' };
  if (allowRemote) return { admitted: 'open' };
  const distant = allowLoopback ? notLoopbackReason(request) : undefined;
  if (allowLoopback && distant === undefined) return { admitted: 'open' };
  return { refused: { reason: reasonOf(shown !== null || bearer !== undefined, distant), remedy: REMEDY } };
}

function reasonOf(wrong: boolean, distant: string | undefined): string {
  return [
    LOCKED,
    ...(wrong
      ? [
          'The key of this request is not the one of this start: unless the application sets one, each start has its own.',
        ]
      : []),
    ...(distant === undefined ? [] : [`allowLoopback does not let this request in without one: ${distant}.`]),
  ].join(' ');
}
