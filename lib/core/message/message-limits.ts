/**
 * What one message may hold at most; more is refused before any work is done. docs/messages.md lists these limits.
 */
export const MESSAGE_LIMITS = {
  /** Octets (UTF-8) of a subject, and of the value of one header. */
  headerOctets: 64 * 1024,
  /** Recipients over To, Cc and Bcc as given, before the recipient policy. */
  recipients: 100_000,
  /** Mailboxes in each of From and Reply-To. */
  otherMailboxes: 100,
  /** Attachments. */
  attachments: 1000,
  /** Further parts beside text and HTML. */
  alternatives: 100,
  /** Headers of the caller's own, each line counted. */
  headers: 1000,
  /** Characters of the name of a header. */
  headerName: 76,
  /** Characters of a file name. */
  fileName: 255,
  /** Characters of each body; characters or octets of each alternative. */
  body: 32 * 1024 * 1024,
  /** Paragraphs of a notification, and rows of its table. */
  lines: 10_000,
  /** Columns of the table of a notification. */
  columns: 100,
  /** Characters of a name, such as that of the person to greet; of a mailbox, name and address each. */
  name: 1000,
  /** Fields of one object. */
  fields: 1000,
} as const;
