import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { TLSSocket } from 'node:tls';
import type { Certificate } from './certificates.js';

/** What a server says to a command instead of what it would say. */
export interface PolicyAnswer {
  /** The reply, without its last line end; nothing is said without it. */
  readonly say?: string;
  /** `close` sends FIN after it, `reset` RST, `silence` answers nothing more. @default the conversation goes on */
  readonly end?: 'close' | 'reset' | 'silence';
  /** Waits for it before anything is said. @default nothing */
  readonly after?: Promise<unknown>;
  /** Milliseconds between the reply and the end of the connection. @default 0 */
  readonly afterMs?: number;
}

/** Decides about one command; undefined leaves it to the server. */
export type PolicyRule = (visit: PolicyVisit, line: string) => PolicyAnswer | string | undefined;

/** What a server says to commands instead of what it would say, by the command; `ACCEPT` (before TLS), `CONNECT` and `DOT` are no commands, but
 * answered too, and so is `RESPONSE`, a line that follows 334 in a login. */
export type SmtpPolicy = Readonly<
  Partial<
    Record<
      | 'ACCEPT'
      | 'CONNECT'
      | 'EHLO'
      | 'AUTH'
      | 'RESPONSE'
      | 'MAIL'
      | 'RCPT'
      | 'DATA'
      | 'DOT'
      | 'RSET'
      | 'NOOP'
      | 'QUIT',
      PolicyRule
    >
  >
>;

/** What a server knows of one connection. */
export interface PolicyVisit {
  /** Which connection of the server this is, from 0 on. */
  readonly index: number;
  /** Every line that was received, without the lines of messages. */
  readonly lines: string[];
  /** How many lines of messages were received. */
  messageLines: number;
  /** Messages taken over this connection. */
  mails: number;
  /** The sender of the transaction under way; undefined without one. */
  sender: string | undefined;
  /** The recipients that were taken in the transaction under way. */
  recipients: string[];
  /** Whether TLS runs on it. */
  secure: boolean;
  /** Whether the connection has ended. */
  ended: boolean;
  /** Calls when the connection has ended. */
  onEnd(call: () => void): void;
}

/** A message that a server has taken. */
export interface TakenMessage {
  readonly from: string;
  readonly to: readonly string[];
  /** Message-ID with its angle brackets. */
  readonly id: string;
  /** Index of the connection that it came over. */
  readonly connection: number;
  /** The lines of the message. */
  readonly lines: readonly string[];
}

/** What a connection is given by its server. */
interface ConnectionOptions {
  readonly index: number;
  readonly policy: SmtpPolicy;
  readonly extensions: readonly string[];
  readonly delayDotMs: number;
  /** Talks TLS from the first octet. */
  readonly certificate: Certificate | undefined;
  /** Offers STARTTLS. */
  readonly startTls: Certificate | undefined;
  readonly take: (message: TakenMessage) => void;
}

/** One connection to a server with a policy. */
export class PolicyConnection {
  readonly visit: PolicyVisit;
  readonly #options: ConnectionOptions;
  readonly #socket: Socket;
  #stream: Socket;
  #unread = '';
  #message: string[] | undefined;
  #inLogin = false;
  #finished = false;
  #work: Promise<void> = Promise.resolve();

  constructor(socket: Socket, options: ConnectionOptions) {
    this.#socket = socket;
    this.#stream = socket;
    this.#options = options;
    const calls: (() => void)[] = [];
    this.visit = {
      index: options.index,
      lines: [],
      messageLines: 0,
      mails: 0,
      sender: undefined,
      recipients: [],
      secure: false,
      ended: false,
      onEnd: call => void calls.push(call),
    };
    socket.setNoDelay(true);
    socket.on('error', () => undefined);
    socket.once('close', () => {
      this.visit.ended = true;
      for (const call of calls) call();
    });
  }

  /** Greets, or does what the policy says of a new connection. */
  greet(): void {
    const { policy, certificate } = this.#options;
    const turnedAway = policy.ACCEPT?.(this.visit, '');
    if (turnedAway === undefined && certificate) this.#secure(certificate);
    else this.#listen();
    const greeting = turnedAway ?? policy.CONNECT?.(this.visit, '') ?? '220 policy.test ESMTP';
    this.#work = this.#answer(greeting);
  }

