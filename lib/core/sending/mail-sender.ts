import type { MailboxRules } from '../address/parse-mailbox.js';
import { abortedError } from '../delivery/aborted-error.js';
import type { MailDelivery } from '../delivery/mail-delivery.js';
import type { MailReceipt } from '../delivery/mail-receipt.js';
import type { CallSite } from '../errors/call-site.js';
import { CallerNotes } from '../errors/call-site.js';
import { hideInError } from '../errors/hide-in-error.js';
import { MailDeliveryError } from '../errors/mail-delivery-error.js';
import { isMailError } from '../errors/mail-error.js';
import { checkAttachments } from '../message/check-attachments.js';
import type { MailMessage } from '../message/mail-message.js';
import { secretsOf } from '../message/message-secrets.js';
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
import { redactorOf } from '../mime/redact-for.js';
import type { ResolvedMailSettings } from '../settings/resolved-mail-settings.js';
import type { MailRenderer } from '../templates/mail-renderer.js';
import { HtmlToText } from '../templates/text/html-to-text.js';
import { deliverGroups } from './deliver-groups.js';
import type { RenderedContent } from './mail-content.js';
import { composingError, contentOf } from './mail-content.js';
import type { MailTelemetry } from './mail-telemetry.js';
import { MessageStreams } from './message-streams.js';
import type { QueueSendOptions } from './queue-options.js';
import { queueRequest } from './queue-request.js';
import type { RetryPolicy } from './retry-policy.js';
import type { SendLimits } from './send-limits.js';
import type { SendListeners } from './send-listeners.js';
import type { SendLog } from './send-log.js';
import { SendMany } from './send-many.js';
import type { SendOptions } from './send-options.js';
import type { SendOutcome } from './send-outcome.js';
import type { SendDetails, SendTrace } from './send-trace.js';
import { sendTrace } from './send-trace.js';
import { suppressedReceipt, vetoed } from './suppressed-receipt.js';
import { sendFacts } from './telemetry-facts.js';

/** What a sender works with. */
export interface MailSenderParts {
  readonly delivery: MailDelivery;
  readonly renderer: MailRenderer;
  readonly settings: ResolvedMailSettings;
  readonly limits: SendLimits;
  readonly listeners: SendListeners;
  readonly retry: RetryPolicy;
  readonly addresses: MailboxRules;
  readonly log: SendLog;
  readonly telemetry: MailTelemetry;
  /** Whether the delivery is the application's own, whose errors nobody has looked through. */
  readonly ownDelivery: boolean;
}

/** The one way through: message, render, recipient policy, compose, deliver, receipt. */
export class MailSender {
  readonly #parts: MailSenderParts;
  readonly #callers = new CallerNotes();
  readonly #htmlToText = new HtmlToText();

  constructor(parts: MailSenderParts) {
    this.#parts = parts;
  }

