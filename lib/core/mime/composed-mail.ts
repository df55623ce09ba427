import type { Readable } from 'node:stream';

/** Who sends a mail and who gets it, as the mail server sees it (RFC 5321 2.3.1). */
export interface MailEnvelope {
  /** Reverse-path: where bounces go. */
  readonly from: string;
  /** Forward-paths: every recipient once, blind ones included. */
  readonly to: readonly string[];
}

/** A header of ASCII that stands in for one that is not. */
export interface AsciiHead {
  /** The header with the empty line behind it. */
  readonly bytes: Buffer;
  /** Octets at the beginning of the mail in whose place it stands. */
  readonly replaces: number;
}

/**
 * The content of a mail whose end is held back, before its time. Only for a delivery that keeps the end from leaving until
 * `mayEnd`, and that cuts the connection when it must not leave: nobody takes half a mail.
 */
export interface UnendedContent {
  /** The whole message in memory, at once. */
  bytes(): Promise<Buffer>;
  /** The message as a stream of bytes that waits for nothing. */
  stream(): Readable;
  /** Resolves when the end may leave; rejects when it never may. To be asked when only the end is left to be sent. */
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
  /** Name of the template that its content came from. @default the message brought its own words */
  readonly template?: string;
  /** Octets of the message, when they are known before it is read. */
  readonly size?: number;
  /** Whether bytes beyond ASCII are in it, to be declared as `BODY=8BITMIME` (RFC 6152). @default false */
  readonly eightBit?: boolean;
  /** Recipients of the envelope that no header names; the Exchange pickup dialect needs them. */
  readonly bcc?: readonly string[];
  /** Whether the header names recipients that are not in the envelope, because they have the mail already. @default false */
  readonly partial?: boolean;
  /** Whether a one-time stream in it has been read, so that it cannot be delivered again. @default false */
  readonly spent?: boolean;
  /** Texts that stand in the message and must never stand in an error or a log, such as a reset token. @default none */
  readonly secrets?: readonly string[];
  /**
   * Takes the place of the header on the way to a server without SMTPUTF8 (RFC 6531), where the header names addresses
   * beyond ASCII. @default the header is ASCII
   */
  readonly asciiHead?: AsciiHead;
  /**
   * The same content for a delivery that can hold its end back. Who does not know of it waits for `bytes` and `stream`,
   * which are held back instead. @default the end may leave at any time
   */
  readonly unended?: UnendedContent;
  /** The whole message in memory. */
  bytes(): Promise<Buffer>;
  /** The message as a stream of bytes; a message with a one-time stream as attachment can be read once. */
  stream(): Readable;
}
