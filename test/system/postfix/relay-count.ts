import type { NumberedMail } from './numbered-mails.js';
import { NUMBERED } from './numbered-mails.js';
import type { PrivatePostfix } from './private-postfix.js';

/** What became of many mails. */
export interface MailCount {
  /** Ids of mails that never arrived. */
  readonly lost: string[];
  /** How many times Postfix said 250 to a mail that it had said 250 to before. */
  readonly doubled: number;
}

/** Waits until Postfix has delivered everything, and counts by the id in the body. */
export async function countMails(
  postfix: PrivatePostfix,
  mails: readonly NumberedMail[],
): Promise<MailCount> {
  await postfix.idle();
  // What Postfix, killed, delivers twice by itself is not the relay's doing.
  const accepted = await postfix.countById(NUMBERED, 'acceptances');
  return {
    lost: mails.map(({ id }) => id).filter(id => !accepted.has(id)),
    doubled: mails.reduce((sum, { id }) => sum + Math.max(0, (accepted.get(id) ?? 0) - 1), 0),
  };
}
