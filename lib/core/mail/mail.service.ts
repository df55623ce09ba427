import { setMaxListeners } from 'node:events';
import type { BeforeApplicationShutdown, OnApplicationShutdown } from '@nestjs/common';
import { Inject, Injectable, Logger } from '@nestjs/common';
import type { MailBacklog } from '../delivery/mail-delivery.js';
import { MailDelivery } from '../delivery/mail-delivery.js';
import type { MailReceipt } from '../delivery/mail-receipt.js';
import { callSite } from '../errors/call-site.js';
import { messageOf } from '../errors/error-facts.js';
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
import { closeStreamsOf } from '../sending/message-streams.js';
import { readRenderOptions } from '../sending/render-options.js';
import { retryPolicy } from '../sending/retry-policy.js';
import { SendLimits } from '../sending/send-limits.js';
import { SendListeners } from '../sending/send-listeners.js';
import { SendLog } from '../sending/send-log.js';
import type { SendOptions } from '../sending/send-options.js';
import type { ResolvedMailSettings } from '../settings/resolved-mail-settings.js';
import type { RenderedMail, RenderOptions } from '../templates/template-renderer.js';
import { TemplateRenderer } from '../templates/template-renderer.js';
import { MAIL_HOOKS, MAIL_OBSERVERS, MAIL_OPTIONS, MAIL_SETTINGS } from './mail.constants.js';
import type { MailModuleOptions } from './mail.module-options.js';

const SHUTDOWN_TIMEOUT_MS = 10_000;

/** Sends the mails of an application. Inject it; its methods resolve with what became of the mail. */
@Injectable()
export class MailService implements BeforeApplicationShutdown, OnApplicationShutdown {
  readonly #delivery: MailDelivery;
  readonly #renderer: TemplateRenderer;
  readonly #settings: ResolvedMailSettings;
  readonly #options: MailModuleOptions;
  readonly #sender: MailSender;
  readonly #limits: SendLimits;
  readonly #closing = new AbortController();
  readonly #logger = new Logger('MailService');

  constructor(
    delivery: MailDelivery,
    renderer: TemplateRenderer,
    @Inject(MAIL_SETTINGS) settings: ResolvedMailSettings,
    @Inject(MAIL_OPTIONS) concealed: Concealed<MailModuleOptions>,
    @Inject(MAIL_HOOKS) hooks: MailHook[],
    @Inject(MAIL_OBSERVERS) observers: MailObserver[],
  ) {
    const options = concealed.reveal();
    this.#delivery = delivery;
    this.#renderer = renderer;
    this.#settings = settings;
    this.#options = options;
    this.#limits = new SendLimits(settings.sendTimeout * 1000);
    const log = new SendLog(this.#logger);
    this.#sender = new MailSender({
      delivery,
      renderer,
      settings,
      limits: this.#limits,
      listeners: new SendListeners(hooks, observers, options.name, log),
      retry: retryPolicy(options.retry),
      addresses: { literals: options.allowAddressLiterals ?? false },
      log,
      ownDelivery: options.delivery !== undefined,
      telemetry: new MailTelemetry(problem => this.#logger.warn(logText(problem))),
    });
    // Every check that runs listens to it.
    setMaxListeners(0, this.#closing.signal);
  }

  /**
   * Sends one message.
   *
   * @param message recipients, and either content or a template
   * @param options `signal` and `timeoutMs` end the send by cutting the connection
   * @returns what became of it: `accepted`, `written`, `queued` or `suppressed`
   * @throws MailMessageError before anything leaves, when the message cannot be sent
   * @throws MailTemplateError when its template cannot be rendered
   * @throws MailDeliveryError when it was not delivered, or when that is not known
   */
  send(message: MailMessage, options: SendOptions = {}): Promise<MailReceipt> {
    return this.#sender.send(message, options, callSite(this.send));
  }

  /**
   * Sends the built-in mail `notification`.
   *
   * @throws the same errors as {@link send}
   */
  async sendNotification(notification: MailNotification, options: SendOptions = {}): Promise<MailReceipt> {
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
  async sendResetPassword(request: ResetPasswordMail, options: SendOptions = {}): Promise<MailReceipt> {
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
    const { culture } = read;
    const cultures = culture === undefined ? passwordReset?.cultures : undefined;
    const message: MailMessage = {
      ...messageFieldsOf(read),
      template: 'reset-password',
      context: { ...context, requestedAt: new Date() },
      culture: culture ?? cultures?.[0] ?? null,
    };
    const secrets = resetSecrets(read, context.resetUrl);
    return this.#sender.send(message, options, callSite(this.sendResetPassword), { cultures, secrets });
  }

  /**
   * Renders a template without sending it.
   *
   * @throws MailTemplateError when it cannot be rendered
   * @throws MailMessageError `EMAILMESSAGE` for an option that is not known
   */
  async render<Name extends MailTemplateName>(
    template: Name,
    context: MailTemplateContext<Name>,
    options: RenderOptions = {},
  ): Promise<RenderedMail> {
    return this.#renderer.render(template, context, readRenderOptions(options));
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
    await boundedCheck(read, this.#closing.signal, signal =>
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
    return boundedCheck(read, this.#closing.signal, async signal =>
      this.#delivery.backlog?.({ signal, ...(onDegraded && { onDegraded }) }),
    );
  }

  /**
   * Called by Nest before it closes the web server, which waits for its requests: ends checks and starts the time of
   * `shutdownTimeoutMs`, or requests that wait for a mail would hold the application as long as the mail server likes.
   */
  beforeApplicationShutdown(): void {
    this.#closing.abort();
    this.#limits.beginGrace(this.#graceMs, () => this.#delivery.close(0));
  }

  /** Called by Nest: refuses new sends, finishes those that have begun within `shutdownTimeoutMs`, cuts the rest, closes all connections. */
  async onApplicationShutdown(): Promise<void> {
    this.#closing.abort();
    // Nest 11 calls no hook any more after one that has failed: other modules must get to close what they hold.
    try {
      await this.#limits.close(this.#graceMs, () => this.#delivery.close(0));
    } catch (error) {
      this.#logger.error(`The delivery could not be closed: ${logText(messageOf(error))}`);
    }
    try {
      await this.#renderer.close();
    } catch (error) {
      this.#logger.error(`The templates could not be closed: ${logText(messageOf(error))}`);
    }
  }

  get #graceMs(): number {
    return this.#options.shutdownTimeoutMs ?? SHUTDOWN_TIMEOUT_MS;
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