  #secure(certificate: Certificate): void {
    this.#socket.removeAllListeners('data');
    // Commands that came before TLS do not count (RFC 3207 6).
    this.#unread = '';
    this.#stream = new TLSSocket(this.#socket, { isServer: true, ...certificate });
    this.#stream.on('error', () => undefined);
    this.visit.secure = true;
    this.#listen();
  }

  #listen(): void {
    this.#stream.on('data', (chunk: Buffer) => this.#receive(chunk.toString('latin1')));
  }

  #receive(text: string): void {
    const lines = (this.#unread + text).split('\r\n');
    this.#unread = lines.pop() ?? '';
    for (const line of lines) this.#work = this.#work.then(() => this.#take(line));
  }

  async #take(line: string): Promise<void> {
    if (this.#message) return this.#takeMessageLine(this.#message, line);
    this.visit.lines.push(line);
    if (this.#finished) return;
    const { startTls } = this.#options;
    await this.#answer(this.#reply(line));
    if (startTls && !this.visit.secure && line.toUpperCase() === 'STARTTLS') this.#secure(startTls);
  }

  async #takeMessageLine(message: string[], line: string): Promise<void> {
    if (line !== '.') {
      this.visit.messageLines++;
      message.push(line);
      return;
    }
    this.#message = undefined;
    if (this.#options.delayDotMs > 0) await delay(this.#options.delayDotMs);
    const { visit } = this;
    const { sender = '', recipients, index } = visit;
    const decided = this.#options.policy.DOT?.(visit, line);
    const answer = decided ?? '250 2.0.0 taken';
    if (textOf(answer).startsWith('250')) {
      visit.mails++;
      const id = /^Message-ID:\s*(\S+)/im.exec(message.join('\n'))?.[1] ?? '';
      this.#options.take({ from: sender, to: recipients, id, connection: index, lines: message });
    }
    this.#endTransaction();
    await this.#answer(answer);
  }

  /** What is said to a command. */
  #reply(line: string): PolicyAnswer | string {
    if (this.#inLogin) {
      const response = this.#options.policy.RESPONSE?.(this.visit, line) ?? '235 2.7.0 welcome';
      this.#inLogin = textOf(response).startsWith('334');
      return response;
    }
    const verb = line.slice(0, 4).toUpperCase();
    const known = verb in this.#options.policy ? (verb as keyof SmtpPolicy) : undefined;
    const answer = (known && this.#options.policy[known]?.(this.visit, line)) ?? this.#usualReply(verb, line);
    this.#note(verb, line, textOf(answer));
    return answer;
  }

  #usualReply(verb: string, line: string): PolicyAnswer | string {
    const { sender, recipients } = this.visit;
    switch (verb) {
      case 'EHLO':
        return ['policy.test', ...this.#extensions()]
          .map((text, index, all) => `250${index < all.length - 1 ? '-' : ' '}${text}`)
          .join('\r\n');
      case 'STAR':
        return this.#options.startTls && !this.visit.secure ? '220 2.0.0 go ahead' : '502 5.5.1 no TLS';
      case 'AUTH':
        return /^AUTH PLAIN ./i.test(line) ? '235 2.7.0 welcome' : '334 ';
      case 'MAIL':
        return sender === undefined ? '250 2.1.0 sender ok' : '503 5.5.1 nested MAIL';
      case 'RCPT':
        return sender === undefined ? '503 5.5.1 no sender' : '250 2.1.5 recipient ok';
      case 'DATA':
        return recipients.length > 0 ? '354 go ahead' : '503 5.5.1 no recipients';
      case 'QUIT':
        return { say: '221 2.0.0 bye', end: 'close' };
      case 'RSET':
      case 'NOOP':
        return '250 2.0.0 ok';
      default:
        return '500 5.5.2 what?';
    }
  }

  /** What EHLO offers: where TLS can be begun, a login is offered only after that. */
  #extensions(): readonly string[] {
    const { extensions, startTls } = this.#options;
    if (!startTls || this.visit.secure) return extensions;
    return [...extensions.filter(name => !/^AUTH\b/i.test(name)), 'STARTTLS'];
  }

  /** Keeps in mind what a reply has changed. */
  #note(verb: string, line: string, reply: string): void {
    const address = /<(.*?)>/.exec(line)?.[1] ?? '';
    const positive = reply.startsWith('2');
    if (verb === 'MAIL' && positive) this.visit.sender = address;
    else if (verb === 'RCPT' && positive) this.visit.recipients.push(address);
    else if (verb === 'DATA' && reply.startsWith('354')) this.#message = [];
    else if (verb === 'AUTH') this.#inLogin = reply.startsWith('334');
    else if (verb === 'RSET' || verb === 'EHLO') this.#endTransaction();
  }

  #endTransaction(): void {
    this.visit.sender = undefined;
    this.visit.recipients = [];
  }

  async #answer(answer: PolicyAnswer | string): Promise<void> {
    const {
      say,
      end,
      after,
      afterMs = 0,
    }: PolicyAnswer = typeof answer === 'string' ? { say: answer } : answer;
    await after;
    if (say !== undefined && this.#stream.writable) this.#stream.write(`${say}\r\n`);
    if (end === undefined) return;
    this.#finished = true;
    this.#message = undefined;
    if (afterMs > 0) await delay(afterMs);
    if (end === 'close') this.#stream.end();
    else if (end === 'reset') this.#socket.resetAndDestroy();
  }
}

function textOf(answer: PolicyAnswer | string): string {
  return typeof answer === 'string' ? answer : (answer.say ?? '');
}
