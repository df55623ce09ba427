import type { BeforeApplicationShutdown, Logger, OnApplicationShutdown } from '@nestjs/common';
import { Inject, Injectable, Optional } from '@nestjs/common';
import type { MailBacklog, QueuedMailProgress } from '../delivery/mail-delivery.js';
import { MailDelivery } from '../delivery/mail-delivery.js';
import type { MailReceipt } from '../delivery/mail-receipt.js';
import { callSite } from '../errors/call-site.js';
import type { MailMessage } from '../message/mail-message.js';
import type { MailNotification } from '../message/mail-notification.js';
import { notificationMessage } from '../message/mail-notification.js';
import type { MailTemplateContext, MailTemplateName } from '../message/mail-templates.js';
import type { ResetPasswordMail } from '../message/reset-password-mail.js';
import {
  isExposedLink,
  messageFieldsOf,
  readResetPasswordMail,
  resetPasswordContext,
  resetSecrets,
} from '../message/reset-password-mail.js';
import type { Concealed } from '../redaction/concealed.js';
import { logText } from '../redaction/log-text.js';
import type { VerifyMailOptions } from '../sending/bounded-check.js';
import { boundedCheck, readVerifyOptions } from '../sending/bounded-check.js';
import type { MailHook } from '../sending/mail-hook.js';
import type { MailObserver } from '../sending/mail-observer.js';
import { MailSender } from '../sending/mail-sender.js';
import { MailTelemetry } from '../sending/mail-telemetry.js';
import { MailerLifetime, SHUTDOWN_TIMEOUT_MS } from '../sending/mailer-lifetime.js';
import { closeStreamsOf } from '../sending/message-streams.js';
import { queuedProgress } from '../sending/queued-progress.js';
import { renderUnsent } from '../sending/render-unsent.js';
import { RendererChain } from '../sending/renderer-chain.js';
import { retryPolicy } from '../sending/retry-policy.js';
import { SendListeners } from '../sending/send-listeners.js';
import { SendLog } from '../sending/send-log.js';
import type { SendManyOptions } from '../sending/send-many-options.js';
import type { SendOptions } from '../sending/send-options.js';
import type { SentMail } from '../sending/sent-mail.js';
import type { ResolvedMailSettings } from '../settings/resolved-mail-settings.js';
import { MailRenderer } from '../templates/mail-renderer.js';
import type { RenderedMail, RenderOptions } from '../templates/template-renderer.js';
import { TemplateRenderer } from '../templates/template-renderer.js';
import {
  MAIL_HOOKS,
  MAIL_OBSERVERS,
  MAIL_OPTIONS,
  MAIL_REGISTERED,
  MAIL_SETTINGS,
} from './mail.constants.js';
import { mailLogger } from './mail.logger.js';
import type { MailModuleOptions } from './mail.module-options.js';
import type { RegisteredMailer } from './registry/registered-mailer.js';

/** Sends the mails of an application. Inject it; its methods resolve with what became of the mail. */
@Injectable()
export class MailService implements BeforeApplicationShutdown, OnApplicationShutdown {
  readonly #delivery: MailDelivery;
  readonly #renderer: MailRenderer;
  readonly #settings: ResolvedMailSettings;
  readonly #options: MailModuleOptions;
  readonly #sender: MailSender;
  readonly #lifetime: MailerLifetime;
  readonly #logger: Logger;

  constructor(
    delivery: MailDelivery,
    renderer: TemplateRenderer,
    @Inject(MAIL_SETTINGS) settings: ResolvedMailSettings,
    @Inject(MAIL_OPTIONS) concealed: Concealed<MailModuleOptions>,
    @Inject(MAIL_HOOKS) hooks: MailHook[],
    @Inject(MAIL_OBSERVERS) observers: MailObserver[],
    @Optional() @Inject(MAIL_REGISTERED) registered?: RegisteredMailer,
  ) {
    const options = concealed.reveal();
    this.#delivery = delivery;
    this.#renderer = renderer instanceof MailRenderer ? renderer : this.#checked(renderer, options);
    this.#settings = settings;
    this.#options = options;
    this.#logger = mailLogger('MailService', registered?.label);
    this.#lifetime =
      registered?.lifetime ??
      new MailerLifetime({
        sendTimeoutMs: settings.sendTimeout * 1000,
        graceMs: options.shutdownTimeoutMs ?? SHUTDOWN_TIMEOUT_MS,
        closeDelivery: () => delivery.close(0),
        closeRenderer: () => this.#renderer.close(),
        onUnclosed: sentence => this.#logger.error(sentence),
      });
    const log = new SendLog(this.#logger);
    this.#sender = new MailSender({
      delivery,
      renderer: this.#renderer,
      settings,
      limits: this.#lifetime.limits,
      listeners: new SendListeners(hooks, observers, options.name, log),
      retry: retryPolicy(options.retry),
      addresses: { literals: options.allowAddressLiterals ?? false },
      log,
      ownDelivery: options.delivery !== undefined,
      telemetry: registered?.telemetry ?? new MailTelemetry(problem => this.#logger.warn(logText(problem))),
    });
  }

