/** The mail clients whose support is known, with the names that findings call them by. */
export const MAIL_CLIENTS = {
  'apple-mail': 'Apple Mail',
  gmail: 'Gmail',
  'outlook-windows': 'Outlook on Windows',
  'outlook-web': 'Outlook.com and the new Outlook',
  'outlook-apps': 'the Outlook apps',
  yahoo: 'Yahoo Mail',
  samsung: 'Samsung Email',
  thunderbird: 'Thunderbird',
} as const;

/**
 * A mail client, or a group that shows mails alike. `outlook-windows` is the classic program, which lays mails out with
 * Word; `outlook-web` is Outlook.com, Outlook on the web and the new Outlook; `outlook-apps` are those of macOS, iOS and
 * Android; `yahoo` counts for AOL.
 */
export type MailClient = keyof typeof MAIL_CLIENTS;

/** All mail clients, in the order in which findings name them. */
export const ALL_MAIL_CLIENTS = Object.keys(MAIL_CLIENTS) as readonly MailClient[];

/** Whether a word is the name of a mail client as options write it. */
export function isMailClient(name: string): name is MailClient {
  return Object.hasOwn(MAIL_CLIENTS, name);
}
