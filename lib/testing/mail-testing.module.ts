import type { DynamicModule } from '@nestjs/common';
import { Global, Module } from '@nestjs/common';
import { MAIL_INTERCEPTOR, MAIL_TEST_OBSERVER } from '../core/mail/mail.constants.js';
import type { MailModuleOptions } from '../core/mail/mail.module-options.js';
import { MailModule } from '../core/mail/mail.module.js';
import { printable } from '../core/redaction/printable.js';
import type { CheckedMailSettings } from '../core/settings/checked-mail-settings.js';
import type { MailSettingsInput } from '../core/settings/mail-settings.js';
import { Mailbox } from './mailbox.js';

/**
 * A mailer for the test of a single provider, whose application has none.
 *
 * @typeParam S the settings; the module checks with it those that are written in code
 */
export interface MailTestingOptions<
  S = MailSettingsInput,
  F = MailSettingsInput,
> extends MailModuleOptions<F> {
  /** What an administrator writes. It is checked as everywhere, and nothing connects to it. @default no mailer of its own */
  settings?: S;
}

const INTERCEPTOR = Symbol('MAILBOX_INTERCEPTOR');

/** One for each application, however often it is imported. */
@Global()
@Module({
  providers: [
    { provide: Mailbox, useFactory: () => new Mailbox() },
    { provide: INTERCEPTOR, useFactory: (mailbox: Mailbox) => mailbox.intercepting(), inject: [Mailbox] },
    { provide: MAIL_INTERCEPTOR, useExisting: INTERCEPTOR },
    { provide: MAIL_TEST_OBSERVER, useExisting: INTERCEPTOR },
  ],
  exports: [Mailbox, MAIL_INTERCEPTOR, MAIL_TEST_OBSERVER],
})
class MailboxModule {}

/**
 * For tests: all mail of an application, of each of its mailers, goes to its {@link Mailbox} instead of out. Import it
 * beside the application's own modules, in any order, and take the mailbox with `app.get(Mailbox)`.
 */
@Module({})
export class MailTestingModule {
  /**
   * Intercepts the mails of the application; with `settings` it also brings a `MailService`, for the test of a provider
   * alone. All other options are those of `MailModule.forRoot`.
   *
   * @throws TypeError for options without settings, which nothing would use
   */
  static forRoot<const S, const F>(
    options?: MailTestingOptions<CheckedMailSettings<S>, CheckedMailSettings<F>>,
  ): DynamicModule;
  static forRoot({ settings, ...options }: MailTestingOptions = {}): DynamicModule {
    const [unused] = Object.keys(options);
    if (settings === undefined && unused !== undefined)
      throw new TypeError(
        `MailTestingModule.forRoot(): ${printable(unused)} is for a mailer that it brings itself, which needs settings, for example { settings: { Host: 'localhost', FromAddress: 'no-reply@contoso.com' }, ${unused}: … }`,
      );
    const mailers = settings === undefined ? [] : [MailModule.forRoot(settings, options)];
    return { module: MailTestingModule, imports: [MailboxModule, ...mailers], exports: mailers };
  }
}
