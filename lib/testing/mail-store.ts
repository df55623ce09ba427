import type { QueuedDeliverOptions } from '../core/delivery/mail-delivery.js';
import type { MailReceipt } from '../core/delivery/mail-receipt.js';
import { worstOf } from '../core/delivery/rejection-of.js';
import { MailDeliveryError } from '../core/errors/mail-delivery-error.js';
import type { ComposedMail } from '../core/mime/composed-mail.js';
import type { ObservedSend } from '../core/sending/mail-observer.js';
import type { CaughtMail, FailedMail, MailOrigin, SentMail, SuppressedMail } from './caught-mail.js';
import { openCaught, openSent } from './caught-mail.js';

/** Mails in the order in which their sends ended, however long it took to read them back. */
class Ordered<T> {
  readonly #entries: { readonly sequence: number; readonly item: T }[] = [];

  get items(): readonly T[] {
    return this.#entries.map(({ item }) => item);
  }

  add(sequence: number, items: readonly T[]): void {
    let place = this.#entries.length;
    while (place > 0 && (this.#entries[place - 1]?.sequence ?? 0) > sequence) place--;
    this.#entries.splice(place, 0, ...items.map(item => ({ sequence, item })));
  }

  clear(): void {
    this.#entries.length = 0;
  }
}

/** Keeps what was sent, what was suppressed and what failed, and calls listeners back with each mail that was sent. */
export class MailStore {
  readonly #sent = new Ordered<SentMail>();
  readonly #suppressed = new Ordered<SuppressedMail>();
  readonly #failed = new Ordered<FailedMail>();
  readonly #listeners = new Set<(mails: readonly SentMail[]) => void>();
  #sends = 0;

  get sent(): readonly SentMail[] {
    return this.#sent.items;
  }

  get suppressed(): readonly SuppressedMail[] {
    return this.#suppressed.items;
  }

  get failed(): readonly FailedMail[] {
    return this.#failed.items;
  }

  /** Keeps a send as its mailer tells of it. */
  async keepSend({ mailer, template, culture, queue, mails, receipt, error }: ObservedSend): Promise<void> {
    const sequence = this.#sends++;
    const origin: MailOrigin = { template, culture, mailer, queue };
    const known = { ...(mailer !== undefined && { mailer }) };
    if (receipt?.status === 'suppressed') {
      const [mail] = await caught(mails, origin);
      this.#suppressed.add(sequence, [{ receipt, ...known, ...(mail && { mail }) }]);
      return;
    }
    if (receipt === undefined) {
      const opened = await caught(mails, origin);
      const failure = { error, ...known, ...(template !== undefined && { template }) };
      this.#failed.add(
        sequence,
        opened.length === 0 ? [failure] : opened.map(mail => ({ ...failure, mail })),
      );
      return;
    }
    const [taken, lost] = partsOf(mails, receipt);
    const sent = await Promise.all(taken.map(mail => openSent(mail, origin, receipt)));
    const failed = await caught(lost, origin);
    this.#sent.add(sequence, sent);
    this.#failed.add(
      sequence,
      failed.map(mail => ({ ...known, mail, error: lostPart(mail, receipt) })),
    );
    this.#notify(sent);
  }

  /** Keeps a mail that was delivered to the mailbox as to any other delivery. */
  async keepDelivered(
    composed: ComposedMail,
    receipt: MailReceipt,
    queue?: QueuedDeliverOptions,
  ): Promise<void> {
    const sequence = this.#sends++;
    const sent = [await openSent(composed, { queue }, receipt)];
    this.#sent.add(sequence, sent);
    this.#notify(sent);
  }

  /** Keeps a mail whose delivery failed. */
  async keepUndelivered(composed: ComposedMail, error: unknown, queue?: QueuedDeliverOptions): Promise<void> {
    const sequence = this.#sends++;
    const [mail] = await caught([composed], { queue });
    this.#failed.add(sequence, [{ error, ...(mail && { mail, template: mail.template }) }]);
  }

  /** Forgets everything. Listeners stay. */
  clear(): void {
    this.#sent.clear();
    this.#suppressed.clear();
    this.#failed.clear();
  }

  /**
   * Calls back with the mails of each send, as soon as they are kept.
   *
   * @returns a function that ends that
   */
  listen(onMails: (mails: readonly SentMail[]) => void): () => void {
    this.#listeners.add(onMails);
    return () => this.#listeners.delete(onMails);
  }

  #notify(mails: readonly SentMail[]): void {
    for (const onMails of this.#listeners) onMails(mails);
  }
}

/** The mails that can be read; what failed may have failed because an attachment cannot. */
async function caught(mails: readonly ComposedMail[], origin: MailOrigin): Promise<CaughtMail[]> {
  const opened = await Promise.allSettled(mails.map(mail => openCaught(mail, origin)));
  return opened.flatMap(result => (result.status === 'fulfilled' ? [result.value] : []));
}

/** The mails of one send that a recipient has, and those that none has: of several, some may fail. */
function partsOf(
  mails: readonly ComposedMail[],
  { accepted }: MailReceipt,
): [taken: ComposedMail[], lost: ComposedMail[]] {
  const has = new Set(accepted);
  const isTaken = (mail: ComposedMail): boolean => mail.envelope.to.some(address => has.has(address));
  return [mails.filter(isTaken), mails.filter(mail => !isTaken(mail))];
}

/** The error of one part of a split mail that no recipient has, while other parts were accepted. */
function lostPart({ envelope, messageId }: CaughtMail, { rejected }: MailReceipt): MailDeliveryError {
  const own = new Set(envelope.to);
  const recipients = rejected.filter(({ address }) => own.has(address));
  const [first] = recipients;
  return new MailDeliveryError(
    'EMAILENVELOPE',
    `This part of the mail was taken for nobody: ${first?.response ?? 'no reason was given'}`,
    { phase: 'envelope', retryable: worstOf(recipients), recipients, messageId },
  );
}
