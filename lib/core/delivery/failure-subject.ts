import type { MailDeliveryError } from '../errors/mail-delivery-error.js';

/**
 * What a failed delivery says something about. `server`: it cannot be used, whatever the mail. `login`: it wants one, or
 * refuses ours; that concerns every mail too. `folder`: the pickup directory. `mail`: this mail alone.
 */
export type FailureSubject = 'server' | 'login' | 'folder' | 'mail';

/** Replies that ask for a login or for TLS, or refuse them (RFC 4954 6, RFC 3207 4), whatever command they answer. */
const LOGIN_REPLIES: ReadonlySet<number> = new Set([530, 534, 535, 538]);

/** Whether a reply asks for a login or for TLS, or refuses one. */
export function isLoginReply(code: number): boolean {
  return LOGIN_REPLIES.has(code);
}

/**
 * The one table of what a failure is about: a fallback takes over, a relay pauses and a health check keeps its result by
 * it. A reply 421 and a lost connection before the final dot concern a connection, and so no more than this mail.
 */
export function failureSubject({
  phase,
  responseCode,
}: Pick<MailDeliveryError, 'phase' | 'responseCode'>): FailureSubject {
  if (responseCode !== undefined && isLoginReply(responseCode)) return 'login';
  switch (phase) {
    case 'connect':
    case 'tls':
      return 'server';
    case 'auth':
      return 'login';
    case 'write':
      return 'folder';
    case 'envelope':
    case 'data':
    case 'after-data':
      return 'mail';
  }
}
