import { isDeepStrictEqual } from 'node:util';
import type { QueuedMailProgress } from '../../core/delivery/mail-delivery.js';
import type { MailReceipt } from '../../core/delivery/mail-receipt.js';
import type { ComposedMail } from '../../core/mime/composed-mail.js';
import type { MailObserver, ObservedSend } from '../../core/sending/mail-observer.js';
import { failureOf } from './preview-failure.js';
import type { PreviewListing, PreviewMail, PreviewMails } from './preview-mails.js';

/** How much a {@link SentMails} keeps. */
export interface SentMailsBounds {
  readonly maxMails: number;
  readonly maxBytes: number;
}

/** What a mail takes in memory beside its content, and what each address of it does. */
const MAIL_OVERHEAD = 2048;
const ADDRESS_OVERHEAD = 200;
const LONGEST_HEAD = 64 * 1024;

/** A mail that is on its way through a queue. */
export interface QueuedRow {
  readonly id: string;
  readonly mailer: string | undefined;
  readonly jobId: string;
}

/** Nothing becomes of a mail any more that is in one of these. */
const ENDS: ReadonlySet<QueuedMailProgress['state']> = new Set(['delivered', 'partly', 'failed', 'unknown']);

interface KeptMail {
  mail: PreviewMail;
  readonly weight: number;
}

/** The mails that an application has sent since it started, in memory: the oldest go when there are too many. */
export class SentMails implements PreviewMails, MailObserver {
  readonly description = 'What the application has sent since it started';
  readonly deletion = 'They are taken out of this list; what was sent stays sent.';
  readonly omission: string;
  readonly #bounds: SentMailsBounds;
  readonly #onChange: () => void;
  /** In the order of their ends. */
  readonly #kept = new Map<string, KeptMail>();
  /** Ids of one start are not those of another: an old page must not show a new mail. */
  readonly #prefix = Date.now().toString(36);
  #count = 0;
  #weight = 0;
  #omitted = 0;

  constructor(bounds: SentMailsBounds, onChange: () => void) {
    this.#bounds = bounds;
    this.#onChange = onChange;
    this.omission = `the newest ${bounds.maxMails} are kept, and no more than ${megabytes(bounds.maxBytes)} MB`;
  }

  /** Keeps the mails of a send that has ended. */
  async observe(send: ObservedSend): Promise<void> {
    for (const mail of send.mails.length === 0 ? [undefined] : send.mails) await this.#keep(send, mail);
    this.#onChange();
  }

  async list(): Promise<PreviewListing> {
    return { mails: [...this.#kept.values()].map(({ mail }) => mail).toReversed(), omitted: this.#omitted };
  }

  async find(id: string): Promise<PreviewMail | undefined> {
    return this.#kept.get(id)?.mail;
  }

  async clear(): Promise<void> {
    this.#kept.clear();
    this.#weight = 0;
    this.#omitted = 0;
    this.#onChange();
  }

  /** The newest mails that a queue has taken and has not settled yet, but for some. */
  inQueue(most: number, but: ReadonlySet<string>): QueuedRow[] {
    const rows: QueuedRow[] = [];
    for (const { mail } of [...this.#kept.values()].toReversed()) {
      if (rows.length >= most) break;
      const { id, mailer, receipt, progress } = mail;
      const isSettled = progress !== undefined && ENDS.has(progress.state);
      if (receipt?.status === 'queued' && receipt.jobId !== undefined && !isSettled && !but.has(id))
        rows.push({ id, mailer, jobId: receipt.jobId });
    }
    return rows;
  }

  /** Keeps what has become of a mail; returns whether that is news. */
  setProgress(id: string, progress: QueuedMailProgress): boolean {
    const kept = this.#kept.get(id);
    if (!kept || isDeepStrictEqual(kept.mail.progress, progress)) return false;
    kept.mail = { ...kept.mail, progress };
    return true;
  }

  async #keep(send: ObservedSend, composed: ComposedMail | undefined): Promise<void> {
    const { maxMails, maxBytes } = this.#bounds;
    const content = composed && (await contentOf(composed, maxBytes));
    const head = content ?? (composed ? await headOf(composed) : Buffer.alloc(0));
    const id = `${this.#prefix}-${++this.#count}`;
    const mail = sentMail(id, send, composed, { head, content });
    const { receipt } = mail;
    const addresses =
      (mail.envelope?.to.length ?? 0) + (receipt?.dropped.length ?? 0) + (receipt?.rejected.length ?? 0);
    const weight = head.length + MAIL_OVERHEAD + addresses * ADDRESS_OVERHEAD;
    this.#kept.set(id, { mail, weight });
    this.#weight += weight;
    for (const [oldest, kept] of this.#kept) {
      if (this.#kept.size <= maxMails && (this.#weight <= maxBytes || this.#kept.size === 1)) break;
      this.#kept.delete(oldest);
      this.#weight -= kept.weight;
      this.#omitted++;
    }
  }
}

function sentMail(
  id: string,
  send: ObservedSend,
  composed: ComposedMail | undefined,
  { head, content }: { head: Buffer; content: Buffer | undefined },
): PreviewMail {
  const { mailer, template, culture, begunAt, error } = send;
  const receipt = composed ? receiptOf(send.receipt, composed) : send.receipt;
  const size = content?.length ?? composed?.size ?? 0;
  return {
    id,
    at: begunAt,
    status: receipt?.status ?? 'failed',
    ...(composed && { envelope: { ...composed.envelope, to: [...composed.envelope.to] } }),
    ...(mailer !== undefined && { mailer }),
    ...(template !== undefined && { template }),
    ...(culture !== undefined && { culture }),
    ...(receipt && { receipt }),
    ...(!receipt && { error: failureOf(error) }),
    ...problemOf(composed, content),
    size,
    head: async () => head,
    content: async () => content,
  };
}

function problemOf(composed: ComposedMail | undefined, content: Buffer | undefined): { problem?: string } {
  if (!composed) return { problem: 'The send ended before the mail was put together.' };
  return content ? {} : { problem: 'The mail is larger than maxBytes allows, so its content was not kept.' };
}

/** @returns undefined when it is larger than `maxBytes`, and so is not kept */
async function contentOf(mail: ComposedMail, maxBytes: number): Promise<Buffer | undefined> {
  if ((mail.size ?? 0) > maxBytes) return undefined;
  const bytes = await mail.bytes();
  return bytes.length > maxBytes ? undefined : bytes;
}

/** The beginning of a mail whose content is not kept. */
async function headOf(mail: ComposedMail): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of mail.stream()) {
    const bytes = Buffer.from(chunk as Uint8Array);
    chunks.push(bytes);
    size += bytes.length;
    if (size >= LONGEST_HEAD) break;
  }
  // Copied: a part of a large buffer would hold on to all of it.
  return Buffer.from(Buffer.concat(chunks).subarray(0, LONGEST_HEAD));
}

/** The part of the receipt that is about one of several mails; with all that were dropped. */
function receiptOf(receipt: MailReceipt | undefined, { envelope }: ComposedMail): MailReceipt | undefined {
  const part = receipt?.messages?.find(({ envelope: { to } }) =>
    to.some(address => envelope.to.includes(address)),
  );
  return receipt && part ? { ...part, dropped: receipt.dropped } : receipt;
}

function megabytes(bytes: number): string {
  return (bytes / 1024 / 1024).toFixed(bytes < 10 * 1024 * 1024 ? 1 : 0);
}
