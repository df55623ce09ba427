import type { Logger } from '@nestjs/common';
import type { MailReceipt } from '../delivery/mail-receipt.js';
import type { CallSite } from '../errors/call-site.js';
import { linesOf } from '../errors/call-site.js';
import { messageOf } from '../errors/error-facts.js';
import type { RejectedRecipient } from '../errors/mail-delivery-error.js';
import { MailDeliveryError } from '../errors/mail-delivery-error.js';
import { MailError } from '../errors/mail-error.js';
import type { DroppedRecipient } from '../message/recipient-policy.js';
import { logText } from '../redaction/log-text.js';
import { maskAddresses } from '../redaction/mask-addresses.js';
import { printable, visible } from '../redaction/printable.js';
import { GMAIL_LIMIT } from '../templates/gmail-limit.js';
import type { UpcomingRetry } from './deliver-mail.js';
import { logs } from './log-levels.js';
import type { SendManyProgress } from './send-many-options.js';
import type { SendOutcome } from './send-outcome.js';
import type { SendTrace } from './send-trace.js';
import { traceRedactor } from './send-trace.js';

const MOST_NAMED = 20;

/**
 * Writes one line for each mail: Message-ID, template, recipients, outcome. Logs are read by more people than mails are:
 * addresses are masked, and neither content nor links nor secrets stand in them.
 */
export class SendLog {
  readonly #logger: Logger;
  /** Templates whose mails have grown too large for Gmail; each is told once. */
  readonly #large = new Set<string>();

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /**
   * A send has ended.
   *
   * @param caller where the application called; told of a send in the background that failed, whose error nobody catches
   */
  ended(trace: SendTrace, outcome: SendOutcome, caller: CallSite): void {
    if ('receipt' in outcome) this.#sent(trace, outcome.receipt);
    else this.#failed(trace, outcome.error, caller);
  }

  #sent(trace: SendTrace, receipt: MailReceipt): void {
    this.#write('log', () => sentLine(trace, receipt));
  }

  #failed(trace: SendTrace, error: unknown, caller: CallSite): void {
    const line = (): string => {
      const known = error instanceof MailDeliveryError ? `, retryable: ${error.retryable}` : '';
      const code = error instanceof MailError ? ` ${error.code}${known}` : '';
      return `${headOf(trace)}: failed${code}: ${logText(reasonFor(trace, error))}`;
    };
    if (trace.background === true) this.#write('error', line, () => linesOf(caller).join('\n'));
    else this.#write('warn', line);
  }

  /** A mail will be tried again. */
  retrying(trace: SendTrace, { tries, waitMs, recipients }: UpcomingRetry): void {
    this.#write('debug', () => {
      const reason = logText(traceRedactor(trace)(recipients[0]?.response ?? ''));
      const whom = count(recipients.length, 'recipient', 'recipients');
      return `${headOf(trace)}: try ${tries} failed, the next one comes in ${waitMs} ms for ${whom}: ${reason}`;
    });
  }

  /** Recipients were kept out by policy. */
  dropped(trace: SendTrace): void {
    this.#write('warn', () => `Recipients dropped: ${countRules(trace.dropped)} (${nameOf(trace)})`);
  }

  /** A mail has got its HTML. Of a template whose mails are larger than what Gmail shows the first one is told. */
  rendered(trace: SendTrace, html: string | undefined): void {
    const { template } = trace;
    if (template === undefined || html === undefined || this.#large.has(template)) return;
    const octets = Buffer.byteLength(html);
    if (octets <= GMAIL_LIMIT) return;
    this.#large.add(template);
    this.#write('warn', () => {
      const [size, most] = [octets, GMAIL_LIMIT].map(number => `${Math.floor(number / 1024)} KiB`);
      return `The HTML of ${nameOf(trace)} has ${size}; Gmail shows ${most} and hides the rest, a link for unsubscribing with it. Send less, or a link to the rest. Further mails of this template are not told.`;
    });
  }

  /** A hook has thrown where that changes nothing. */
  hookFailed(trace: SendTrace, name: string, error: unknown): void {
    this.#write(
      'error',
      () => `The mail hook ${name} failed and is ignored: ${logText(traceRedactor(trace)(messageOf(error)))}`,
    );
  }

  /** The function that is told the progress of a `sendMany` has thrown. */
  progressFailed(error: unknown): void {
    this.#write(
      'error',
      () =>
        `onProgress of sendMany failed and is ignored; its further errors are not told: ${logText(messageOf(error))}`,
    );
  }

  /** A `sendMany` has ended. Told where messages were drawn that were not sent: they have no line of their own. */
  endedEarly({ begun, unsent }: SendManyProgress): void {
    if (unsent === 0) return;
    const more = count(unsent, 'message that its source gave was', 'messages that its source gave were');
    this.#write('warn', () => `sendMany was ended after ${count(begun, 'send', 'sends')}; ${more} not sent.`);
  }

  /** What is logged of a mail never changes what becomes of it. */
  #write(level: 'log' | 'debug' | 'warn', line: () => string): void;
  #write(level: 'error', line: () => string, stack?: () => string): void;
  #write(level: 'log' | 'debug' | 'warn' | 'error', line: () => string, stack?: () => string): void {
    if (!logs(this.#logger, level)) return;
    try {
      if (stack) this.#logger.error(line(), stack());
      else this.#logger[level](line());
    } catch {
      // A logger that fails has nobody to tell it to.
    }
  }
}

