import type { Type } from '@nestjs/common';
import type { ModuleRef } from '@nestjs/core';
import type { MailDelivery } from '../../delivery/mail-delivery.js';
import type { MailSettingsProblem } from '../../errors/mail-settings-error.js';
import { Concealed } from '../../redaction/concealed.js';
import { logText } from '../../redaction/log-text.js';
import type { MailHook } from '../../sending/mail-hook.js';
import type { MailObserver } from '../../sending/mail-observer.js';
import { MailTelemetry } from '../../sending/mail-telemetry.js';
import { MailerLifetime, SHUTDOWN_TIMEOUT_MS } from '../../sending/mailer-lifetime.js';
import type { MailSettingsInput } from '../../settings/mail-settings.js';
import type { BuiltInTemplates } from '../../templates/files/built-in-templates.js';
import type { TemplateRenderer } from '../../templates/template-renderer.js';
import type { CheckedSettings, SettingsReading } from '../mail.checked-settings.js';
import { checkReading, readSettings } from '../mail.checked-settings.js';
import { askedFirst, createRenderer } from '../mail.create-renderer.js';
import { settingsDelivery, withFallback } from '../mail.deliveries.js';
import { mailLogger } from '../mail.logger.js';
import type { MailModuleOptions } from '../mail.module-options.js';
import { checkedDelivery, checkedHooks, checkedRenderer } from '../mail.own-classes.js';
import { MailService } from '../mail.service.js';
import { Holders } from './holders.js';
import { MailerFingerprints } from './mailer-fingerprint.js';
import { labelOf } from './mailer-key.js';
import type { MailerOptions, MailRegistryOptions } from './mailer-registry-options.js';
import type { MailerRequest, OpenMailer } from './open-mailer.js';
import { readMailerOptions } from './registry-option-tables.js';
import { SharedDeliveries } from './shared-mail-delivery.js';

/** What a registry makes its mailers of. */
export interface MailerMakerParts {
  /** The options of the registry, which have been checked. */
  readonly options: MailRegistryOptions;
  /** The hooks of the registry, made. */
  readonly hooks: readonly MailHook[];
  readonly observers: MailObserver[];
  /** The delivery that takes the place of every other one in a test. */
  readonly interceptor: MailDelivery | undefined;
  /** The templates of the mailers that bring none of their own. */
  readonly renderer: TemplateRenderer;
  /** The renderer of the application that the registry has for all mailers, made; it is closed with the registry. */
  readonly ownRenderer: TemplateRenderer | undefined;
  /** The built-in templates, which all mailers share. */
  readonly builtIn: BuiltInTemplates;
  /** Makes the hooks of single mailers. */
  readonly modules: Pick<ModuleRef, 'create'>;
}

/** A mailer while it is being made. */
interface Draft {
  readonly key: string;
  readonly label: string;
  /** The options of the registry, and those of this mailer in their place. */
  readonly options: Omit<MailRegistryOptions, 'hooks'> & MailerOptions;
  /** Whether this mailer has templates, or a renderer, of its own. */
  readonly ownTemplates: boolean;
  readonly reading: SettingsReading;
  readonly fingerprint: string | undefined;
}

/** Who renders the mails of a mailer. */
interface Rendering {
  readonly renderer: TemplateRenderer;
  readonly ownRenderer: TemplateRenderer | undefined;
  readonly closeRenderer: () => Promise<void>;
}

/** Makes mailers from settings and options, without a module of Nest. */
export class MailerMaker {
  readonly #parts: MailerMakerParts;
  readonly #fingerprints = new MailerFingerprints();
  readonly #deliveries = new SharedDeliveries();
  readonly #renderers = new Holders<TemplateRenderer>();
  readonly #telemetry: MailTelemetry;

  constructor(parts: MailerMakerParts) {
    this.#parts = parts;
    const logger = mailLogger('MailerRegistry', undefined);
    this.#telemetry = new MailTelemetry(problem => logger.warn(logText(problem)));
  }

  /** Reads what was handed over, at once: what the caller changes later changes nothing. Never throws. */
  request(key: string, input: MailSettingsInput, given: MailerOptions | undefined): MailerRequest {
    const { options: own, problems } = readMailerOptions(given ?? {});
    const { imports: _imports, isGlobal: _isGlobal, ...shared } = this.#parts.options;
    const options = { ...shared, ...own };
    const { fallback: fallbackInput, hooks: _hooks, ...rest } = options;
    const label = labelOf(key);
    const reading = readSettings({
      input,
      options: { ...moduleOptions(rest), name: key },
      problems,
      fallbackInput,
      interceptor: this.#parts.interceptor,
      mailer: label,
      logger: mailLogger('MailModule', label),
    });
    const draft = {
      key,
      label,
      options,
      ownTemplates: own.templates !== undefined || own.brand !== undefined || own.renderer !== undefined,
      reading,
      fingerprint: this.#fingerprintOf(reading, own, problems),
    };
    return { fingerprint: draft.fingerprint, make: () => this.#make(draft) };
  }

  /** What cannot be used must not be taken for what can. */
  #fingerprintOf(
    { main, fallback }: SettingsReading,
    own: MailerOptions,
    problems: readonly MailSettingsProblem[],
  ): string | undefined {
    if (main.problems.length > 0 || (fallback && fallback.problems.length > 0) || problems.length > 0)
      return undefined;
    const { fallback: _input, ...options } = own;
    return this.#fingerprints.of(main.settings, fallback?.settings, options);
  }

