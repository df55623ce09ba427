import type { BeforeApplicationShutdown, OnApplicationShutdown } from '@nestjs/common';
import { Injectable } from '@nestjs/common';
import type { CheckedMailSettings } from '../../settings/checked-mail-settings.js';
import type { MailSettingsInput } from '../../settings/mail-settings.js';
import type { TemplateRenderer } from '../../templates/template-renderer.js';
import type { MailService } from '../mail.service.js';
import { checkMailerKey } from './mailer-key.js';
import type { MailerMaker } from './mailer-maker.js';
import type { MailerOptions } from './mailer-registry-options.js';
import type { OpenMailers } from './open-mailers.js';

/**
 * Mailers that are made while the application runs, one for each tenant. Import `MailModule.registry()` and inject it. What
 * happens to the mailer of one key touches no other: each has connections, limits and a rate of its own.
 */
@Injectable()
export class MailerRegistry implements BeforeApplicationShutdown, OnApplicationShutdown {
  readonly #mailers: OpenMailers;
  readonly #maker: MailerMaker;
  readonly #renderer: TemplateRenderer;

  /**
   * Made by `MailModule.registry()`.
   *
   * @param renderer closed with the registry
   */
  constructor(mailers: OpenMailers, maker: MailerMaker, renderer: TemplateRenderer) {
    this.#mailers = mailers;
    this.#maker = maker;
    this.#renderer = renderer;
  }

  /**
   * The mailer of a key. Ask for it each time a mail is to be sent: as long as settings and options are the same, by value,
   * it is the same mailer, also for calls at the same time. With others it is checked and made anew and takes the key; the
   * one before finishes what it has begun within `shutdownTimeoutMs`, and refuses whatever it is given then. When the
   * new ones cannot be used, the error says so and the one before goes on. Functions and instances of classes in the
   * options are the same when they are identical, so keep them.
   *
   * @param key any text of at most 255 octets without control characters, such as the id of a tenant
   * @param settings what an administrator of the tenant writes
   * @param options what a developer decides for this mailer; each takes the place of that of the registry
   * @throws TypeError for a key that cannot be used
   * @throws MailSettingsError `EMAILSETTINGS` with everything that is wrong with settings and options, naming the key
   * @throws MailTemplateError when its templates cannot be used
   * @throws MailRegistryError `EMAILMAILERLIMIT` when `maxOpen` mailers are open
   * @throws MailDeliveryError `EMAILCLOSED` when the application has ended
   */
  open<const S, const F>(
    key: string,
    settings: CheckedMailSettings<S>,
    options?: MailerOptions<CheckedMailSettings<F>>,
  ): Promise<MailService>;
  async open(key: string, settings: MailSettingsInput, options?: MailerOptions): Promise<MailService> {
    this.#mailers.checkOpen();
    const checked = checkMailerKey(key);
    const { service } = await this.#mailers.open(checked, this.#maker.request(checked, settings, options));
    return service;
  }

  /** The mailer of a key as it is now, without waiting for one that is being made; counts as use. Undefined when none is open. */
  get(key: string): MailService | undefined {
    const mailer = this.#mailers.find(key);
    mailer?.lifetime.limits.touch();
    return mailer?.service;
  }

  /**
   * Closes the mailer of a key: it takes no more mails, and what it has begun finishes within `shutdownTimeoutMs`. Resolves
   * when that is done, and when there is none. Never rejects: a delivery or a renderer that cannot be closed is logged.
   */
  async close(key: string): Promise<void> {
    await this.#mailers.close(key);
  }

  /** The keys of the mailers that are open, in the order in which they were first opened. */
  get keys(): readonly string[] {
    return this.#mailers.all.map(({ key }) => key);
  }

  /** Called by Nest before it closes the web server: starts the grace time of all mailers. */
  beforeApplicationShutdown(): void {
    this.#mailers.beginGrace();
  }

  /** Called by Nest: opens nothing any more, and lets all mailers finish at the same time, within one grace time. */
  async onApplicationShutdown(): Promise<void> {
    await this.#mailers.end();
    await this.#renderer.close();
  }
}
