import type { AnySignal } from '../../../concurrency/lazy-signal.js';
import { onAbort } from '../../../concurrency/on-abort.js';
import { untilAborted } from '../../../concurrency/until-aborted.js';
import { messageOf } from '../../../errors/error-facts.js';
import { MailDeliveryError } from '../../../errors/mail-delivery-error.js';
import { MailError } from '../../../errors/mail-error.js';
import { plainCause } from '../../../errors/plain-cause.js';
import type { ComposedMail } from '../../../mime/composed-mail.js';
import { digestOf } from './mail-digest.js';
import { signatureField } from './signature-field.js';
import type { SignedFields } from './signed-fields.js';
import { SignedMail } from './signed-mail.js';
import type { SigningKey } from './signing-key.js';

/** Octets up to which a mail that can be read twice is kept in memory between signing and sending. */
const LARGEST_KEPT = 1024 * 1024;
const TAB = 0x09;
const BLANK = 0x20;

/** What was read of a mail to sign it. */
type ReadMail = Awaited<ReturnType<typeof digestOf>> & { readonly content?: Buffer };

/** Signs mails (RFC 6376 relaxed/relaxed, RFC 8463), one signature for each key, each over the unsigned mail. */
export class DkimSigner {
  readonly #keys: readonly SigningKey[];
  readonly #fields: SignedFields;

  constructor(keys: readonly SigningKey[], fields: SignedFields) {
    this.#keys = keys;
    this.#fields = fields;
  }

  /**
   * Signs a mail; its own bytes stay as they are. Reading it ends when the signal fires.
   *
   * @throws {@link MailDeliveryError} `EMAILDATA` of the phase `data`: nothing was sent, because the mail could not be
   *   read or signed
   * @throws the signal's reason
   */
  async sign(mail: ComposedMail, signal: AnySignal): Promise<ComposedMail> {
    const read = await this.#read(mail, signal);
    try {
      const first = read.head[0];
      if (first === BLANK || first === TAB) throw new Error('it begins with the rest of a folded line');
      const signatures = await this.#signatures(read);
      const { asciiHead } = mail;
      const ascii = asciiHead && {
        ...(await digestOf([asciiHead.bytes])),
        bodyHash: read.bodyHash,
      };
      return new SignedMail(mail, signatures, read.content, ascii && (await this.#signatures(ascii)));
    } catch (error) {
      throw failure(mail, `could not be signed: ${messageOf(error)}`, false, error);
    }
  }

  async #signatures(read: ReadMail): Promise<Buffer> {
    const names = this.#fields.namesIn(read.header);
    const seconds = Math.floor(Date.now() / 1000);
    const made = await Promise.all(this.#keys.map(key => signatureField(key, read, names, seconds)));
    return Buffer.from(made.join(''), 'latin1');
  }

  async #read(mail: ComposedMail, signal: AnySignal): Promise<ReadMail> {
    const { unended } = mail;
    try {
      if (!unended || (mail.size ?? 0) <= LARGEST_KEPT) {
        const content = await untilAborted((unended ?? mail).bytes(), signal);
        return { ...(await digestOf([content])), content };
      }
      const stream = unended.stream();
      const stop = onAbort(signal, () => stream.destroy());
      try {
        return await digestOf(stream as AsyncIterable<Buffer>);
      } finally {
        stop();
      }
    } catch (error) {
      if (error instanceof MailError) throw error;
      signal.throwIfAborted();
      throw failure(mail, `could not be read to sign it: ${messageOf(error)}`, true, error);
    }
  }
}

function failure(mail: ComposedMail, what: string, retryable: boolean, cause: unknown): MailDeliveryError {
  return new MailDeliveryError('EMAILDATA', `The mail ${what}; nothing was sent.`, {
    phase: 'data',
    retryable,
    messageId: mail.messageId,
    cause: plainCause(cause),
  });
}
