import type { ComposedMail } from '../mime/composed-mail.js';
import { NarrowedMail } from '../mime/narrowed-mail.js';
import type { DeliveryOutcome, MailDelivery } from './mail-delivery.js';
import type { MailReceipt } from './mail-receipt.js';

/** What a delivery of the application's own, perhaps written in JavaScript, may answer. */
type Answer = Omit<DeliveryOutcome, 'accepted' | 'rejected'> &
  Partial<Pick<DeliveryOutcome, 'accepted' | 'rejected'>>;

/**
 * The receipt of one mail that a delivery has taken. Addresses are spelt as in the envelope. A recipient that the outcome
 * names as accepted and as rejected counts as accepted; an outcome without accepted recipients means all that were not
 * rejected. Of a duplicate the Message-ID is that of the mail which was taken before.
 */
export function receiptOf(delivery: MailDelivery, mail: ComposedMail, outcome: Answer): MailReceipt {
  const spell = spelling(mail.envelope.to);
  const refused = (outcome.rejected ?? []).map(recipient => withAddress(recipient, spell(recipient.address)));
  const known = new Set(refused.map(recipient => recipient.address));
  const accepted = outcome.accepted?.map(spell) ?? mail.envelope.to.filter(address => !known.has(address));
  const taken = new Set(accepted);
  return {
    status: outcome.status,
    messageId: outcome.messageId ?? mail.messageId,
    via: outcome.via ?? delivery.name,
    envelope: mail.envelope,
    accepted,
    rejected: refused.filter(recipient => !taken.has(recipient.address)),
    dropped: [],
    ...(outcome.file !== undefined && { file: outcome.file }),
    ...(outcome.jobId !== undefined && { jobId: outcome.jobId }),
    ...(outcome.duplicate && { duplicate: true }),
    ...(outcome.fallback && { fallback: true }),
    ...(outcome.response !== undefined && { response: outcome.response }),
    ...(outcome.parts && {
      messages: outcome.parts.map(part => receiptOf(delivery, partOf(mail, part), part)),
    }),
  };
}

/** The mail for those alone who were in one part of it. */
function partOf(mail: ComposedMail, { accepted, rejected }: DeliveryOutcome): ComposedMail {
  const named = new Set([...accepted, ...rejected.map(({ address }) => address)]);
  return new NarrowedMail(
    mail,
    mail.envelope.to.filter(address => named.has(address)),
  );
}

function withAddress<T extends { readonly address: string }>(recipient: T, address: string): T {
  return recipient.address === address ? recipient : { ...recipient, address };
}

/** Servers and services may change the case of addresses; the envelope's spelling is kept, because retries compare with it. */
function spelling(envelope: readonly string[]): (address: string) => string {
  const own = new Set(envelope);
  let folded: ReadonlyMap<string, string> | undefined;
  return address => {
    if (own.has(address)) return address;
    folded ??= new Map(envelope.map(item => [item.toLowerCase(), item]));
    return folded.get(String(address).toLowerCase()) ?? address;
  };
}