  /**
   * Sends one message within its bounds. Hooks hear of the outcome after that: what is known by then must not be lost to
   * a time limit.
   *
   * @param caller where the application called; its lines are added to the stack of the error
   * @throws MailError, or what a hook or a delivery of the application has thrown
   */
  async send(
    message: MailMessage,
    options: SendOptions,
    caller: CallSite,
    details?: SendDetails,
  ): Promise<MailReceipt> {
    const { delivery, limits, listeners, log, telemetry } = this.#parts;
    const given = plainMessage(message);
    const trace = sendTrace(given.message, details);
    const streams = new MessageStreams();
    // Before anything else: a stream without a listener that fails ends the process.
    streams.hold(given.message);
    const bounds = limits.begin(options);
    try {
      const unfit = this.#askQueue(trace, bounds.queue, given.failure);
      const begun = telemetry.begin();
      const span = begun instanceof Promise ? await begun : begun;
      let outcome: SendOutcome;
      try {
        const receipt = await bounds.race(trace, () =>
          span.run(() => this.#deliver(trace, bounds.signal, streams, unfit)),
        );
        outcome = { receipt };
      } catch (thrown) {
        const error = this.#withoutSecrets(thrown, trace);
        this.#callers.add(error, caller);
        outcome = { error };
      } finally {
        streams.close();
      }
      span.end(() => sendFacts(trace, delivery.name, outcome));
      log.ended(trace, outcome, caller);
      if (listeners.any) await bounds.whileTold(listeners.tell(trace, outcome));
      if ('error' in outcome) throw outcome.error;
      return outcome.receipt;
    } finally {
      bounds.end();
    }
  }

  /**
   * Sends one message for which nobody waits: never throws, never rejects. A failure is logged as an error, and hooks are
   * told of it.
   *
   * @param caller where the application called
   */
  sendInBackground(message: MailMessage, options: SendOptions, caller: CallSite): void {
    this.send(message, options, caller, { background: true }).catch(() => {});
  }

  /**
   * Sends the messages of a source.
   *
   * @param closing fires when the application ends
   * @param caller where the application called
   */
  sendMany(messages: unknown, options: unknown, closing: AbortSignal, caller: CallSite): SendMany {
    const { limits, log, settings } = this.#parts;
    return new SendMany(messages, options, {
      send: (message, sendOptions) => this.send(message, sendOptions, caller),
      limits,
      log,
      maxConnections: settings.maxConnections,
      closing,
      caller,
    });
  }

  /** Reads what is asked of a queue; returns why the send cannot go on. */
  #askQueue(trace: SendTrace, asked: QueueSendOptions, unreadable: unknown): unknown {
    try {
      trace.queue = queueRequest(asked, this.#parts.delivery, trace);
      return unreadable;
    } catch (error) {
      return error;
    }
  }

  async #deliver(
    trace: SendTrace,
    signal: AbortSignal,
    streams: MessageStreams,
    unfit: unknown,
  ): Promise<MailReceipt> {
    const { delivery, retry, log } = this.#parts;
    if (unfit !== undefined) throw unfit;
    const { options: queue, given } = trace.queue ?? {};
    if (given) trace.message = await given.read(trace.message, signal);
    const mails = await this.#prepare(trace, streams, signal).catch((error: unknown) => {
      // What hooks and renderers of the application throw is theirs.
      throw trace.step === 'read' || trace.step === 'compose' ? composingError(error) : error;
    });
    if (mails.length === 0) return suppressedReceipt(trace, delivery.name);
    if (signal.aborted)
      throw abortedError(signal, { phase: 'connect', retryable: true, messageId: trace.messageId });
    trace.step = 'deliver';
    const receipt = await deliverGroups(delivery, mails, {
      signal,
      retry,
      ...(queue && { queue }),
      onRetry: upcoming => log.retrying(trace, upcoming),
      onFurtherTry: () => void trace.retries++,
    });
    return trace.dropped.length === 0 ? receipt : { ...receipt, dropped: trace.dropped };
  }

  /**
   * Does everything that comes before the delivery. A function of its own, so that what the mail was made of is free
   * again while thousands of finished ones wait.
   *
   * @returns the finished mails; none when nobody is to get one
   */
  async #prepare(
    trace: SendTrace,
    streams: MessageStreams,
    signal: AbortSignal,
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
    const attachments = await openAttachments(all, {
      inMemory: policy.groups.length > 1 || listeners.observes || listeners.finishes,
    });
    const shown = nobody ? { ...policy, groups: [mail.recipients] } : policy;
    const composed = this.#compose(mail, content, shown, attachments, trace);
    this.#keep(composed, trace);
    if (nobody) return [];
    if (!listeners.finishes) return composed;
    trace.step = 'finish';
    const finished = await listeners.finish(composed, trace, signal);
    this.#keep(finished, trace);
    return finished;
  }

  /** What the trace has to know of the mails from now on. */
  #keep(mails: readonly ComposedMail[], trace: SendTrace): void {
    const [first] = mails;
    if (first) trace.redact = redactorOf(first);
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

  /** Before a mail is handed over, errors may show values of the message; those of our deliveries show no secrets. */
  #withoutSecrets(error: unknown, trace: SendTrace): unknown {
    if (trace.step === 'hooks') addSecrets(trace);
    const { secrets } = trace;
    if (!isMailError(error)) return error;
    if (error instanceof MailDeliveryError)
      return this.#parts.ownDelivery ? hideInError(error, trace.redact) : error;
    return secrets.length > 0 ? hideInError(error, redactorOf({ secrets })) : error;
  }
}

/** From now on the trace knows the secrets of the message as the hooks have left it. */
function addSecrets(trace: SendTrace): void {
  const found = secretsOf(trace.message);
  if (found.length === 0) return;
  trace.secrets = [...new Set([...trace.secrets, ...found])];
  trace.redact = redactorOf(trace);
}
