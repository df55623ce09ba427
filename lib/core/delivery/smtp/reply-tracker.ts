import type { EnvelopeReplies } from './envelope-replies.js';
import { CLOSING, GO_AHEAD } from './reply-codes.js';

/** What a reply does: answers a command, or is no SMTP reply at all. */
export type ReplyMeaning =
  { readonly kind: 'answer'; readonly to: string; readonly code: number } | { readonly kind: 'garbage' };

const GREETING = 'the greeting';
const MESSAGE = 'the message';

/**
 * Matches replies to commands: every command gets one reply, in order (RFC 5321 4.3.1). So it is known which command a
 * reply answers also when many were sent at once (RFC 2920), and what a server had said before it closed the connection.
 */
export class ReplyTracker {
  readonly #due: string[] = [GREETING];
  #recipients: string[] = [];
  #mail: string | undefined;
  #data: string | undefined;
  #lastRefusal: string | undefined;
  #closingReply: string | undefined;
  #synchronized = true;
  #inLogin = false;

  /** The replies to the envelope of this message; none to its recipients when they may have been about others. */
  get envelope(): EnvelopeReplies {
    return { mail: this.#mail, recipients: this.#recipients, data: this.#data };
  }

  /** The last reply, when it refused something; undefined when it did not. */
  get lastRefusal(): string | undefined {
    return this.#lastRefusal;
  }

  /** The reply 421 by which the server ended the session (RFC 5321 3.8), or undefined. */
  get closingReply(): string | undefined {
    return this.#closingReply;
  }

  /** Whether client and server agree on what comes next; when they do not, the connection cannot be used any more. */
  get synchronized(): boolean {
    return this.#synchronized;
  }

  /** A new message begins. */
  beginMessage(): void {
    this.#recipients = [];
    this.#mail = undefined;
    this.#data = undefined;
  }

  /** A command was sent. */
  sent(line: string): void {
    // Lines behind AUTH are no commands: they carry what the mechanism wants, whatever they look like.
    const verb = this.#inLogin ? 'AUTH' : (/^[A-Z.]+/i.exec(line)?.[0].toUpperCase() ?? '');
    // nodemailer sends an empty message where a server has taken DATA after it refused all recipients; the reply to it is
    // the one that was due.
    if (verb === '.' && this.#due.at(-1) === MESSAGE) return;
    this.#due.push(verb);
  }

  /** A whole reply came. */
  answered(reply: string): ReplyMeaning {
    const code = codeOf(reply);
    if (code === undefined) {
      this.#synchronized = false;
      return { kind: 'garbage' };
    }
    const to = this.#due.shift() ?? '';
    this.#lastRefusal = code >= 400 ? reply : undefined;
    if (code === CLOSING) this.#closingReply = reply;
    if (to === 'MAIL') this.#mail = reply;
    if (to === 'RCPT' && this.#synchronized) this.#recipients.push(reply);
    this.#inLogin = to === 'AUTH' && code === 334;
    if (to === 'DATA') {
      this.#data = reply;
      if (code < 400) this.#due.unshift(MESSAGE);
    }
    if (isOfWrongKind(to, code)) this.#loseSynchronization();
    return { kind: 'answer', to, code };
  }

  /** Replies that seemed to be about recipients may have been about others. */
  #loseSynchronization(): void {
    this.#synchronized = false;
    this.#recipients = [];
  }
}

/** Only DATA and AUTH are answered by 3yz, and DATA is never done with 2yz (RFC 5321 4.3.2, RFC 4954 4). */
function isOfWrongKind(command: string, code: number): boolean {
  if (command === 'DATA') return code < 400 && code !== GO_AHEAD;
  return command !== 'AUTH' && code >= 300 && code < 400;
}

/** The code of a reply (RFC 5321 4.2); undefined when it is none, or its lines do not agree. */
function codeOf(reply: string): number | undefined {
  const first = /^[2-5]\d\d(?!\d)/.exec(reply)?.[0];
  const last = reply.slice(reply.lastIndexOf('\n') + 1);
  return first !== undefined && last.startsWith(first) ? Number(first) : undefined;
}
