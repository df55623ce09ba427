import type { ReplyRow } from './reply-row.js';

/** What a transaction means for one of its recipients. */
export type Fate =
  | { readonly kind: 'accepted' }
  /** A reply refused it. */
  | { readonly kind: 'refused'; readonly code: number; readonly retryable: boolean }
  /** The connection ended before anything decided. */
  | { readonly kind: 'lost'; readonly retryable: true };

/** What a transaction comes to. */
export interface Expected {
  readonly fates: readonly Fate[];
  /** The codes that the error can carry; empty when there is a receipt. */
  readonly errors: readonly string[];
}

const LOST: Fate = { kind: 'lost', retryable: true };

/** Whether another try can succeed: 4yz, and 503, which means that commands came in a wrong order. */
export function isTemporary(code: number): boolean {
  return code < 500 || code === 503;
}

/** What the contract says of a row: the first refusal of the sender, of a recipient, of DATA and of the message decides. */
export function expectedOf({ mail, rcpt, data, dot, closesAfter }: ReplyRow): Expected {
  if (mail >= 400) return { fates: rcpt.map(() => refused(mail)), errors: ['EMAILENVELOPE'] };
  if (closesAfter === 'mail') return { fates: rcpt.map(() => LOST), errors: ['EMAILENVELOPE'] };
  const answered = typeof closesAfter === 'number' ? closesAfter + 1 : rcpt.length;
  const undecided = (fate: Fate): Expected['fates'] =>
    rcpt.map((code, index) => (index >= answered ? LOST : code >= 400 ? refused(code) : fate));
  if (typeof closesAfter === 'number') return { fates: undecided(LOST), errors: ['EMAILENVELOPE'] };
  if (rcpt.every(code => code >= 400)) return { fates: undecided(LOST), errors: ['EMAILENVELOPE'] };
  // Which of the two codes belongs to a refused DATA is left open: DATA stands between envelope and message.
  if (data >= 400) return { fates: undecided(refused(data)), errors: ['EMAILENVELOPE', 'EMAILDATA'] };
  if (dot >= 400) return { fates: undecided(refused(dot)), errors: ['EMAILDATA'] };
  return { fates: undecided({ kind: 'accepted' }), errors: [] };
}

function refused(code: number): Fate {
  return { kind: 'refused', code, retryable: isTemporary(code) };
}
