import type { MailReceipt } from '../delivery/mail-receipt.js';

/** How a send ended: with a receipt, or with an error. */
export type SendOutcome = { readonly receipt: MailReceipt } | { readonly error: unknown };
