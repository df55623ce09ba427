import type { MailReader } from './mail-reader.js';
import type { PreviewMail } from './preview-mails.js';

/** Which mails are to be listed. */
export interface MessageFilter {
  /** An address that gets the mail, whole, upper and lower case being the same. */
  readonly to?: string;
  /** Part of the subject. */
  readonly subject?: string;
  /** Part of subject, addresses or text. */
  readonly search?: string;
}

const LONGEST = 200;

/** The filter that the query of an address describes. */
export function filterOf(query: URLSearchParams): MessageFilter {
  const of = (name: keyof MessageFilter): Partial<MessageFilter> => {
    const value = query.get(name)?.trim().slice(0, LONGEST) ?? '';
    return value === '' ? {} : { [name]: value };
  };
  return { ...of('to'), ...of('subject'), ...of('search') };
}

/**
 * The mails that match a filter, in their order.
 *
 * @param limit how many at most; no more mails are read than it takes to find these. @default all
 */
export async function matching(
  mails: readonly PreviewMail[],
  filter: MessageFilter,
  reader: MailReader,
  limit = Infinity,
): Promise<PreviewMail[]> {
  const found: PreviewMail[] = [];
  for (const mail of mails) {
    if (found.length >= limit) break;
    if (await matches(mail, filter, reader)) found.push(mail);
  }
  return found;
}

async function matches(
  mail: PreviewMail,
  { to, subject, search }: MessageFilter,
  reader: MailReader,
): Promise<boolean> {
  if (to !== undefined && !(await isFor(mail, to.toLowerCase(), reader))) return false;
  if (subject !== undefined) {
    const { subject: own } = await reader.summary(mail);
    if (!own.toLowerCase().includes(subject.toLowerCase())) return false;
  }
  return search === undefined || reader.contains(mail, search);
}

async function isFor(mail: PreviewMail, address: string, reader: MailReader): Promise<boolean> {
  if (mail.envelope?.to.some(one => one.toLowerCase() === address)) return true;
  const { to, cc } = await reader.summary(mail);
  return [...to, ...cc].some(one => one.address.toLowerCase() === address);
}
