import { Readable } from 'node:stream';
import type { MailMessage } from '../message/mail-message.js';
import { plainMessage } from '../message/plain-message.js';

/**
 * Owns the streams that a message brings as attachments: they are read or destroyed, never left open, and their errors never
 * crash the process.
 */
export class MessageStreams {
  /** Made for the first stream: most mails have none. */
  #streams: Set<Readable> | undefined;
  #closed = false;

  /**
   * Takes the streams of a message, also those that a hook has put into it; destroys them at once when the send is over.
   *
   * @param message as plain data; what its fields hold may be of any shape
   */
  hold({ attachments }: MailMessage): void {
    if (!Array.isArray(attachments)) return;
    for (const item of attachments as readonly ({ content?: unknown } | null)[]) {
      const content = item?.content;
      if (!isReadable(content) || this.#streams?.has(content)) continue;
      try {
        content.on('error', () => {});
      } catch {
        continue;
      }
      if (this.#closed) destroy(content);
      else (this.#streams ??= new Set()).add(content);
    }
  }

  /** Destroys what was not read. */
  close(): void {
    this.#closed = true;
    for (const stream of this.#streams ?? []) destroy(stream);
    this.#streams = undefined;
  }
}

/** Destroys the streams of what cannot become a message at all. */
export function closeStreamsOf(given: unknown): void {
  const streams = new MessageStreams();
  streams.hold(plainMessage(given).message);
  streams.close();
}

function isReadable(content: unknown): content is Readable {
  try {
    return content instanceof Readable;
  } catch {
    // A proxy whose traps throw; reading the message will tell.
    return false;
  }
}

function destroy(stream: Readable): void {
  try {
    stream.destroy();
  } catch {
    // A stream of the application with a destroy() of its own: its trouble is not that of the mail.
  }
}
