import { AssertionError } from 'node:assert';
import type { MailReceipt } from '../../../lib/core/delivery/mail-receipt.js';
import type { MailModuleOptions } from '../../../lib/core/mail/mail.module-options.js';
import { MailModule } from '../../../lib/core/mail/mail.module.js';
import { MailService } from '../../../lib/core/mail/mail.service.js';
import { MailSink } from '../../support/mail-sink.js';
import { startNestApp } from '../../support/nest-app.js';
import type { MailCase } from './built-in-cases.js';
import { DIRECTORIES } from './built-in-cases.js';

/** A mail as a server has taken it from an application. */
export interface SentMail {
  readonly messageId: string;
  readonly raw: Buffer;
  readonly subject: string;
  readonly text: string;
  /** The HTML, with the images that travel with the mail put in, as a reader shows it. */
  readonly html: string;
}

/** An application that sends mails to a server of its own. */
export interface SendingApp {
  /** What it has warned of, at start and since. */
  readonly warnings: () => readonly string[];
  /** Sends one mail, and gives what the server has got of it. */
  send(make: (mail: MailService) => Promise<MailReceipt>): Promise<SentMail>;
  close(): Promise<void>;
}

/** To whom the mails go. */
export const READER = 'Ann Lee <ann.lee@fabrikam.com>';

/** Starts an application that sends as in production: a name and address to send from, a server, all built-in languages. */
export async function startSendingApp(
  options: MailModuleOptions = {},
  { cultures = 'en' }: { readonly cultures?: string } = {},
): Promise<SendingApp> {
  const sink = await MailSink.start();
  const settings = {
    host: sink.host,
    port: sink.port,
    fromAddress: 'Contoso Identity <no-reply@contoso.com>',
  };
  const reset = {
    resetConfirmationUri: 'https://identity.contoso.com/reset-password?token=',
    applicationUri: 'https://identity.contoso.com',
    cultures,
  };
  const app = await startNestApp(
    MailModule.forRoot(
      { MailSettings: settings, TwoFactorSettings: reset },
      {
        ...options,
        templates: { directories: [...DIRECTORIES], timeZone: 'Europe/Paris', ...options.templates },
      },
    ),
  );
  const service = app.app.get(MailService, { strict: false });
  return {
    warnings: () => app.logger.warnings,
    send: async make => {
      const { messageId } = await make(service);
      for (const message of sink.messages) {
        const parsed = await message.parse();
        if (parsed.messageId !== messageId) continue;
        sink.clear();
        const { subject = '', text = '', html } = parsed;
        return { messageId, raw: message.raw, subject, text, html: typeof html === 'string' ? html : '' };
      }
      throw new AssertionError({ message: `The server did not get ${messageId}` });
    },
    close: async () => {
      await app.close();
      await sink.close();
    },
  };
}

/** Sends a built-in mail with its sample, as an application sends a template. */
export function sendCase(app: SendingApp, { mail, culture, context }: MailCase): Promise<SentMail> {
  return app.send(service => service.send({ to: READER, template: mail, culture, context }));
}
