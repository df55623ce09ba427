import type { Readable } from 'node:stream';
import type { MailDsn } from '../message/mail-message.js';

/** Who sends a mail and who gets it, as the mail server sees it (RFC 5321 2.3.1). */
export interface MailEnvelope {
  /** Reverse-path: where bounces go; empty for `<>`, the null reverse-path (RFC 5321 4.5.5). */
  readonly from: string;
  /** Forward-paths: every recipient once, blind ones included. */
  readonly to: readonly string[];
  /** Which reports of delivery the server is asked for (RFC 3461). @default none */
  readonly dsn?: Readonly<MailDsn>;
}

/** A header in ASCII, for servers that do not take the original one. */
export interface AsciiHead {
  /** The header with the empty line behind it. */
  readonly bytes: Buffer;
  /** Octets at the beginning of the mail that it replaces. */
  readonly replaces: number;
}

/**
 * The content of a mail whose end is held back. Only for a delivery that does not send the end before `mayEnd` resolves,
 * and cuts the connection when it rejects: a server does not take a mail without its end.
 */
export interface UnendedContent {
  /** The whole message in memory, at once. */
  bytes(): Promise<Buffer>;
  /** The message as a stream of bytes, without waiting for `mayEnd`. */
  stream(): Readable;
  /**
   * Waits for the mails that end before this one. The connection may be needed for one of them, and be given up meanwhile.
   * @default `mayEnd` waits for them
   */
  turn?(): Promise<void>;
  /** Resolves when the end may be sent; rejects when it never may. To be called when only the end is left to be sent. */
  mayEnd(): Promise<void>;
}

/**
 * A finished mail, the one currency of everything that delivers: envelope and final MIME bytes. CRLF line ends, no
 * dot-stuffing, no Bcc header.
 */
export interface ComposedMail {
  readonly envelope: MailEnvelope;
  /** Message-ID with its angle brackets. */
  readonly messageId: string;
  /** Name of the template that its content came from. @default the message brought its own content */
  readonly template?: string;
  /** Cultures that it was rendered in. @default it was rendered by no template */
  readonly culture?: string;
  /** Octets of the message, when they are known before it is read. */
  readonly size?: number;
  /** Whether bytes beyond ASCII are in it, to be declared as `BODY=8BITMIME` (RFC 6152). @default false */
  readonly eightBit?: boolean;
  /**
   * Whether its header holds UTF-8 as it is, which only a server with SMTPUTF8 (RFC 6531) takes. A mail that has an
   * `asciiHead` goes to the others too. @default false
   */
  readonly utf8Header?: boolean;
  /** Recipients of the envelope that no header names; the Exchange pickup dialect needs them. */
  readonly bcc?: readonly string[];
  /**
   * The sender that the header names, where the envelope has another one: a delivery that reads the header, such as the
   * Exchange pickup dialect, takes this one. @default that of the envelope
   */
  readonly headerSender?: string;
  /** Whether the header names recipients that are not in the envelope, because they have the mail already. @default false */
  readonly partial?: boolean;
  /** Whether a one-time stream in it has been read, so that it cannot be delivered again. @default false */
  readonly spent?: boolean;
  /** Texts that stand in the message and must never stand in an error or a log, such as a reset token. @default none */
  readonly secrets?: readonly string[];
  /**
   * Hides in what a server has said, its whole reply, whatever it can only have out of this mail: its secrets, and every word of
   * 12 characters or more of its body that is no address of its envelope and no Message-ID. @default only `secrets` are hidden
   */
  redact?(reply: string): string;
  /**
   * Replaces the header for a server without SMTPUTF8 (RFC 6531), where the header names addresses beyond ASCII.
   * @default the header is ASCII
   */
  readonly asciiHead?: AsciiHead;
  /**
   * The same content for a delivery that can hold its end back. A delivery that does not know of it uses `bytes` and
   * `stream`, which are held back instead. @default the end may be sent at any time
   */
  readonly unended?: UnendedContent;
  /** The whole message in memory. */
  bytes(): Promise<Buffer>;
  /** The message as a stream of bytes; a message with a one-time stream as attachment can be read once. */
  stream(): Readable;
}