  /**
   * Sends one message.
   *
   * @param message recipients, and either content or a template
   * @param options `signal` and `timeoutMs` end the send by cutting the connection; the others are for a queue
   * @returns what became of it: `accepted`, `written`, `queued` or `suppressed`
   * @throws MailMessageError before anything leaves, when the message cannot be sent
   * @throws MailTemplateError when its template cannot be rendered
   * @throws MailDeliveryError when it was not delivered, or when that is not known
   */
  send(message: MailMessage, options?: SendOptions): Promise<MailReceipt> {
    return this.#sender.send(message, options, callSite(this.send));
  }

  /**
   * Sends many messages, with flat memory whatever their number. Nothing is drawn and nothing is sent before the loop begins,
   * and a loop that stops asking stops the sending: each message is drawn only when fewer than `concurrency` are on their way
   * or wait to be taken. A message that fails is told, and the others go on.
   *
   * After the signal or at shutdown no send is begun any more: each message that the source still gives is told with
   * `EMAILABORTED` or `EMAILCLOSED`, `retryable: true`, so that the caller knows what was not sent. A `break` lets the sends
   * under way finish, and closes the source.
   *
   * @param messages a list, a generator, a stream of objects, or another iterable; an asynchronous one that gives nothing for 5
   *   seconds after the signal is left
   * @param options how many at a time, `signal`, `timeoutMs` for each, `onProgress`
   * @returns what became of each message, in the order of completion; to be iterated once
   * @throws MailMessageError `EMAILMESSAGE`, from the first step of the loop, for an option that is not known or cannot be
   *   meant, and for a source that is none
   * @throws MailDeliveryError `EMAILABORTED` or `EMAILCLOSED` when the source was left
   * @throws what the source throws, once the outcomes of what it gave before are told
   */
  sendMany(
    messages: Iterable<MailMessage> | AsyncIterable<MailMessage>,
    options: SendManyOptions = {},
  ): AsyncGenerator<SentMail, void, undefined> {
    return this.#sender.sendMany(messages, options, this.#lifetime.closing, callSite(this.sendMany));
  }

  /**
   * Sends one message for which nobody waits. Never throws and never rejects, whatever it is given: a failure is logged as an
   * error and told to `onFailure` of the hooks. Finished at shutdown as other sends are; lost when the process is killed.
   *
   * @param message recipients, and either content or a template
   * @param options `signal` and `timeoutMs` end the send by cutting the connection
   */
  sendInBackground(message: MailMessage, options?: SendOptions): void {
    this.#sender.sendInBackground(message, options, callSite(this.sendInBackground));
  }

  /**
   * Sends the built-in mail `notification`.
   *
   * @throws the same errors as {@link send}
   */
  async sendNotification(notification: MailNotification, options?: SendOptions): Promise<MailReceipt> {
    return this.send(
      orClose(notification, () => notificationMessage(notification)),
      options,
    );
  }

