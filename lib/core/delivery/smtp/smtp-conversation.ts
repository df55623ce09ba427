import type { MailDeliveryPhase } from '../../errors/mail-delivery-error.js';
import type { Redactor } from '../../redaction/redact.js';
import type { EnvelopeReplies } from './envelope-replies.js';
import type { Introduction } from './introduction.js';
import { introductionBy } from './introduction.js';
import type { ConnectionEvents } from './nodemailer/connection-events.js';
import { GO_AHEAD } from './reply-codes.js';
import { ReplyTracker } from './reply-tracker.js';
import { ServerExtensions } from './server-extensions.js';
import { SmtpTranscript } from './smtp-transcript.js';

const NO_EXTENSIONS = new ServerExtensions([]);

/** Told of what happens in a conversation. */
export interface ConversationObserver {
  /** Whether the connection is gone: what comes then is no exchange any more. */
  isCut(): boolean;
  /** Whether a reply is what was left without a line end when the connection was closed. */
  isUnterminated(text: string): boolean;
  /** A command was sent, or a whole reply came. */
  exchanged(): void;
  /** The last byte of a message was written. */
  messageWritten(): void;
  /** Something came that is no SMTP reply; nodemailer will take it for one. */
  invalidReply(text: string): void;
  /** Something else than 354 answered DATA and did not refuse it; nodemailer will hand the message over. */
  wrongGoAhead(): void;
  /** Clear text came behind the reply to STARTTLS; nodemailer drops it and will go on. */
  clearTextInjected(): void;
}

/** How far a conversation has come and what of it a failure is explained with. */
export type ConversationState = Pick<
  SmtpConversation,
  | 'phase'
  | 'transcript'
  | 'closingReply'
  | 'lastRefusal'
  | 'envelope'
  | 'loginTried'
  | 'offers'
  | 'introduction'
>;

/** Follows what client and server say: how far they have come, what the server offers, and what it has refused. */
export class SmtpConversation implements ConnectionEvents {
  readonly #redact: Redactor;
  readonly #observer: ConversationObserver;
  readonly #transcript: SmtpTranscript;
  readonly #replies = new ReplyTracker();
  #extensions = NO_EXTENSIONS;
  #phase: MailDeliveryPhase = 'connect';
  #loginTried = false;
  #introduction: Introduction | undefined;
  /** When the last whole reply came, on the monotonic clock. */
  lastReplyAt = 0;
  /** Whom the login waits for at the moment; undefined: the mail server. */
  awaited: string | undefined;

  constructor(redact: Redactor, observer: ConversationObserver) {
    this.#redact = redact;
    this.#observer = observer;
    this.#transcript = new SmtpTranscript(redact);
  }

  /** How far the session has come. */
  get phase(): MailDeliveryPhase {
    return this.#phase;
  }

  /** The conversation about the message under way, redacted: `C: …` and `S: …`. */
  get transcript(): readonly string[] {
    return this.#transcript.lines;
  }

  /** Whether this session has tried to log in. */
  get loginTried(): boolean {
    return this.#loginTried;
  }

  /** The last EHLO or HELO; undefined before the first one. */
  get introduction(): Introduction | undefined {
    return this.#introduction;
  }

  /** The reply 421 by which the server ended the session, redacted; undefined when it did not. */
  get closingReply(): string | undefined {
    const { closingReply } = this.#replies;
    return closingReply === undefined ? undefined : this.#redact(closingReply);
  }

  /** The last reply, redacted, when it refused something; undefined when it did not. */
  get lastRefusal(): string | undefined {
    const { lastRefusal } = this.#replies;
    return lastRefusal === undefined ? undefined : this.#redact(lastRefusal);
  }

  /** What the server has answered to the envelope of the message under way. Not redacted. */
  get envelope(): EnvelopeReplies {
    return this.#replies.envelope;
  }

  /** Whether client and server agree on what comes next. */
  get synchronized(): boolean {
    return this.#replies.synchronized;
  }

  /** The mechanisms for a login that the server offers (RFC 4954), in capitals; as they came, not to be shown. */
  get mechanisms(): readonly string[] {
    return this.#extensions.mechanisms();
  }

  /** The same for messages: without secrets, which could have the name of a mechanism. */
  get shownMechanisms(): readonly string[] {
    return this.#extensions.mechanisms(this.#redact);
  }

  /** Whether the server offers an extension (RFC 5321 4.1.1.1) on the connection as it is now. */
  offers(extension: string): boolean {
    return this.parameterOf(extension) !== undefined;
  }

  /** What the server says behind the name of an extension; undefined when it does not offer it. */
  parameterOf(extension: string): string | undefined {
    return this.#extensions.parameterOf(extension);
  }

  /** The session is about to log in: from now on a failure is one of the login. */
  beginLogin(): void {
    this.#phase = 'auth';
  }

  /** Starts a new message on the same connection. */
  beginMessage(): void {
    this.#phase = 'envelope';
    this.#replies.beginMessage();
    this.#transcript.clear();
  }

  /** The whole message has left: from now on only its reply can tell whether the server has taken it. */
  messageHandedOver(): void {
    this.#phase = 'after-data';
  }

  commandSent(text: string): void {
    this.#transcript.note('C', text);
    this.#replies.sent(text);
    this.#introduction = introductionBy(text) ?? this.#introduction;
    this.#advance(text.slice(0, 9).toUpperCase());
    this.#observer.exchanged();
  }

  replyReceived(text: string): void {
    this.lastReplyAt = performance.now();
    this.#transcript.note('S', text);
    // What a server said last, without a line end, before it closed the connection: only a refusal is clear enough.
    if (!this.#observer.isUnterminated(text) || /^[45]\d\d[ -]/.test(text)) this.#take(text);
  }

  messageWritten(): void {
    this.#observer.messageWritten();
  }

  clearTextDropped(): void {
    this.#observer.clearTextInjected();
  }

  /** Takes a reply that had come before the connection ended, and that nodemailer did not read. */
  replyUnread(text: string): void {
    this.#transcript.note('S', text);
    this.#take(text);
  }

  #advance(command: string): void {
    if (command.startsWith('EHLO') || command.startsWith('HELO') || command.startsWith('LHLO')) {
      this.#phase = 'connect';
      // What was offered in clear counts no more (RFC 3207 4.2).
      this.#extensions = NO_EXTENSIONS;
    } else if (command.startsWith('STARTTLS')) this.#phase = 'tls';
    else if (command.startsWith('AUTH')) {
      this.#phase = 'auth';
      this.#loginTried = true;
    } else if (command.startsWith('MAIL FROM') || command === '.') this.#phase = 'envelope';
  }

  #take(text: string): void {
    const meaning = this.#replies.answered(text);
    const cut = this.#observer.isCut();
    if (meaning.kind === 'garbage') {
      if (!cut) this.#observer.invalidReply(text);
      return;
    }
    if (this.#introduction && (meaning.to === 'EHLO' || meaning.to === 'HELO'))
      this.#introduction = { ...this.#introduction, outcome: meaning.code < 300 ? 'taken' : 'refused' };
    if (meaning.to === 'EHLO' && meaning.code < 300) {
      const lines = text.split(/\r?\n/).map(line => line.replace(/^\d+[ -]/, '').trim());
      this.#extensions = new ServerExtensions(lines);
    }
    if (cut) return;
    if (meaning.to === 'DATA' && meaning.code === GO_AHEAD) this.#phase = 'data';
    else if (meaning.to === 'DATA' && meaning.code < 400) return this.#observer.wrongGoAhead();
    this.#observer.exchanged();
  }
}
