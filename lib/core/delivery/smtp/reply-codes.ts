/** The code at the beginning of a reply (RFC 5321 4.2). */
export function codeOf(reply: string): number {
  return Number(reply.slice(0, 3));
}

/**
 * Whether another try can succeed after a reply. 5yz is final (RFC 5321 4.2.1), except for 503: the commands came in a
 * wrong order, and the mail was not refused.
 */
export function isTemporaryReply(code: number | undefined): boolean {
  return code !== 503 ? code !== undefined && code < 500 : true;
}

/** Whether a reply refuses what was asked for. */
export function isRefusal(code: number | undefined): boolean {
  return code !== undefined && code >= 400;
}

/** The enhanced status code of a reply (RFC 3463); undefined when it has none. */
export function enhancedCodeOf(response: string | undefined): string | undefined {
  return /^\d{3}[ -](\d\.\d{1,3}\.\d{1,3})\b/.exec(response ?? '')?.[1];
}