  async #make(draft: Draft): Promise<OpenMailer> {
    const { key, label, options, reading, fingerprint } = draft;
    const { observers } = this.#parts;
    const checked = await checkReading(reading);
    const ownDelivery = options.delivery && checkedDelivery(options.delivery, label);
    const hooks = await this.#hooksOf(draft);
    const { renderer, ownRenderer, closeRenderer } = await this.#rendererOf(draft, checked);
    const delivery = await this.#deliveryOf(ownDelivery, draft, checked).catch(async (error: unknown) => {
      await closeRenderer();
      throw error;
    });
    const { settings } = checked;
    const lifetime = new MailerLifetime({
      sendTimeoutMs: settings.sendTimeout * 1000,
      graceMs: options.shutdownTimeoutMs ?? SHUTDOWN_TIMEOUT_MS,
      // The delivery of a test is not the mailer's to close.
      closeDelivery: async () => (delivery === this.#parts.interceptor ? undefined : delivery.close(0)),
      closeRenderer,
      onUnclosed: sentence => mailLogger('MailService', label).error(sentence),
    });
    const service = new MailService(
      delivery,
      renderer,
      settings,
      new Concealed(reading.options),
      [...hooks],
      observers,
      { label, lifetime, telemetry: this.#telemetry },
    );
    return { key, service, options: reading.options, settings, fingerprint, lifetime, ownRenderer };
  }

  async #hooksOf({ options, label }: Draft): Promise<readonly MailHook[]> {
    const { hooks } = this.#parts;
    if (options.hooks === this.#parts.options.hooks) return hooks;
    const made: MailHook[] = [];
    for (const hook of options.hooks ?? [])
      made.push(typeof hook === 'function' ? await this.#parts.modules.create(hook as Type<MailHook>) : hook);
    return checkedHooks(made, label);
  }

  async #rendererOf(
    { options, ownTemplates, label }: Draft,
    { settings }: CheckedSettings,
  ): Promise<Rendering> {
    const { renderer: shared, ownRenderer: sharedOwn, builtIn } = this.#parts;
    // That of the registry is closed with the registry.
    if (!ownTemplates) return { renderer: shared, ownRenderer: sharedOwn, closeRenderer: async () => {} };
    const logger = mailLogger('MailTemplates', label);
    // First what fails without harm to a renderer of the application.
    const templates = await createRenderer(options, settings, { logger, builtIn });
    try {
      const own = await this.#ownRendererOf(options.renderer, label);
      const renderer = askedFirst(own.renderer, templates, {
        templates: options.templates,
        isLast: own.isLast,
        logger,
      });
      return { renderer, ownRenderer: own.renderer, closeRenderer: () => renderer.close() };
    } catch (error) {
      await templates.close();
      throw error;
    }
  }

  /**
   * The renderer of the application for one mailer: that of the registry, one made for it, or one that others may have too.
   *
   * @throws MailSettingsError when it is none
   */
  async #ownRendererOf(
    given: MailerOptions['renderer'],
    label: string,
  ): Promise<{ renderer: TemplateRenderer | undefined; isLast: () => boolean }> {
    const { options, ownRenderer, modules } = this.#parts;
    if (given === options.renderer) return { renderer: ownRenderer, isLast: () => false };
    if (given === undefined) return { renderer: undefined, isLast: () => true };
    const made = typeof given === 'function' ? await modules.create(given) : given;
    const renderer = checkedRenderer(made, label);
    return { renderer, isLast: this.#renderers.hold(renderer) };
  }

  async #deliveryOf(
    own: MailDelivery | undefined,
    { options, label }: Draft,
    checked: CheckedSettings,
  ): Promise<MailDelivery> {
    const { interceptor } = this.#parts;
    if (interceptor) return interceptor;
    const first = own ? this.#deliveries.hold(own) : await settingsDelivery(checked, options, label);
    return withFallback(first, checked, options, label);
  }
}

/** What a mailer of `forRoot` would have of these options. */
function moduleOptions({
  idleMs: _idleMs,
  maxOpen: _maxOpen,
  ...options
}: Omit<
  MailRegistryOptions & MailerOptions,
  'fallback' | 'hooks' | 'imports' | 'isGlobal'
>): MailModuleOptions {
  return options;
}
