import type { MailObserver } from '../../core/sending/mail-observer.js';
import type { PreviewMailboxOptions } from '../mail-preview-options.js';
import type { QueueFollowing } from './followed-mails.js';
import { FollowedMails } from './followed-mails.js';
import { PickupMails } from './pickup-mails.js';
import type { PreviewMails } from './preview-mails.js';
import { SentMails } from './sent-mails.js';

/** The mails that a preview shows, and the observer that has to get every send of the application. */
export interface ObservedMails {
  readonly mails: PreviewMails;
  readonly observer: MailObserver;
}

/**
 * Makes what the page *Mailbox* shows, as the options ask for it.
 *
 * @param onChange called when its mails have changed
 * @param following how mails are followed that a queue has taken. @default they are not
 * @throws RangeError for a bound that cannot be meant
 */
export function createPreviewMails(
  options: PreviewMailboxOptions,
  onChange: () => void,
  following?: QueueFollowing,
): ObservedMails {
  const bounds = {
    maxMails: bound('maxMails', options.maxMails ?? 500),
    maxBytes: bound('maxBytes', options.maxBytes ?? 64 * 1024 * 1024),
  };
  if (options.pickupDirectory === undefined) {
    const mails = new SentMails(bounds, onChange);
    return { mails: following ? new FollowedMails(mails, following, onChange) : mails, observer: mails };
  }
  const mails = new PickupMails(options.pickupDirectory, bounds.maxMails);
  return { mails, observer: { observe: onChange } };
}

function bound(name: string, value: number): number {
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new RangeError(
    `The preview option mailbox.${name} must be a whole number above 0, not ${String(value)}`,
  );
}
