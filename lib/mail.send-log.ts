import { Logger } from '@nestjs/common';
import { maskAddresses } from './address/mask-addresses.js';
import type { MailReceipt } from './delivery/mail-receipt.js';
import type { UpcomingRetry } from './dispatch/deliver-mail.js';
import { messageOf } from './errors/error-facts.js';
import type { RejectedRecipient } from './errors/mail-delivery-error.js';
import { MailDeliveryError } from './errors/mail-delivery-error.js';
import { MailError } from './errors/mail-error.js';
import { printable } from './errors/printable.js';
import { logText } from './mail.log-text.js';
import type { SendRecord } from './mail.send-record.js';
import type { DroppedRecipient } from './message/recipient-policy.js';

const MOST_NAMED = 20;

/**
 * Writes one line for each mail: Message-ID, template, recipients, outcome. Logs are read by more people than mails are:
 * addresses are masked, and neither content nor links nor secrets stand in them.
 */
export class SendLog {
  readonly #logger: Logger;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** A send has its receipt. */
  sent(record: SendRecord, receipt: MailReceipt): void {
    if (!Logger.isLevelEnabled('log')) return;
    const { status, via, fallback, response, file, rejected, dropped } = receipt;
    const outcome = [
      status === 'suppressed' ? status : `${status} by ${fallback ? `the fallback, ${via}` : via}`,
      ...(record.retries > 0 ? [`after ${count(record.retries, 'retry', 'retries')}`] : []),
      ...(response === undefined ? [] : [`(${logText(response, record.secrets)})`]),
      ...(file === undefined ? [] : [`as ${file.replace(/^.*[/\\]/, '')}`]),
    ].join(' ');
    this.#logger.log(
      [`${headOf(record)}: ${outcome}`, ...refusals(rejected, record), ...drops(dropped)].join('; '),
    );
  }

  /** A send has failed. */
  failed(record: SendRecord, error: unknown): void {
    if (!Logger.isLevelEnabled('log')) return;
    const known = error instanceof MailDeliveryError ? `, retryable: ${error.retryable}` : '';
    const code = error instanceof MailError ? ` ${error.code}${known}` : '';
    this.#logger.log(`${headOf(record)}: failed${code}: ${logText(messageOf(error), record.secrets)}`);
  }

  /** A mail will be tried again. */
  retrying(record: SendRecord, { tries, waitMs, recipients }: UpcomingRetry): void {
    const reason = recipients[0]?.response ?? '';
    this.#logger.debug(
      `${headOf(record)}: try ${tries} failed, the next one comes in ${waitMs} ms for ${count(recipients.length, 'recipient', 'recipients')}: ${logText(reason, record.secrets)}`,
    );
  }

  /** Recipients were kept out by policy. */
  dropped(dropped: readonly DroppedRecipient[]): void {
    this.#logger.warn(`Recipients dropped: ${countRules(dropped)}`);
  }

  /** A hook has thrown where that changes nothing. */
  hookFailed(record: SendRecord, name: string, error: unknown): void {
    this.#logger.error(
      `The mail hook ${name} failed and is ignored: ${logText(messageOf(error), record.secrets)}`,
    );
  }
}

function headOf({ messageId, template, culture, recipients }: SendRecord): string {
  const named = recipients.slice(0, MOST_NAMED).map(maskAddresses).join(', ');
  const more = recipients.length > MOST_NAMED ? ` and ${recipients.length - MOST_NAMED} more` : '';
  const made =
    template === undefined
      ? ''
      : ` ${maskAddresses(printable(template))}${culture === undefined ? '' : ` (${culture})`}`;
  return `Mail ${messageId ?? 'without Message-ID'}${made}${named === '' ? '' : ` to ${named}${more}`}`;
}

function refusals(rejected: readonly RejectedRecipient[], record: SendRecord): string[] {
  if (rejected.length === 0) return [];
  const named = rejected
    .slice(0, MOST_NAMED)
    .map(
      ({ address, response }) =>
        `${maskAddresses(address)} (${logText(response ?? 'no reason', record.secrets)})`,
    );
  const more = rejected.length > MOST_NAMED ? ` and ${rejected.length - MOST_NAMED} more` : '';
  return [`refused: ${named.join(', ')}${more}`];
}

function drops(dropped: readonly DroppedRecipient[]): string[] {
  return dropped.length === 0 ? [] : [`dropped: ${countRules(dropped)}`];
}

function countRules(dropped: readonly DroppedRecipient[]): string {
  const counts = new Map<string, number>();
  for (const { rule } of dropped) counts.set(rule, (counts.get(rule) ?? 0) + 1);
  return [...counts].map(([rule, number]) => `${number} by ${rule}`).join(', ');
}

function count(number: number, one: string, many: string): string {
  return `${number} ${number === 1 ? one : many}`;
}
