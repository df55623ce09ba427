import type { MailDeliveryPhase } from '../../errors/mail-delivery-error.js';
import type { Redactor } from '../../errors/redact.js';

const MOST_LINES = 200;
const LONGEST_LINE = 1000;

type Entry = Readonly<Record<string, unknown>>;

/**
 * Listens to nodemailer's connection through its logger: keeps the redacted conversation, knows how far it has come and
 * what the server offers. The logger is the only place where nodemailer tells all three.
 */
export class SmtpConversation {
  readonly #redact: Redactor;
  readonly #lines: string[] = [];
  #awaitsCapabilities = false;
  #capabilities: readonly string[] = [];
  #lastReply = '';
  /** How far the session has come. */
  phase: MailDeliveryPhase = 'connect';
  /** Called once when the last byte of a message has been handed over. */
  onHandedOver: (() => void) | undefined;
  /** Called when clear text came behind the reply to STARTTLS. nodemailer drops it and would go on. */
  onInjected: (() => void) | undefined;

  constructor(redact: Redactor) {
    this.#redact = redact;
  }

  /** The logger to give to nodemailer. */
  get logger(): Record<
    'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal',
    (entry: Entry, text?: string, ...rest: unknown[]) => void
  > {
    const silent = (): void => {};
    return {
      trace: silent,
      debug: (entry, text) => this.#debug(entry, text ?? ''),
      info: entry => this.#info(entry),
      warn: entry => {
        if (entry['discarded'] !== undefined) this.onInjected?.();
      },
      error: silent,
      fatal: silent,
    };
  }

  /** The conversation so far, redacted: `C: …` and `S: …`. */
  get transcript(): readonly string[] {
    return [...this.#lines];
  }

  /** What the server said last. */
  get lastReply(): string {
    return this.#lastReply;
  }

  /** Whether the server offers an extension (RFC 5321 4.1.1.1) on the connection as it is now. */
  offers(extension: string): boolean {
    return this.#capabilities.some(line => line.split(/[\s=]/, 1)[0]?.toUpperCase() === extension);
  }

  /** Starts a new message on the same connection. */
  beginMessage(): void {
    this.phase = 'envelope';
    this.onHandedOver = undefined;
    // What was said in earlier messages belongs to other people's mail.
    this.#lines.length = 0;
  }

  #debug(entry: Entry, text: string): void {
    if (entry['tnx'] === 'client') this.#said('C', text);
    if (entry['tnx'] === 'server') this.#answered(text);
  }

  #info(entry: Entry): void {
    // nodemailer hands the message over after any 2xx or 3xx reply to DATA, not only after 354.
    if (entry['tnx'] !== 'message') return;
    this.phase = 'after-data';
    this.onHandedOver?.();
  }

  #said(side: 'C' | 'S', text: string): void {
    for (const line of this.#redact(text).split(/\r?\n/))
      this.#lines.push(`${side}: ${line.slice(0, LONGEST_LINE)}`);
    if (this.#lines.length > MOST_LINES) this.#lines.splice(0, this.#lines.length - MOST_LINES);
    if (side === 'C') this.#advance(text.slice(0, 9).toUpperCase());
  }

  #advance(command: string): void {
    if (command.startsWith('EHLO') || command.startsWith('HELO') || command.startsWith('LHLO')) {
      this.phase = 'connect';
      this.#awaitsCapabilities = true;
    } else if (command.startsWith('STARTTLS')) this.phase = 'tls';
    else if (command.startsWith('AUTH')) this.phase = 'auth';
    else if (command.startsWith('MAIL FROM')) this.phase = 'envelope';
  }

  #answered(text: string): void {
    this.#said('S', text);
    this.#lastReply = this.#redact(text);
    if (this.#awaitsCapabilities && text.startsWith('2')) {
      this.#capabilities = text.split(/\r?\n/).map(line => line.replace(/^\d+[ -]/, '').trim());
    }
    this.#awaitsCapabilities = false;
    if (this.phase === 'envelope' && text.startsWith('354')) this.phase = 'data';
  }
}
