import type { ModuleMetadata, Type } from '@nestjs/common';
import type { MailDelivery } from '../../delivery/mail-delivery.js';
import type { MailHook } from '../../sending/mail-hook.js';
import type { MailSettingsInput } from '../../settings/mail-settings.js';
import type { MailModuleOptions } from '../mail.module-options.js';

/** Options of a mailer that the registry may have for all of them. */
type SharedOptions = Pick<
  MailModuleOptions,
  'templates' | 'brand' | 'renderer' | 'smtp' | 'pickup' | 'retry' | 'allowAddressLiterals'
>;

/** What a developer decides for a registry, and for all mailers that it opens; each `open` may decide otherwise. */
export interface MailRegistryOptions extends SharedOptions {
  /** Modules that export what hooks or a renderer need. @default none */
  imports?: ModuleMetadata['imports'];
  /** Whether every module can inject the registry without importing this one. @default true */
  isGlobal?: boolean;
  /**
   * Milliseconds after which a mailer closes by itself that nobody has used: no send under way, no `open`, `get` or
   * `render`. 0 means never.
   * @default 600000 (10 min)
   */
  idleMs?: number;
  /** Most mailers that are open at a time, 1 to 100000; those that only finish what was begun do not count. @default 500 */
  maxOpen?: number;
  /** Milliseconds that sends under way get to finish, at a shutdown and when their mailer is closed or replaced. @default 10000 */
  shutdownTimeoutMs?: number;
  /** See and change every message of every mailer, in the order given; made once, for all of them. @default none */
  hooks?: Type<MailHook>[];
}

/**
 * What a developer decides for one mailer of a registry; each option takes the place of that of the registry.
 *
 * @typeParam F the settings of the fallback; the registry checks with it those that are written in code
 */
export interface MailerOptions<F = MailSettingsInput> extends SharedOptions {
  /** Classes, which Nest instantiates for this mailer, or instances. @default those of the registry */
  hooks?: (Type<MailHook> | MailHook)[];
  /** Replaces the delivery that the settings choose. It is closed with the last mailer that has it. @default none */
  delivery?: MailDelivery;
  /** Settings of a second server, or of a pickup directory, that takes over when the SMTP server cannot be used. @default none */
  fallback?: F;
}
