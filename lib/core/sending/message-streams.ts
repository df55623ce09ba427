import { Readable } from 'node:stream';
import type { MailMessage } from '../message/mail-message.js';

/**
 * Owns the streams that a message brings as attachments: they are read or destroyed, never left open, and their errors never
 * crash the process.
 */
export class MessageStreams {
  readonly #streams = new Set<Readable>();
  #closed = false;

  /**
   * Takes the streams of a message, also those that a hook has put into it; destroys them at once when the send is over.
   *
   * @param message as the caller or a hook gave it, so of any shape
   */
  hold(message: MailMessage): void {
    const attachments: unknown = message?.attachments;
    if (!Array.isArray(attachments)) return;
    for (const item of attachments as readonly ({ content?: unknown } | null)[]) {
      const content = item?.content;
      if (!(content instanceof Readable) || this.#streams.has(content)) continue;
      content.on('error', () => {});
      if (this.#closed) destroy(content);
      else this.#streams.add(content);
    }
  }

  /** Destroys what was not read. */
  close(): void {
    this.#closed = true;
    for (const stream of this.#streams) destroy(stream);
    this.#streams.clear();
  }
}

function destroy(stream: Readable): void {
  try {
    stream.destroy();
  } catch {
    // A stream of the application with a destroy() of its own: its trouble is not that of the mail.
  }
}
