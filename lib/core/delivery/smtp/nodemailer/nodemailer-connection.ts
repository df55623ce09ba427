import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { isLoopbackAddress, isLoopbackName } from '../../../address/loopback.js';
import { greetingName } from '../../../settings/greeting-name.js';
import type { Say } from '../login/authenticate.js';
import type { SmtpDeliveryOptions } from '../smtp-options.js';
import type { ProxiedSocket } from '../smtp-proxy.js';
import type { ConnectionEvents } from './connection-events.js';
import { eventLogger } from './connection-events.js';
import { connectionOptions } from './connection-options.js';
import { declareUtf8 } from './declare-utf8.js';
import { LocalConnection } from './local-connection.js';
import { MailConnection } from './mail-connection.js';
import type { SessionCredentials } from './session-credentials.js';

/** Name under which nodemailer runs a dialogue of ours; no mechanism can have it. */
const DIALOGUE = 'OUR DIALOGUE';

/** What MAIL FROM and RCPT TO say. */
export interface SmtpEnvelope {
  readonly from: string;
  readonly to: string[];
  /** Octets, for the SIZE extension (RFC 1870). */
  readonly size?: number;
  /** Declares bytes beyond ASCII, where the server knows 8BITMIME (RFC 6152). */
  readonly use8BitMime?: boolean;
  /** Declares a header beyond ASCII (SMTPUTF8, RFC 6531), where the server knows that. */
  readonly useSmtpUtf8?: boolean;
  /** Which reports of delivery are asked for (RFC 3461), where the server knows DSN. nodemailer makes xtext of the name. */
  readonly dsn?: {
    readonly notify: string[];
    readonly ret?: 'full' | 'headers';
    readonly envid?: string;
  };
}

/** What nodemailer tells of a message that was taken. */
export interface SentInfo {
  readonly accepted: readonly string[];
  readonly refused: readonly RefusedRecipient[];
  readonly response: string;
}

/** A recipient that the server has refused, with its reply. */
export interface RefusedRecipient {
  readonly address: string;
  readonly reply: string;
}

/** A connection of nodemailer to a mail server. The one class that knows nodemailer's own, and its private fields. */
export class NodemailerConnection {
  readonly #connection: MailConnection;
  readonly #proxied: boolean;

