import type { PolicyAnswer, PolicyVisit, SmtpPolicy } from '../../support/policy-smtp-server.js';

/** What a server answers in the transaction of one mail. */
export interface ReplyRow {
  readonly mail: number;
  /** The reply to each recipient. */
  readonly rcpt: readonly number[];
  readonly data: number;
  /** The reply to the final dot. */
  readonly dot: number;
  /** The reply that the server closes the connection behind; an index means one of those to RCPT. */
  readonly closesAfter?: 'mail' | number | 'data' | 'dot';
  /** Milliseconds between that reply and the close. */
  readonly afterMs?: number;
}

/** How a row is named where it fails, such as `MAIL 250, RCPT 250 550, DATA 354, dot 451, close after RCPT 2`. */
export function rowName({ mail, rcpt, data, dot, closesAfter, afterMs = 0 }: ReplyRow): string {
  const where = typeof closesAfter === 'number' ? `RCPT ${closesAfter + 1}` : closesAfter?.toUpperCase();
  const close = where === undefined ? '' : `, close ${afterMs} ms after ${where}`;
  return `MAIL ${mail}, RCPT ${rcpt.join(' ')}, DATA ${data}, dot ${dot}${close}`;
}

/** Answers as the row says that the sender of a transaction names. */
export function policyOf(rows: readonly ReplyRow[]): SmtpPolicy {
  const current = new WeakMap<PolicyVisit, { row: ReplyRow; offered: number }>();
  const answer = (
    row: ReplyRow | undefined,
    moment: ReplyRow['closesAfter'],
    code: number | undefined,
  ): PolicyAnswer | undefined => {
    if (!row || code === undefined) return undefined;
    const say = `${code} said to ${typeof moment === 'number' ? `RCPT ${moment + 1}` : moment}`;
    return row.closesAfter === moment ? { say, end: 'close', afterMs: row.afterMs ?? 0 } : { say };
  };
  return {
    MAIL: (visit, line) => {
      const row = rows[Number(/row(\d+)@/.exec(line)?.[1])];
      if (row) current.set(visit, { row, offered: 0 });
      return answer(row, 'mail', row?.mail);
    },
    RCPT: visit => {
      const at = current.get(visit);
      if (!at) return undefined;
      const index = at.offered++;
      return answer(at.row, index, at.row.rcpt[index]);
    },
    DATA: visit => answer(current.get(visit)?.row, 'data', current.get(visit)?.row.data),
    DOT: visit => answer(current.get(visit)?.row, 'dot', current.get(visit)?.row.dot),
  };
}
