import type { DeliveredMail } from '../postfix/maildir.js';

/** The ports of a real mail server, one for each way of securing a connection. */
export interface MailServerPorts {
  /** Does not offer STARTTLS. */
  readonly plain: number;
  /** Offers STARTTLS. */
  readonly startTls: number;
  /** Speaks TLS from the first byte. */
  readonly implicitTls: number;
}

/** A real mail server that belongs to one test and delivers what it takes into one Maildir. */
export interface MailServer {
  readonly host: string;
  readonly ports: MailServerPorts;
  /** Certificate of the authority that signed the server's certificate, PEM. */
  readonly ca: string;
  /** Waits until everything that the server accepted is in the Maildir. */
  idle(): Promise<void>;
  /** Every copy of every mail in the Maildir. */
  mails(): Promise<DeliveredMail[]>;
  /** Everything that the server has logged. */
  log(): string;
  /** Ends the server and removes everything that it wrote. */
  stop(): Promise<void>;
}
