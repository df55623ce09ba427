import type { MailObserver } from '../../core/sending/mail-observer.js';
import type { PreviewMailboxOptions } from '../mail-preview-options.js';
import { PickupMails } from './pickup-mails.js';
import type { PreviewMails } from './preview-mails.js';
import { SentMails } from './sent-mails.js';

/** A mailbox, and who is to be told of the mails of the application. */
export interface ObservedMails {
  readonly mailbox: PreviewMails;
  readonly observer: MailObserver;
}

/**
 * Makes the mailbox that the options ask for.
 *
 * @param onChange told when its mails have changed
 * @throws RangeError for a bound that cannot be meant
 */
export function createPreviewMails(options: PreviewMailboxOptions, onChange: () => void): ObservedMails {
  const bounds = {
    maxMails: bound('maxMails', options.maxMails ?? 500),
    maxBytes: bound('maxBytes', options.maxBytes ?? 64 * 1024 * 1024),
  };
  if (options.pickupDirectory === undefined) {
    const mailbox = new SentMails(bounds, onChange);
    return { mailbox, observer: mailbox };
  }
  const mailbox = new PickupMails(options.pickupDirectory, bounds.maxMails);
  return { mailbox, observer: { observe: onChange } };
}

function bound(name: string, value: number): number {
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new RangeError(
    `The preview option mailbox.${name} must be a whole number above 0, not ${String(value)}`,
  );
}