  /**
   * @param events told of what is said over the connection
   * @param proxied the socket that a proxy has opened; undefined connects to the server itself
   */
  constructor(options: SmtpDeliveryOptions, events: ConnectionEvents, proxied: ProxiedSocket | undefined) {
    this.#proxied = proxied !== undefined;
    const nameFor = (localAddress: string | undefined): string =>
      greetingName(options.settings, {
        optionName: options.extra.name,
        hostname: options.hostname,
        localAddress,
      }).name;
    const Connection = isLoopbackName(options.settings.host ?? 'localhost')
      ? LocalConnection
      : MailConnection;
    this.#connection = new Connection({
      ...connectionOptions(options),
      // Stays where the socket does not know its address: TLS within the TLS of a proxy.
      name: nameFor(proxied?.socket.localAddress),
      ...(proxied && {
        connection: proxied.socket,
        ...(proxied.timeoutMs !== undefined && {
          connectionTimeout: proxied.timeoutMs,
          greetingTimeout: proxied.timeoutMs,
        }),
      }),
    });
    // Not as an option: nodemailer would wrap it, and copy each entry twice for it.
    this.#connection.logger = eventLogger(events, localAddress => {
      this.#connection.name = nameFor(localAddress);
    });
    // Between two messages nobody waits for an error: it only means that the connection is gone, which `end` tells too.
    this.#connection.on('error', () => {});
  }

  /** The socket; undefined before there is one. */
  get socket(): Socket | undefined {
    return this.#connection._socket || undefined;
  }

  /** Whether there is no connection, or none any more. */
  get cut(): boolean {
    return this.socket?.destroyed ?? true;
  }

  /** Whether what is said is encrypted. */
  get secure(): boolean {
    return this.#connection.secure;
  }

  /** Whether what is said stays on this machine; through a proxy it may go anywhere, wherever the proxy is. */
  get loopback(): boolean {
    return !this.#proxied && isLoopbackAddress(this.socket?.remoteAddress);
  }

  /** Whether the server offers AUTH (RFC 4954). */
  get allowsAuth(): boolean {
    return this.#connection.allowsAuth;
  }

  /** Whether TCP is connected, but not yet what is meant to run over it. */
  get handshaking(): boolean {
    return this.#connection.stage !== 'connected' && this.socket?.connecting === false;
  }

  /**
   * The whole replies that had come before the connection ended and that nodemailer did not read: it takes them one by
   * one, and closing a connection drops the rest. Empty while the connection is open.
   */
  get unreadReplies(): string[] {
    const connection = this.#connection;
    if (!connection.destroyed || !('_responseQueue' in connection)) return [];
    const queue = connection._responseQueue;
    return Array.isArray(queue) ? queue.filter(reply => isWholeReply(reply)) : [];
  }

  /** Whether a reply is what was left without a line end when the server closed the connection. */
  isUnterminated(text: string): boolean {
    if (!this.cut || !('_remainder' in this.#connection)) return false;
    const remainder = this.#connection._remainder;
    return typeof remainder === 'string' && remainder.trim() !== '' && text.length <= remainder.length;
  }

  /** Connects, reads the greeting and says EHLO; with STARTTLS where it is due. */
  connect(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#connection.connect(error => (error ? reject(error) : resolve()));
    });
  }

  /**
   * Holds a dialogue before the first message; nodemailer keeps what is said in it out of its log. It stays unsettled when
   * the connection ends.
   */
  converse(dialogue: (say: Say) => Promise<void>): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#connection.customAuth.set(DIALOGUE, async ({ sendCommand }) => {
        const held = dialogue(async line => (await sendCommand(line)).response);
        held.then(resolve, reject);
        await held.catch(() => {
          // nodemailer would add to an error, which has been handed on already.
          throw new Error('The dialogue has failed');
        });
      });
      this.#connection.login({ method: DIALOGUE }, error => error && reject(error));
    });
  }

  /** Logs in by nodemailer's own means. */
  logIn(credentials: SessionCredentials): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#connection.login(credentials, error => (error ? reject(error) : resolve()));
    });
  }

  /** Sends envelope and message. */
  send({ useSmtpUtf8 = false, ...envelope }: SmtpEnvelope, content: Readable): Promise<SentInfo> {
    return new Promise((resolve, reject) => {
      this.#connection.sendsAsItIs = 'ready' in content && content.ready === true;
      const takeBack = useSmtpUtf8 ? declareUtf8(this.#connection) : undefined;
      this.#connection.send({ ...envelope }, content, (error, info) => {
        takeBack?.();
        if (error) return reject(error);
        const { accepted, rejectedErrors, response } = info;
        resolve({
          accepted: accepted.map(String),
          refused: (rejectedErrors ?? []).map(refusedRecipient),
          response,
        });
      });
    });
  }

  /** Ends a transaction so that the connection can be used for the next one (RFC 5321 4.1.1.5). */
  reset(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#connection.reset(error => (error ? reject(error) : resolve()));
    });
  }

  /**
   * Says QUIT; the server's reply ends the connection. Resolves when it is gone.
   *
   * @param milliseconds after which it is closed without that reply
   */
  quit(milliseconds: number): Promise<void> {
    return new Promise(resolve => {
      const timer = setTimeout(() => this.close(), milliseconds);
      this.onceEnded(() => {
        clearTimeout(timer);
        resolve();
      });
      this.#connection.quit();
    });
  }

  /** Ends the connection at once. */
  close(): void {
    this.#connection.close();
  }

  /** Lets the step that runs fail. The connection stays open. */
  fail(error: Error): void {
    this.#connection.emit('error', error);
  }

  /** Lets the step that runs fail, and ends the connection. */
  giveUp(error: Error): void {
    this.fail(error);
    this.close();
  }

  /**
   * Calls with the next error of the connection.
   *
   * @returns a function that ends the listening
   */
  onceFailed(call: (error: unknown) => void): () => void {
    this.#connection.once('error', call);
    return () => this.#connection.off('error', call);
  }

  /**
   * Calls when the connection has ended.
   *
   * @returns a function that ends the listening
   */
  onceEnded(call: () => void): () => void {
    this.#connection.once('end', call);
    return () => this.#connection.off('end', call);
  }
}

function refusedRecipient({
  recipient,
  response,
}: {
  recipient?: string;
  response?: string;
}): RefusedRecipient {
  return { address: recipient ?? '', reply: response ?? '' };
}

function isWholeReply(reply: unknown): reply is string {
  return typeof reply === 'string' && reply.trim() !== '' && !/(?:^|\n)\d+-[^\n]*$/.test(reply);
}
