import type { QueuedMailProgress } from '../../core/delivery/mail-delivery.js';
import type { PreviewMail } from './preview-mails.js';

/** How something is shown that went well, is under way, or went wrong. */
export type BadgeKind = 'good' | 'warn' | 'bad';

/** The states of a mail in a queue, for people. */
const STATES: Readonly<Record<QueuedMailProgress['state'], readonly [words: string, kind: BadgeKind]>> = {
  waiting: ['queued', 'warn'],
  delayed: ['to be delivered later', 'warn'],
  active: ['being delivered', 'warn'],
  delivered: ['delivered', 'good'],
  partly: ['partly delivered', 'bad'],
  failed: ['failed', 'bad'],
  unknown: ['queued', 'warn'],
};

const BADGES: Readonly<Record<PreviewMail['status'], BadgeKind>> = {
  accepted: 'good',
  written: 'good',
  queued: 'warn',
  suppressed: 'warn',
  failed: 'bad',
};

/** How a send ended, or what has become of its mail in the queue since. */
export function stateWords({
  status,
  progress,
}: Pick<PreviewMail, 'status' | 'progress'>): readonly [words: string, kind: BadgeKind] {
  return progress ? STATES[progress.state] : [status, BADGES[status]];
}
