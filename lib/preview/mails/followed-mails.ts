import { atMost } from '../../core/concurrency/at-most.js';
import type { QueuedMailProgress } from '../../core/delivery/mail-delivery.js';
import type { PreviewListing, PreviewMail, PreviewMails } from './preview-mails.js';
import type { QueuedRow, SentMails } from './sent-mails.js';

/** How the mails that a queue has taken are followed. */
export interface QueueFollowing {
  /** How far the mail of a job has come; undefined where the mailer cannot tell, or is gone. */
  progress(mailer: string | undefined, jobId: string): Promise<QueuedMailProgress | undefined>;
  /** Whether somebody has a page open. */
  isWatched(): boolean;
}

/** Milliseconds between two looks at the queue. */
const AGAIN_MS = 2000;
/** The newest mails that a look asks for. */
const MOST_ROWS = 50;
const AT_ONCE = 10;
/** Milliseconds that a page waits for a look; what comes later, comes as a change. */
const PAGE_WAIT_MS = 500;

/** The mails that were sent, those in a queue with what has become of them since. The queue is asked only while somebody looks. */
export class FollowedMails implements PreviewMails {
  readonly description: string;
  readonly deletion: string;
  readonly omission: string;
  readonly #sent: SentMails;
  readonly #following: QueueFollowing;
  readonly #onChange: () => void;
  /** Mails of which their mailer tells nothing. */
  readonly #untold = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #look: Promise<void> | undefined;
  #lookedAt = -Infinity;

  constructor(sent: SentMails, following: QueueFollowing, onChange: () => void) {
    this.description = sent.description;
    this.deletion = sent.deletion;
    this.omission = sent.omission;
    this.#sent = sent;
    this.#following = following;
    this.#onChange = onChange;
  }

  async list(): Promise<PreviewListing> {
    await this.#lookNow();
    return this.#sent.list();
  }

  async find(id: string): Promise<PreviewMail | undefined> {
    await this.#lookNow();
    return this.#sent.find(id);
  }

  clear(): Promise<void> {
    this.#untold.clear();
    return this.#sent.clear();
  }

  /** Somebody looks: the queue is asked, unless it was just now, and again and again from now on. */
  async #lookNow(): Promise<void> {
    const rows = this.#sent.inQueue(MOST_ROWS, this.#untold);
    if (rows.length === 0) return;
    this.#timer ??= setInterval(() => this.#tick(), AGAIN_MS).unref();
    await atMost(PAGE_WAIT_MS, this.#ask(rows));
  }

  #tick(): void {
    const rows = this.#sent.inQueue(MOST_ROWS, this.#untold);
    if (rows.length > 0 && this.#following.isWatched()) {
      void this.#ask(rows);
      return;
    }
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** One look at a time: a store that does not answer must not be asked ever more often. */
  #ask(rows: readonly QueuedRow[]): Promise<void> {
    if (this.#look) return this.#look;
    // Timers come a little early or late.
    if (performance.now() - this.#lookedAt < AGAIN_MS * 0.9) return Promise.resolve();
    this.#look = this.#askAll(rows).finally(() => {
      this.#look = undefined;
      this.#lookedAt = performance.now();
    });
    return this.#look;
  }

  async #askAll(rows: readonly QueuedRow[]): Promise<void> {
    let changed = false;
    for (let at = 0; at < rows.length; at += AT_ONCE) {
      const some = rows.slice(at, at + AT_ONCE);
      const found = await Promise.allSettled(
        some.map(async ({ mailer, jobId }) => this.#following.progress(mailer, jobId)),
      );
      for (const [index, one] of found.entries()) {
        const row = some[index];
        if (!row || one.status === 'rejected') continue;
        if (!one.value) this.#untold.add(row.id);
        else if (this.#sent.setProgress(row.id, one.value)) changed = true;
      }
      // The queue cannot be asked now; the others would wait as long.
      if (found.some(({ status }) => status === 'rejected')) break;
    }
    if (changed) this.#onChange();
  }
}
