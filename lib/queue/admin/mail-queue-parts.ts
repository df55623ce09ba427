import type { SealingKeys } from '../job/sealing-keys.js';
import type { ContentStore } from '../store/content-store.js';
import type { QueueStore } from '../store/queue-store.js';

/** What {@link MailQueue} works with. */
export interface MailQueueParts {
  readonly store: QueueStore;
  /** Longest wait in milliseconds for an answer of the store. */
  readonly timeoutMs: number;
  /** Open the contents of mails, to tell addresses. */
  readonly keys: SealingKeys;
  /** The folder of the option `claimCheck`. @default none */
  readonly directory?: ContentStore;
}
