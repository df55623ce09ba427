import type { MailReceipt } from '../../core/delivery/mail-receipt.js';
import type { MailDeliveryError } from '../../core/errors/mail-delivery-error.js';
import type { ResolvedMailSettings } from '../../core/settings/resolved-mail-settings.js';

/** What is known before a test mail is sent. */
export interface SendPlan {
  readonly to: readonly string[];
  readonly settings: ResolvedMailSettings;
  /** What the recipient policy does, in sentences. */
  readonly policy: readonly string[];
  /** Warnings of the settings. */
  readonly warnings: readonly string[];
}

/** Tells what becomes of a test mail. */
export abstract class SendReport {
  /** It is about to be sent. */
  abstract begin(plan: SendPlan): void;
  /** There is a receipt. */
  abstract receipt(receipt: MailReceipt): void;
  /** It was not delivered, or that is not known. */
  abstract failure(error: MailDeliveryError): void;
  /** Nobody waits for it any more: somebody has ended it, or its time was over. Nothing to tell after a failure. */
  abstract cut(interrupted: boolean): void;
  /** It is over; resolves when all is written. */
  abstract end(exitCode: number): Promise<void>;
}
