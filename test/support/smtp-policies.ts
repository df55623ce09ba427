import type { PolicyAnswer, PolicyVisit, SmtpPolicy } from './policy-smtp-server.js';

/** The moments at which a server can refuse a connection that is one too many. */
export type LimitMoment = 'ACCEPT' | 'CONNECT' | 'EHLO' | 'AUTH' | 'MAIL';

/** A policy that lets only so many connections work at the same time. */
export interface ConnectionLimit {
  readonly policy: SmtpPolicy;
  /** Connections that work now. */
  readonly working: number;
  /** The most connections that have worked at the same time. */
  readonly most: number;
  /** How often a connection was one too many. */
  readonly refused: number;
}

/**
 * Refuses connections that are one too many. Servers that are given the same policy share the limit.
 *
 * @param limit connections that may work at the same time
 * @param refuse what is said to one too many
 * @param moment when it is said
 */
export function connectionLimit(
  limit: number | (() => number),
  refuse: PolicyAnswer | string,
  moment: LimitMoment = 'CONNECT',
): ConnectionLimit {
  const working = new Set<PolicyVisit>();
  const counts = { most: 0, refused: 0 };
  const admit = (visit: PolicyVisit): PolicyAnswer | string | undefined => {
    if (working.has(visit)) return undefined;
    if (working.size >= (typeof limit === 'number' ? limit : limit())) {
      counts.refused++;
      return refuse;
    }
    working.add(visit);
    visit.onEnd(() => working.delete(visit));
    counts.most = Math.max(counts.most, working.size);
    return undefined;
  };
  return {
    policy: { [moment]: admit },
    get working() {
      return working.size;
    },
    get most() {
      return counts.most;
    },
    get refused() {
      return counts.refused;
    },
  };
}

/**
 * Refuses every transaction of a connection after so many mails.
 *
 * @param mails mails that one connection may send
 * @param at the command that is refused then
 */
export function mailLimit(
  mails: number,
  at: 'MAIL' | 'RCPT' | 'DATA',
  refuse: PolicyAnswer | string,
): SmtpPolicy {
  return { [at]: (visit: PolicyVisit) => (visit.mails >= mails ? refuse : undefined) };
}

/** Says a reply to one mail too many of a connection, and 503 to everything behind it; the connection stays open. */
export function mailLimitWithoutFin(mails: number, reply: string): SmtpPolicy {
  const spent = (visit: PolicyVisit): string | undefined =>
    visit.mails >= mails ? '503 5.5.1 bad sequence' : undefined;
  return {
    MAIL: visit => (visit.mails >= mails ? reply : undefined),
    RCPT: spent,
    DATA: spent,
  };
}

/** Takes only so many recipients in each transaction. */
export function recipientLimit(recipients: number, refuse: string): SmtpPolicy {
  return { RCPT: visit => (visit.recipients.length >= recipients ? refuse : undefined) };
}
