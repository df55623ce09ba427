import type {
  FactoryProvider,
  InjectionToken,
  ModuleMetadata,
  OptionalFactoryDependency,
  Type,
} from '@nestjs/common';
import type { MailDelivery } from '../delivery/mail-delivery.js';
import type { SmtpOptions } from '../delivery/smtp/smtp-options.js';
import type { MailHook } from '../sending/mail-hook.js';
import type { RetryOptions } from '../sending/retry-policy.js';
import type { MailSettingsInput } from '../settings/mail-settings.js';
import type { MailBrand } from '../templates/mail-brand.js';
import type { TemplateOptions } from '../templates/template-options.js';
import type { TemplateRenderer } from '../templates/template-renderer.js';

/**
 * What a developer decides in code, as against the {@link MailSettings} of an administrator.
 *
 * @typeParam F the settings of the fallback; the module checks with it those that are written in code
 */
export interface MailModuleOptions<F = MailSettingsInput> {
  /** Name of this mailer, for several in one app; inject it with `@InjectMail(name)`. @default the one mailer */
  name?: string;
  /** Modules that export what hooks, a delivery or renderer of your own, or the factory of settings need. @default none */
  imports?: ModuleMetadata['imports'];
  /** Whether every module can inject the mailer without importing this one. @default true */
  isGlobal?: boolean;
  /** Where templates are and how they are rendered. @default the built-in templates only */
  templates?: TemplateOptions;
  /**
   * Another template engine, such as MJML or React: a class, which Nest instantiates, or an instance. It is asked first for
   * every template; what it does not have is made by the Handlebars templates, built-in ones included.
   * @default Handlebars alone
   */
  renderer?: Type<TemplateRenderer> | TemplateRenderer;
  /** Name, logo, colours and footer of the built-in mails. @default neutral */
  brand?: MailBrand;
  /** Milliseconds that sends begun before the shutdown get to finish. @default 10000 */
  shutdownTimeoutMs?: number;
  /** Further options of the SMTP connection: dkim, proxy, OAuth2 auth, tls, name. @default none */
  smtp?: SmtpOptions;
  /** Options of the pickup delivery. `fsync: false` gives up durability for speed. @default { fsync: true } */
  pickup?: { fsync?: boolean };
  /** Replaces the delivery that the settings choose: a class, which Nest instantiates, or an instance. @default none */
  delivery?: Type<MailDelivery> | MailDelivery;
  /** See and change every message; in the order given. @default none */
  hooks?: Type<MailHook>[];
  /** Tries a mail again while its caller waits; only what is surely undelivered. @default no retry */
  retry?: RetryOptions;
  /**
   * Settings of a second server, or of a pickup directory, that takes over when the SMTP server cannot be used: no
   * connection, no TLS, no login. Only what says where mail goes is used of them, not the recipient policy.
   * @default none
   */
  fallback?: F | MailFallbackFactory;
  /** Accepts addresses such as `ann@[192.0.2.1]` (RFC 5321 4.1.3) in messages. @default false */
  allowAddressLiterals?: boolean;
}

/** Makes the settings of the fallback at start, from what is injected. */
export interface MailFallbackFactory {
  /** Tokens given to `useFactory`, in order; what `imports` and global modules export. @default none */
  inject?: (InjectionToken | OptionalFactoryDependency)[];
  /** Makes the settings; nothing means that there is no fallback. */
  useFactory: (
    ...dependencies: never[]
  ) => MailSettingsInput | undefined | Promise<MailSettingsInput | undefined>;
}

/** Makes settings at start; for `useClass` and `useExisting`. */
export interface MailSettingsFactory {
  /** The settings, from wherever they come. */
  createMailSettings(): MailSettingsInput | Promise<MailSettingsInput>;
}

type AnySettingsFactory = MailSettingsFactory | { create(): MailSettingsInput | Promise<MailSettingsInput> };

/**
 * Options of `MailModule.forRootAsync`: exactly one of useFactory, useClass and useExisting.
 *
 * @typeParam S what the factory makes; the module checks with it settings that are written in code
 */
export interface MailModuleAsyncOptions<
  S = MailSettingsInput,
  F = MailSettingsInput,
> extends MailModuleOptions<F> {
  /** Tokens given to `useFactory`, in order. */
  inject?: (InjectionToken | OptionalFactoryDependency)[];
  /** Makes the settings from what is injected. */
  useFactory?: FactoryProvider<S>['useFactory'];
  /** A class whose `createMailSettings()` makes the settings; instantiated by this module. */
  useClass?: Type<AnySettingsFactory>;
  /** A provider whose `createMailSettings()` makes the settings. */
  useExisting?: InjectionToken<AnySettingsFactory>;
}
