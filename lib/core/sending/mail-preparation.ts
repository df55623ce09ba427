import type { MailboxRules } from '../address/parse-mailbox.js';
import type { LazySignal } from '../concurrency/lazy-signal.js';
import { Semaphore } from '../concurrency/semaphore.js';
import { checkAttachments } from '../message/check-attachments.js';
import type { OutgoingMail } from '../message/outgoing-mail.js';
import { isTemplateRequest } from '../message/outgoing-mail.js';
import { plainMessage } from '../message/plain-message.js';
import { readPlainMessage } from '../message/read-message.js';
import type { PolicyResult } from '../message/recipient-policy.js';
import { applyRecipientPolicy } from '../message/recipient-policy.js';
import { listRecipients } from '../message/recipients.js';
import type { AttachmentSource } from '../mime/attachment-source.js';
import { openAttachments } from '../mime/attachment-source.js';
import { checkContentIds } from '../mime/check-content-ids.js';
import { composeMail, envelopeSender, newMessageId } from '../mime/compose-mail.js';
import type { ComposedMail } from '../mime/composed-mail.js';
import type { ResolvedMailSettings } from '../settings/resolved-mail-settings.js';
import type { MailRenderer } from '../templates/mail-renderer.js';
import { HtmlToText } from '../templates/text/html-to-text.js';
import { addSecrets } from './add-secrets.js';
import { finishMail } from './finish-mail.js';
import type { RenderedContent } from './mail-content.js';
import { composingError, contentOf } from './mail-content.js';
import type { MessageStreams } from './message-streams.js';
import type { SendListeners } from './send-listeners.js';
import type { SendLog } from './send-log.js';
import type { SendTrace } from './send-trace.js';
import { vetoed } from './suppressed-receipt.js';

/** Mails that are rendered and composed at the same time; more of them would wait for each other's microtasks only. */
const COMPOSED_AT_ONCE = 64;

/** What a preparation works with. */
export interface MailPreparationParts {
  readonly renderer: MailRenderer;
  readonly settings: ResolvedMailSettings;
  readonly listeners: SendListeners;
  readonly addresses: MailboxRules;
  readonly log: SendLog;
}

/** Makes finished mails of a message: hooks, checks, rendering, recipient policy, composing. */
export class MailPreparation {
  readonly #parts: MailPreparationParts;
  readonly #htmlToText = new HtmlToText();
  readonly #composing = new Semaphore(COMPOSED_AT_ONCE);

  constructor(parts: MailPreparationParts) {
    this.#parts = parts;
  }

  /**
   * Does what comes before the delivery, for a few mails at a time where none of them waits for code of the application: of
   * thousands begun at once each would else be halfway, with all that it is made of. A mail with files is none of the few any more
   * once its files are opened, which may take as long as a disk likes.
   */
  async prepare(
    trace: SendTrace,
    streams: MessageStreams,
    signal: LazySignal,
  ): Promise<readonly ComposedMail[]> {
    const { renderer, listeners } = this.#parts;
    const turn = { taken: renderer.asked === undefined && !listeners.any };
    if (turn.taken && !this.#composing.tryAcquire()) await this.#composing.acquire();
    const endTurn = (): void => {
      if (turn.taken) this.#composing.release();
      turn.taken = false;
    };
    try {
      return await this.#prepared(trace, streams, signal, endTurn);
    } catch (error) {
      // What hooks and renderers of the application throw is theirs.
      throw trace.step === 'read' || trace.step === 'compose' ? composingError(error) : error;
    } finally {
      endTurn();
    }
  }

  /**
   * Does everything that comes before the delivery. A function of its own, so that what the mail was made of is free
   * again while thousands of finished ones wait.
   *
   * @returns the finished mails; none when nobody is to get one
   */
  async #prepared(
    trace: SendTrace,
    streams: MessageStreams,
    signal: LazySignal,
    endTurn: () => void,
  ): Promise<readonly ComposedMail[]> {
    const { settings, addresses, log, listeners } = this.#parts;
    const veto = await listeners.ask(trace, () => {
      const { message, failure } = plainMessage(trace.message);
      trace.message = message;
      streams.hold(message);
      if (failure !== undefined) throw failure;
    });
    trace.step = 'read';
    addSecrets(trace);
    const mail = readPlainMessage(trace.message, settings.fromAddress, {
      replyTo: settings.replyTo,
      bounceAddress: settings.bounceAddress,
      fromRequired: settings.enabled,
      addresses,
    });
    trace.messageId = mail.messageId ?? newMessageId(mail);
    trace.sender = envelopeSender(mail);
    trace.recipients = listRecipients(mail.recipients).map(({ mailbox }) => mailbox.address);
    if (veto) {
      trace.dropped = vetoed(mail, veto);
      return [];
    }
    trace.step = 'render';
    const { attachments: embedded = [], ...content } = await contentOf(mail, trace, {
      renderer: this.#parts.renderer,
      htmlToText: this.#htmlToText,
      signal,
    });
    log.rendered(trace, content.html);
    trace.step = 'compose';
    const policy = applyRecipientPolicy(settings, mail.recipients);
    trace.dropped = policy.dropped;
    if (policy.dropped.length > 0) log.dropped(trace);
    const nobody = policy.groups.length === 0;
    if (nobody && !listeners.observes) return [];
    // A stream can be read once, and the delivery is to be the one that does.
    const all =
      embedded.length === 0 ? mail.attachments : [...mail.attachments, ...checkAttachments(embedded)];
    checkContentIds(content.html, all);
    if (all.length > 0) endTurn();
    const attachments = await openAttachments(all, {
      inMemory: policy.groups.length > 1 || listeners.observes || listeners.finishes,
    });
    const shown = nobody ? { ...policy, groups: [mail.recipients] } : policy;
    const composed = this.#compose(mail, content, shown, attachments, trace);
    this.#keep(composed, trace);
    if (nobody) return [];
    if (!listeners.finishes) return composed;
    trace.step = 'finish';
    const finished = await listeners.finish(composed, trace, signal.platform, finishMail);
    this.#keep(finished, trace);
    return finished;
  }

  /** What the trace has to know of the mails from now on. */
  #keep(mails: readonly ComposedMail[], trace: SendTrace): void {
    const [first] = mails;
    if (first) trace.composed = first;
    if (this.#parts.listeners.observes) trace.mails = mails;
  }

  #compose(
    mail: OutgoingMail,
    content: Omit<RenderedContent, 'attachments'>,
    policy: PolicyResult,
    attachments: readonly AttachmentSource[],
    { messageId = '', secrets, template, culture }: SendTrace,
  ): ComposedMail[] {
    return policy.groups.map((recipients, index) =>
      composeMail({
        mail,
        content,
        recipients,
        ...(policy.original && { original: policy.original }),
        attachments,
        messageId: index === 0 ? messageId : messageId.replace('@', `.${index + 1}@`),
        automatic: isTemplateRequest(mail.content),
        ...(content.languages && { languages: content.languages }),
        secrets,
        ...(template !== undefined && { template }),
        ...(culture !== undefined && { culture }),
      }),
    );
  }
}
