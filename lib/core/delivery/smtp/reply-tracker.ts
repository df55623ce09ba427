/** A reply to RCPT TO that refused the recipient. */
export interface RecipientRefusal {
  /** Index of the recipient in the order in which they were offered. */
  readonly index: number;
  readonly reply: string;
}

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
  #refusals: RecipientRefusal[] = [];
  #recipients = 0;
  #closingReply: string | undefined;
  #synchronized = true;
  #inLogin = false;

  /** Replies that refused recipients of this message. */
  get refusals(): readonly RecipientRefusal[] {
    return this.#refusals;
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
    this.#refusals = [];
    this.#recipients = 0;
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
    if (code === 421) this.#closingReply = reply;
    if (to === 'RCPT') this.#recipientAnswered(code, reply);
    this.#inLogin = to === 'AUTH' && code === 334;
    if (to === 'DATA' && code < 400) this.#due.unshift(MESSAGE);
    if (isOfWrongKind(to, code)) this.#loseSynchronization();
    return { kind: 'answer', to, code };
  }

  /** Replies that seemed to refuse recipients may have been about others. */
  #loseSynchronization(): void {
    this.#synchronized = false;
    this.#refusals = [];
  }

  #recipientAnswered(code: number, reply: string): void {
    const index = this.#recipients++;
    if (code >= 300) this.#refusals.push({ index, reply });
  }
}

/** Only DATA and AUTH are answered by 3yz, and DATA is never done with 2yz (RFC 5321 4.3.2, RFC 4954 4). */
function isOfWrongKind(command: string, code: number): boolean {
  if (command === 'DATA') return code < 300;
  return command !== 'AUTH' && code >= 300 && code < 400;
}

/** The code of a reply (RFC 5321 4.2); undefined when it is none, or its lines do not agree. */
function codeOf(reply: string): number | undefined {
  const first = /^[2-5]\d\d(?!\d)/.exec(reply)?.[0];
  const last = reply.slice(reply.lastIndexOf('\n') + 1);
  return first !== undefined && last.startsWith(first) ? Number(first) : undefined;
}
