/** Only this reply to DATA asks for the message (RFC 5321 4.1.1.4). */
export const GO_AHEAD = 354;
/** The server ends the session (RFC 5321 3.8): that is about the connection more than about a mail. */
export const CLOSING = 421;
/** The commands came in a wrong order (RFC 5321 4.2.4). */
export const BAD_SEQUENCE = 503;

/** The code at the beginning of a reply (RFC 5321 4.2). */
export function codeOf(reply: string): number {
  return Number(reply.slice(0, 3));
}

/**
 * Whether another try can succeed after a reply. 5yz is final (RFC 5321 4.2.1), except for 503: the commands came in a
 * wrong order, and the mail was not refused.
 */
export function isTemporaryReply(code: number | undefined): boolean {
  return code === BAD_SEQUENCE || (code !== undefined && code < 500);
}

/** Whether a reply refuses what was asked for. */
export function isRefusal(code: number | undefined): boolean {
  return code !== undefined && code >= 400;
}

/**
 * The enhanced status code of a reply (RFC 3463, RFC 2034); undefined when it has none. What looks like one but is of
 * another class, or goes on, such as an IP address, is none.
 */
export function enhancedCodeOf(response: string | undefined): string | undefined {
  return /^\d{3}[ -]([245]\.\d{1,3}\.\d{1,3})(?=[\s:]|$)/.exec(response ?? '')?.[1];
}

/** Whether the enhanced code of a reply is about one address or mailbox (RFC 3463 X.1 and X.2), and so not about the session. */
export function isAboutAddress(reply: string): boolean {
  return /^\d\.[12]\./.test(enhancedCodeOf(reply) ?? '');
}

/**
 * Whether a refused recipient has only come too late in its transaction: there were too many before it (RFC 5321
 * 4.5.3.1.10, RFC 3463 X.5.3). Counts only behind a recipient that was accepted.
 */
export function isTooManyRecipients(reply: string): boolean {
  const code = codeOf(reply);
  const enhanced = enhancedCodeOf(reply);
  if (code === 452) return !isAboutAddress(reply);
  if (enhanced !== undefined) return enhanced.endsWith('.5.3');
  return code === 552 || /\btoo many (?:recipients|rcpts?)\b/i.test(reply);
}

/** Whether a reply says that a session has gone on for too long, whatever its code. */
export function isSessionWornOut(reply: string): boolean {
  return /\btoo many (?:\w+ )?(?:messages|mails|e-?mails|transactions|deliveries|errors|commands)\b/i.test(
    reply,
  );
}

/** Whether a reply says that there are too many connections: in words, or with 432, which some services have for that. */
export function isTooManyConnections(reply: string): boolean {
  return (
    codeOf(reply) === 432 || /\b(?:too many|concurrent|simultaneous)\b[^.;]*\bconnections\b/i.test(reply)
  );
}
