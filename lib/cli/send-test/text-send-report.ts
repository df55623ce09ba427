import type { MailReceipt } from '../../core/delivery/mail-receipt.js';
import type { MailDeliveryError, RejectedRecipient } from '../../core/errors/mail-delivery-error.js';
import { visible } from '../../core/redaction/printable.js';
import type { Style } from '../style.js';
import type { TextStream } from '../text-output.js';
import { written } from '../text-output.js';
import type { SendPlan } from './send-report.js';
import { SendReport } from './send-report.js';

/** Sentences for people. */
export class TextSendReport extends SendReport {
  readonly #output: TextStream;
  readonly #style: Style;
  readonly #verbose: boolean;
  #told = false;

  constructor(output: TextStream, style: Style, verbose: boolean) {
    super();
    this.#output = output;
    this.#style = style;
    this.#verbose = verbose;
  }

  override begin({ to, settings, policy, warnings }: SendPlan): void {
    const { enabled, delivery, host, port, pickupDirectory } = settings;
    for (const warning of warnings) this.#line(`${this.#style.warn('Warning:')} ${visible(warning)}`);
    for (const sentence of policy) this.#line(`${this.#style.warn('Note:')} ${visible(sentence)}.`);
    if (!enabled) return;
    const way = delivery === 'pickup' ? `as a file in ${pickupDirectory}` : `by ${host}:${port}`;
    this.#line(visible(`Sending a test mail to ${to.join(', ')} ${way} ...`));
  }

  override receipt(receipt: MailReceipt): void {
    this.#told = true;
    const { status, via, file, response, envelope, rejected, dropped, messageId } = receipt;
    const { good, bad } = this.#style;
    if (status === 'suppressed') this.#line(bad('Suppressed: nothing was sent.'));
    else {
      const paint = rejected.length === 0 ? good : bad;
      const to = receipt.accepted.join(', ');
      this.#line(paint(visible(`${STATUS_WORDS[status]} (${via}) for ${to}, from ${envelope.from}.`)));
    }
    if (response !== undefined) this.#fact('Server said', response);
    if (file !== undefined) this.#fact('File', file);
    for (const recipient of rejected) this.#fact('Refused', refusedWords(recipient));
    for (const { address, field, rule, reason } of dropped)
      this.#fact(
        'Dropped',
        `${address} (${field}): rule ${rule}${reason === undefined ? '' : `, ${reason}`}`,
      );
    this.#fact('Message-ID', messageId);
  }

  override failure(error: MailDeliveryError): void {
    this.#told = true;
    const { message, code, phase, retryable, responseCode, recipients = [], transcript = [] } = error;
    const { bad } = this.#style;
    this.#line(bad(visible(`${retryable === 'unknown' ? 'Not known' : 'Not delivered'}: ${message}`)));
    for (const recipient of recipients) this.#fact('Refused', refusedWords(recipient));
    const reply = responseCode === undefined ? '' : `, reply ${responseCode}`;
    this.#fact('Code', `${code}, phase ${phase}${reply}`);
    this.#fact('Another try', RETRY_WORDS[`${retryable}`]);
    if (!this.#verbose) return;
    this.#line(transcript.length === 0 ? 'Nothing was said with a server.' : 'What was said:');
    for (const line of transcript) for (const part of line.split('\n')) this.#line(`  ${visible(part)}`);
  }

  override cut(interrupted: boolean): void {
    if (interrupted) this.#line('Interrupted.');
    else if (!this.#told)
      this.#line(
        this.#style.bad('Not known: it did not end within --timeout, and may or may not have been sent.'),
      );
  }

  override end(): Promise<void> {
    return written(this.#output, '');
  }

  #fact(name: string, value: string): void {
    this.#line(`  ${`${name}:`.padEnd('Another try: '.length)}${visible(value.replaceAll('\n', ' '))}`);
  }

  #line(text: string): void {
    this.#output.write(`${text}\n`);
  }
}

const STATUS_WORDS = { accepted: 'Accepted', written: 'Written', queued: 'Queued' } as const;
const RETRY_WORDS = {
  true: 'can succeed',
  false: 'is pointless until something is changed',
  unknown: 'may send it twice: it may have been accepted',
} as const;

function refusedWords({ address, response, code }: RejectedRecipient): string {
  return `${address}: ${response ?? code ?? 'no reason given'}`;
}
