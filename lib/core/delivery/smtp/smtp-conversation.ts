import type { MailDeliveryPhase } from '../../errors/mail-delivery-error.js';
import type { Redactor } from '../../redaction/redact.js';
import type { RecipientRefusal } from './reply-tracker.js';
import { ReplyTracker } from './reply-tracker.js';

const MOST_LINES = 200;
const LONGEST_LINE = 1000;

type Entry = Readonly<Record<string, unknown>>;

/** A command or a reply. */
interface Said {
  readonly side: 'C' | 'S';
  readonly text: string;
  readonly redacted: boolean;
}

/** Who wants to know what happens in a conversation. */
export interface ConversationListener {
  /** A command was sent, or a whole reply came. */
  exchanged?(): void;
  /** nodemailer has written the last byte of a message. */
  written?(): void;
}

/**
 * Listens to nodemailer's connection through its logger: keeps the redacted conversation, knows how far it has come and
 * what the server offers. The logger is the only place where nodemailer tells all three.
 */
export class SmtpConversation {
  readonly #redact: Redactor;
  readonly #said: Said[] = [];
  readonly #ledger = new ReplyTracker();
  #capabilities: readonly string[] = [];
  #parameters: ReadonlyMap<string, string> = new Map();
  #silent = true;
  #loginTried = false;
  /** How far the session has come. */
  phase: MailDeliveryPhase = 'connect';
  /** Who listens to the message under way. */
  listener: ConversationListener | undefined;
  /** Whether the connection is gone. */
  isCut: () => boolean = () => false;
  /** Called with something that is no SMTP reply, before nodemailer takes it for one. */
  onGarbage: ((text: string) => void) | undefined;
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
    const lines = this.#said.flatMap(({ side, text, redacted }) =>
      (redacted ? text : this.#redact(text))
        .split(/\r?\n/)
        .map(line => `${side}: ${line.slice(0, LONGEST_LINE)}`),
    );
    return lines.slice(-MOST_LINES);
  }

  /** Whether this session has tried to log in. */
  get loginTried(): boolean {
    return this.#loginTried;
  }

  /** Whether the server has said nothing at all. */
  get silent(): boolean {
    return this.#silent;
  }

  /** The reply 421 by which the server ended the session, redacted; undefined when it did not. */
  get farewell(): string | undefined {
    const { farewell } = this.#ledger;
    return farewell === undefined ? undefined : this.#redact(farewell);
  }

  /** The recipients that the server has refused so far, by their place, with its whole replies. */
  get refusals(): readonly RecipientRefusal[] {
    return this.#ledger.refusals;
  }

  /** Whether client and server agree on what comes next. */
  get inStep(): boolean {
    return this.#ledger.inStep;
  }

  /** Whether the server offers an extension (RFC 5321 4.1.1.1) on the connection as it is now. */
  offers(extension: string): boolean {
    return this.parameterOf(extension) !== undefined;
  }

  /** What the server says behind the name of an extension; undefined when it does not offer it. */
  parameterOf(extension: string): string | undefined {
    return this.#parameters.get(extension);
  }

  /** The mechanisms for a login that the server offers (RFC 4954), in capitals; the old form `AUTH=` counts too. */
  get mechanisms(): readonly string[] {
    const lines = this.#capabilities.filter(item => /^AUTH[\s=]/i.test(item));
    return lines
      .flatMap(item =>
        this.#redact(item.slice(5))
          .toUpperCase()
          .split(/[\s=]+/),
      )
      .filter(Boolean);
  }

  /** Starts a new message on the same connection. */
  beginMessage(): void {
    this.phase = 'envelope';
    this.listener = undefined;
    this.#ledger.beginMessage();
    // What was said in earlier messages belongs to other people's mail.
    this.#said.length = 0;
  }

  /** Hears a reply that came, but that nodemailer has not come to before the connection ended. */
  overhear(reply: string): void {
    this.#note('S', reply);
    this.#count(reply);
  }

  #debug(entry: Entry, text: string): void {
    if (entry['tnx'] === 'client') this.#commanded(text);
    if (entry['tnx'] === 'server') this.#answered(text);
  }

  #info(entry: Entry): void {
    if (entry['tnx'] === 'message') this.listener?.written?.();
  }

  /** What is short is redacted when somebody asks for it: nobody does as long as all goes well. */
  #note(side: 'C' | 'S', text: string): void {
    const redacted = text.length > LONGEST_LINE;
    this.#said.push({ side, redacted, text: redacted ? shortened(this.#redact(text)) : text });
    if (this.#said.length > 2 * MOST_LINES) this.#said.splice(0, MOST_LINES);
  }

  #offer(capabilities: readonly string[]): void {
    this.#capabilities = capabilities;
    const parameters = new Map<string, string>();
    for (const item of capabilities) {
      const name = item.split(/[\s=]/, 1)[0]?.toUpperCase() ?? '';
      if (!parameters.has(name)) parameters.set(name, item.slice(name.length + 1).trim());
    }
    this.#parameters = parameters;
  }

  #commanded(text: string): void {
    this.#note('C', text);
    this.#ledger.sent(text);
    this.#advance(text.slice(0, 9).toUpperCase());
    this.listener?.exchanged?.();
  }

  #logIn(): void {
    this.phase = 'auth';
    this.#loginTried = true;
  }

  #advance(command: string): void {
    if (command.startsWith('EHLO') || command.startsWith('HELO') || command.startsWith('LHLO')) {
      this.phase = 'connect';
      // What was offered in clear counts no more (RFC 3207 4.2).
      this.#offer([]);
    } else if (command.startsWith('STARTTLS')) this.phase = 'tls';
    else if (command.startsWith('AUTH')) this.#logIn();
    else if (command.startsWith('MAIL FROM') || command === '.') this.phase = 'envelope';
  }

  #answered(text: string): void {
    this.#note('S', text);
    this.#silent = false;
    // The last words of a server that went away, without their line end: only a refusal is clear enough.
    if (!this.isCut() || /^[45]\d\d[ -]/.test(text)) this.#count(text);
  }

  #count(text: string): void {
    const meaning = this.#ledger.answered(text);
    if (meaning.kind === 'garbage') {
      if (!this.isCut()) this.onGarbage?.(text);
      return;
    }
    if (meaning.to === 'EHLO' && meaning.code < 300) {
      this.#offer(text.split(/\r?\n/).map(line => line.replace(/^\d+[ -]/, '').trim()));
    }
    if (this.isCut()) return;
    // nodemailer hands the message over after any 2xx or 3xx reply to DATA, not only after 354.
    if (meaning.to === 'DATA' && meaning.code < 400) this.phase = 'data';
    this.listener?.exchanged?.();
  }
}

/** The last lines of a long reply, each no longer than is shown of it. */
function shortened(reply: string): string {
  const lines = reply.split(/\r?\n/).slice(-MOST_LINES);
  return lines.map(line => line.slice(0, LONGEST_LINE)).join('\n');
}
