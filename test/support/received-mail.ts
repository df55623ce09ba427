import { simpleParser } from 'mailparser';
import type { ParsedMail } from 'mailparser';

/** One message that a test server has accepted. */
export class ReceivedMail {
  constructor(
    /** What MAIL FROM and RCPT TO said; `from` is empty for the null sender. */
    readonly envelope: { readonly from: string; readonly to: readonly string[] },
    /** The bytes after DATA, dots un-stuffed. */
    readonly raw: Buffer,
    /** Whether it came over TLS. */
    readonly secure: boolean,
    /** Who had logged in, if anybody. */
    readonly user?: string,
  ) {}

  /** The message as mailparser understands it. */
  parse(): Promise<ParsedMail> {
    return simpleParser(this.raw);
  }
}