  /**
   * Sends the built-in mail `reset-password`. The link comes from the settings and the token, never from a request of
   * a user; without a `culture` the mail holds every language of the setting `Cultures`.
   *
   * @throws MailMessageError `EMAILRESETLINK` when the link cannot be made or has expired; nothing is sent then
   * @throws the same errors as {@link send}
   */
  async sendResetPassword(request: ResetPasswordMail, options?: SendOptions): Promise<MailReceipt> {
    const { passwordReset } = this.#settings;
    const { read, context } = orClose(request, () => {
      const given = readResetPasswordMail(request);
      return { read: given, context: resetPasswordContext(given, passwordReset) };
    });
    if (isExposedLink(context.resetUrl)) {
      this.#logger.warn(
        'A reset-password link uses http: others on the network can read its token. Use https in ResetConfirmationUri.',
      );
    }
    const cultures = read.culture === undefined ? passwordReset?.cultures : undefined;
    const message: MailMessage = {
      ...messageFieldsOf(read),
      template: 'reset-password',
      context: { ...context, requestedAt: new Date() },
      culture: read.culture ?? cultures?.[0] ?? null,
    };
    return this.#sender.send(message, options, callSite(this.sendResetPassword), {
      cultures,
      secrets: resetSecrets(read, context.resetUrl),
      given: { kind: 'reset-password', fields: read },
    });
  }

  /**
   * Renders a template without sending it. A renderer of the application has to answer within 60 seconds.
   *
   * @throws MailTemplateError when it cannot be rendered
   * @throws MailMessageError `EMAILMESSAGE` for an option that is not known
   */
  async render<Name extends MailTemplateName>(
    template: Name,
    context: MailTemplateContext<Name>,
    options: RenderOptions = {},
  ): Promise<RenderedMail> {
    return this.#lifetime.limits.during(renderUnsent(this.#renderer, template, context, options));
  }

  /** Name of this mailer (option `name` of `MailModule`); undefined for the one without a name. */
  get name(): string | undefined {
    return this.#options.name;
  }

  /** Name of the delivery, as receipts give it in `via`; `none` when the settings say `Enabled=false`. */
  get via(): string {
    return this.#settings.enabled ? this.#delivery.name : 'none';
  }

  /**
   * Checks that mails can leave: connects and logs in, or looks at the pickup directory. Nothing is sent. With a fallback
   * it resolves when mails can leave one way or the other.
   *
   * @param options `timeoutMs` and `signal` end the check by cutting the connection; `onDegraded` is told when mails can
   *   leave but not both ways
   * @throws MailDeliveryError saying what is wrong
   * @throws MailMessageError `EMAILMESSAGE` for an option that is not known or cannot be meant
   */
  async verify(options: VerifyMailOptions = {}): Promise<void> {
    const read = readVerifyOptions(options);
    if (!this.#settings.enabled) return;
    const { onDegraded } = read;
    await boundedCheck(read, this.#lifetime.closing, signal =>
      this.#delivery.verify({ signal, ...(onDegraded && { onDegraded }) }),
    );
  }

  /**
   * Looks at the mails that wait: in a pickup directory, or wherever a delivery of your own keeps them.
   *
   * @param options `timeoutMs` and `signal` end the look; `onDegraded` is told when only the fallback's place cannot be
   *   read, which rejects without it
   * @returns undefined when mails wait nowhere, as with SMTP
   * @throws MailDeliveryError when the place cannot be read
   */
  async backlog(options: VerifyMailOptions = {}): Promise<MailBacklog | undefined> {
    const read = readVerifyOptions(options);
    if (!this.#settings.enabled || !this.#delivery.backlog) return undefined;
    const { onDegraded } = read;
    return boundedCheck(read, this.#lifetime.closing, async signal =>
      this.#delivery.backlog?.({ signal, ...(onDegraded && { onDegraded }) }),
    );
  }

  /**
   * Says how far a mail has come that a queue took.
   *
   * @param receipt of the send, or the `jobId` in it
   * @returns undefined when no queue took it
   * @throws MailDeliveryError when the queue cannot be asked
   */
  async progress(receipt: MailReceipt | string): Promise<QueuedMailProgress | undefined> {
    return queuedProgress(this.#delivery, receipt, this.#lifetime.closing);
  }

  /**
   * Called by Nest before it closes the web server, which waits for its requests: ends checks and starts the time of
   * `shutdownTimeoutMs`, or requests that wait for a mail would hold the application as long as the mail server likes.
   */
  beforeApplicationShutdown(): void {
    this.#lifetime.beginGrace();
  }

  /** Called by Nest: refuses new sends, finishes those that have begun within `shutdownTimeoutMs`, cuts the rest, closes all connections. */
  async onApplicationShutdown(): Promise<void> {
    await this.#lifetime.close();
  }

  /** A renderer that took the place of ours by `overrideProvider(TemplateRenderer)`: it is asked alone, within the same bounds. */
  #checked(own: TemplateRenderer, { templates }: MailModuleOptions): MailRenderer {
    const { defaultCulture = 'en' } = templates ?? {};
    return new RendererChain({
      own,
      defaultCulture,
      warn: words => this.#logger.warn(words),
      lenient: true,
    });
  }
}

/** Reads what was handed over; the streams of what is refused are closed, as those of a refused message are. */
function orClose<T>(given: unknown, read: () => T): T {
  try {
    return read();
  } catch (error) {
    closeStreamsOf(given);
    throw error;
  }
}
