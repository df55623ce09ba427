import type { ComposedMail } from './composed-mail.js';

/** What a mail that is made of another one says as that one does, whatever becomes of its bytes. */
export abstract class CarriedFacts {
  readonly messageId: string;
  readonly bcc?: readonly string[];
  readonly partial?: boolean;
  readonly headerSender?: string;
  readonly template?: string;
  readonly culture?: string;

  /** @param whole the mail that it is made of */
  protected constructor({ messageId, bcc, partial, headerSender, template, culture }: ComposedMail) {
    this.messageId = messageId;
    if (bcc) this.bcc = Object.freeze([...bcc]);
    if (partial !== undefined) this.partial = partial;
    if (headerSender !== undefined) this.headerSender = headerSender;
    if (template !== undefined) this.template = template;
    if (culture !== undefined) this.culture = culture;
  }
}
