/** A mailbox as a parser shows it: the name, empty where there is none, and the address in ASCII. */
export type ExpectedMailbox = readonly [name: string, address: string];

/** What an independent parser must find in a file, apart from the envelope. */
export interface ExpectedMail {
  readonly subject?: string;
  readonly text?: string;
  readonly html?: string;
  /** The mailboxes of each address header, by its name; an empty list means that there is no such header. */
  readonly mailboxes?: Readonly<Record<string, readonly ExpectedMailbox[]>>;
  /** The caller's own headers. */
  readonly headers?: Readonly<Record<string, string>>;
  readonly attachments: readonly ExpectedAttachment[];
  /** Addresses that no header but Bcc may name. */
  readonly blind: readonly string[];
}

/** A file that travels with a mail. */
export interface ExpectedAttachment {
  readonly filename: string;
  readonly sha256: string;
  readonly cid: string | null;
}

/** Text as mails carry it, whatever line ends it was written with. */
export function asCarried(text: string): string {
  return Buffer.from(text.replace(/\r\n|\r|\n/g, '\n')).toString();
}
