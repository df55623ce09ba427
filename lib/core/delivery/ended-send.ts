import type { MailDeliveryError, MailDeliveryErrorCode } from '../errors/mail-delivery-error.js';

const ENDED: ReadonlySet<MailDeliveryErrorCode> = new Set(['EMAILABORTED', 'EMAILTIMEOUT', 'EMAILCLOSED']);

/** Whether somebody has ended the send: another try would be against their will. */
export function wasEnded(error: MailDeliveryError): boolean {
  return ENDED.has(error.code);
}
