import { createHash, createHmac } from 'node:crypto';
import { Readable } from 'node:stream';
import type { AnySignal } from '../concurrency/lazy-signal.js';
import { platformSignal } from '../concurrency/lazy-signal.js';
import { lateImport } from '../errors/late-import.js';
import type { MailAttachment, MailMessage } from '../message/mail-message.js';
import { valueDigest } from '../message/value-digest.js';
import { quietly } from './quietly.js';

/** What the application gave, where the message holds more than that: the time at which it was made. */
export interface GivenValue {
  readonly kind: 'reset-password';
  readonly fields: object;
}

/** What reads attachments: no send without an attachment and a key needs it. */
const importReaders = lateImport(() =>
  Promise.all([import('../message/check-attachments.js'), import('../mime/attachment-source.js')]),
);

/** Stands before everything that is hashed, so that no digest is that of something else. */
const DOMAIN = 'nest-mailroom message 1\n';

/**
 * A message as the application gave it, before hooks and templates, for the question whether two sends with one key say the same.
 * Its plain values are read at once, because the application may change them; its files and streams by {@link read}.
 */
export class GivenMessage {
  readonly #values: Buffer;
  #whole: Buffer;

  /**
   * @param message as plain data
   * @param given what the message was made of. @default the message itself was given
   * @throws MailMessageError `EMAILMESSAGE` when it cannot be compared with another one
   */
  constructor(message: MailMessage, given?: GivenValue) {
    const { kind = 'message', fields = message } = given ?? {};
    const values = {
      ...fields,
      // Streams tell nothing of what they are to give.
      attachments: listOf(message.attachments).map(withoutStream),
    };
    this.#values = valueDigest(`${DOMAIN}${kind}`, values, 'message');
    this.#whole = this.#values;
  }

  /**
   * Reads files and streams. Those that cannot be attached are passed over: unless a hook replaces them, the send ends with an
   * error that says why.
   *
   * @param message the same message
   * @param signal ends the reading of files; streams end when they are destroyed
   * @returns the message with what its streams have given in their place
   * @throws MailMessageError `EMAILATTACHMENT` when a stream cannot be read
   */
  async read(message: MailMessage, signal: AnySignal): Promise<MailMessage> {
    if (listOf(message.attachments).length === 0) return message;
    const [{ checkAttachments }, { fileDigest, withoutStreams }] = await importReaders();
    const checked = quietly(() => checkAttachments(message.attachments)) ?? [];
    if (checked.every(({ content, path }) => path === undefined && !(content instanceof Readable)))
      return message;
    const held = await withoutStreams(checked);
    const hash = createHash('sha256').update(DOMAIN).update(this.#values);
    for (const [index, { path, content }] of held.entries()) {
      const file = path === undefined ? undefined : await fileDigest(path, platformSignal(signal));
      if (file) hash.update('f').update(file);
      else if (checked[index]?.content instanceof Readable && content instanceof Uint8Array)
        hash.update('s').update(createHash('sha256').update(content).digest());
      else hash.update('v');
    }
    this.#whole = hash.digest();
    return { ...message, attachments: held };
  }

  /**
   * SHA-256 of it, or HMAC-SHA-256 with a key, in base64url.
   *
   * @param key without one, whoever can guess the message can check the guess
   */
  async digest(key?: Uint8Array): Promise<string> {
    const hash = key ? createHmac('sha256', key) : createHash('sha256');
    return hash.update(DOMAIN).update(this.#whole).digest('base64url');
  }
}

function listOf(attachments: unknown): readonly unknown[] {
  if (Array.isArray(attachments)) return attachments;
  return attachments === undefined || attachments === null ? [] : [attachments];
}

function withoutStream(attachment: unknown): unknown {
  const { content } = (attachment ?? {}) as Partial<MailAttachment>;
  return content instanceof Readable ? { ...Object(attachment), content: Readable } : attachment;
}
