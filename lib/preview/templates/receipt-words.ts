import type { MailReceipt } from '../../core/delivery/mail-receipt.js';

/** What became of a mail, in a sentence for each thing that there is to say. */
export function receiptWords(receipt: MailReceipt): string[] {
  const { status, accepted, rejected, dropped = [], via, response, file, messageId } = receipt;
  const whom = accepted.join(', ');
  const outcome = {
    accepted: `The mail server has accepted it for ${whom}${response === undefined ? '' : `: ${response}`}.`,
    written: `It was written into the pickup directory for ${whom}${file === undefined ? '' : `: ${file}`}.`,
    queued: `It was queued for ${whom} (${via}).`,
    suppressed: 'It was not sent to anybody.',
  }[status];
  return [
    outcome,
    ...rejected.map(
      ({ address, response: why }) => `${address} was refused${why === undefined ? '' : `: ${why}`}.`,
    ),
    ...dropped.map(
      ({ address, rule, reason }) =>
        `${address} was dropped (${rule})${reason === undefined ? '' : `: ${reason}`}.`,
    ),
    `Message-ID: ${messageId}`,
  ];
}
