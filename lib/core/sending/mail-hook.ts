import type { MailReceipt } from '../delivery/mail-receipt.js';
import type { MailMessage } from '../message/mail-message.js';
import type { ComposedMail } from '../mime/composed-mail.js';

/** A hook's no to a message. Return one from {@link MailHook.beforeSend}. */
export class MailVeto {
  /** Why the message must not be sent; stands in the receipt. */
  readonly reason: string;

  constructor(reason: string) {
    this.reason = reason;
  }
}

/**
 * Sees every message of a mailer. Hooks are Nest providers, so they can inject. Extend this class, override what you
 * need, and name the class in the option `hooks`; hooks run in the order given.
 */
export abstract class MailHook {
  /**
   * Runs before a message is rendered and checked. Return another message to change it, a {@link MailVeto} to stop it,
   * nothing to let it pass. What it throws makes the send fail.
   */
  beforeSend?(message: MailMessage): MailMessage | MailVeto | void | Promise<MailMessage | MailVeto | void>;

  /**
   * Runs when a mail is finished and about to be delivered, before DKIM signs it: for S/MIME, or an archive. Runs once for
   * each mail, whatever tries and fallbacks follow, for each into which a message was split, and not for what nobody is to
   * get. Return `{ ...mail, bytes: async () => changed }` to change it, nothing to let it pass: of what is returned only
   * `bytes()` counts, or `stream()` where it has none. Envelope and Message-ID stay, and so do From, Sender, To and Cc. What it
   * throws makes the send fail before anything leaves: a `MailError` as it is, anything else as the cause of a
   * `MailMessageError` with the code `EMAILHOOK`. A mail that cannot be delivered is such an error too.
   *
   * @param mail the mail as it was composed, or as the hook before has left it; attachments that are streams are in memory.
   *   It cannot be written into, and its bytes are copies
   * @param message the message as the hooks left it
   */
  beforeDelivery?(
    mail: ComposedMail,
    message: MailMessage,
  ): ComposedMail | void | Promise<ComposedMail | void>;

  /**
   * Runs when a send has its receipt, also a suppressed one, with the message as the hooks left it. What it throws is
   * logged and changes nothing.
   */
  afterSend?(receipt: MailReceipt, message: MailMessage): void | Promise<void>;

  /** Runs when a send has failed, with the message as the hooks left it. What it throws is logged and changes nothing. */
  onFailure?(error: unknown, message: MailMessage): void | Promise<void>;
}
