import { MailerEnd } from '../../sending/mailer-end.js';

const OPEN_AGAIN = 'To send on, call open() again.';

/** Another mailer has taken the key. */
export function replacedEnd(label: string): MailerEnd {
  return new MailerEnd(`The mailer "${label}" was replaced by one with other settings`, OPEN_AGAIN);
}

/** Somebody has called `close`. */
export function closedEnd(label: string): MailerEnd {
  return new MailerEnd(`The mailer "${label}" was closed by MailerRegistry.close()`, OPEN_AGAIN);
}

/** Nobody has used it. */
export function idleEnd(label: string, idleMs: number): MailerEnd {
  return new MailerEnd(
    `The mailer "${label}" was closed because nobody had used it for ${idleMs} ms (idleMs)`,
    OPEN_AGAIN,
  );
}
