import type { Mailbox } from '../../core/address/mailbox.js';
import type { ReadMail } from '../../core/mime/read-mail.js';
import { readMail } from '../../core/mime/read-mail.js';
import type { PreviewMail } from './preview-mails.js';

/** What a list shows of a mail. */
export interface MailSummary {
  readonly subject: string;
  readonly from?: Mailbox;
  readonly to: readonly Mailbox[];
  readonly cc: readonly Mailbox[];
  /** Whether it seems to have attachments: a part that says so, by its Content-Disposition. */
  readonly attached: boolean;
}

/** Most mails that are held in memory as they were read: those that pages show at the moment. */
const MOST_READ = 4;
const LONGEST_HEADER = 256 * 1024;
const LONGEST_SEARCHED = 256 * 1024;
const LONGEST_SEARCH_TEXT = 20_000;

/** Reads a mail when a page shows it, and keeps the last few; what a list and a search need of every mail is kept shortened. */
export class MailReader {
  readonly #read = new Map<string, Promise<ReadMail>>();
  readonly #summaries = new WeakMap<PreviewMail, Promise<MailSummary>>();
  readonly #texts = new WeakMap<PreviewMail, Promise<string>>();

  /** All of a mail. */
  async whole(mail: PreviewMail): Promise<ReadMail> {
    const known = this.#read.get(mail.id);
    if (known) return known;
    const reading = mail.content().then(async content => {
      if (content) return readMail(content);
      const head = await readMail(headerOf(await mail.head()));
      return { ...head, problem: mail.problem ?? 'The content of this mail is gone.' };
    });
    this.#read.set(mail.id, reading);
    for (const id of this.#read.keys()) {
      if (this.#read.size <= MOST_READ) break;
      this.#read.delete(id);
    }
    return reading;
  }

  /** What a list shows; only the header is read for it. */
  summary(mail: PreviewMail): Promise<MailSummary> {
    return kept(this.#summaries, mail, async () => {
      const head = await mail.head();
      const { subject, from, to, cc } = await readMail(headerOf(head));
      return {
        subject: shortened(subject, 1000),
        ...(from && { from }),
        to: to.slice(0, 100),
        cc: cc.slice(0, 100),
        attached: /^content-disposition:\s*attachment/im.test(head.toString('latin1', 0, LONGEST_SEARCHED)),
      };
    });
  }

  /** Whether a text stands in the subject, the addresses or the words of a mail; upper and lower case are the same. */
  async contains(mail: PreviewMail, wanted: string): Promise<boolean> {
    const text = await kept(this.#texts, mail, async () => {
      const { subject, from, to, cc } = await this.summary(mail);
      const content = (await mail.content())?.subarray(0, LONGEST_SEARCHED) ?? Buffer.alloc(0);
      const read = await readMail(content);
      const words = read.text ?? (read.html ?? '').replace(/<[^<>]*>/g, ' ');
      const addresses = [from, ...to, ...cc].map(one => `${one?.name ?? ''} ${one?.address ?? ''}`);
      const others = [
        ...(mail.envelope?.to ?? []).slice(0, 100),
        mail.envelope?.from,
        mail.template,
        mail.error?.message,
      ];
      return shortened(
        [subject, ...addresses, ...others, words].join('\n').toLowerCase(),
        LONGEST_SEARCH_TEXT,
      );
    });
    return text.includes(wanted.toLowerCase());
  }
}

function kept<Value>(
  values: WeakMap<PreviewMail, Promise<Value>>,
  mail: PreviewMail,
  make: () => Promise<Value>,
): Promise<Value> {
  const known = values.get(mail);
  if (known) return known;
  const made = make();
  values.set(mail, made);
  return made;
}

/** The header section, without the body. */
function headerOf(bytes: Buffer): Buffer {
  const ends = ['\r\n\r\n', '\n\n'].map(end => bytes.indexOf(end)).filter(place => place >= 0);
  return bytes.subarray(0, Math.min(...ends, LONGEST_HEADER));
}

/** Cut by copying: a part of a long text would hold on to all of it. */
function shortened(text: string, most: number): string {
  return text.length > most ? Buffer.from(text.slice(0, most)).toString() : text;
}