function sentLine(trace: SendTrace, receipt: MailReceipt): string {
  const { status, via, fallback, response, file, jobId, duplicate, rejected, dropped } = receipt;
  const by = `by ${fallback ? 'the fallback, ' : ''}${logText(via)}`;
  const outcome = [
    status === 'suppressed' ? status : duplicate ? `was ${status} before ${by}` : `${status} ${by}`,
    ...(jobId === undefined ? [] : [`as job ${logText(jobId)}`]),
    ...(duplicate ? [`with Message-ID ${visible(receipt.messageId)}`] : []),
    ...(trace.retries > 0 ? [`after ${count(trace.retries, 'retry', 'retries')}`] : []),
    ...(response === undefined ? [] : [`(${logText(response)})`]),
    ...(file === undefined ? [] : [`as ${logText(file.replace(/^.*[/\\]/s, ''))}`]),
  ].join(' ');
  return [`${headOf(trace)}: ${outcome}`, ...refusals(rejected), ...drops(dropped)].join('; ');
}

/** Errors of this package show no secrets; whatever else was thrown may quote the mail. */
function reasonFor(trace: SendTrace, error: unknown): string {
  return error instanceof MailError ? error.message : traceRedactor(trace)(messageOf(error));
}

function headOf({ messageId, template, culture, recipients }: SendTrace): string {
  const named = recipients.slice(0, MOST_NAMED).map(maskAddresses).join(', ');
  const more = recipients.length > MOST_NAMED ? ` and ${recipients.length - MOST_NAMED} more` : '';
  const made =
    template === undefined
      ? ''
      : ` ${maskAddresses(printable(template))}${culture === undefined ? '' : ` (${logText(culture)})`}`;
  return `Mail ${messageId ?? 'without Message-ID'}${made}${named === '' ? '' : ` to ${named}${more}`}`;
}

/** The mail in a few words, for a line about something else. */
function nameOf({ messageId, template }: SendTrace): string {
  const made = template === undefined ? '' : `, template ${maskAddresses(printable(template))}`;
  return `mail ${messageId ?? 'without Message-ID'}${made}`;
}

function refusals(rejected: readonly RejectedRecipient[]): string[] {
  if (rejected.length === 0) return [];
  const named = rejected
    .slice(0, MOST_NAMED)
    .map(({ address, response }) => `${logText(address)} (${logText(response ?? 'no reason')})`);
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
