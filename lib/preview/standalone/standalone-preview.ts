import type { SmtpOptions } from '../../core/delivery/smtp/smtp-options.js';
import type { MailSettingsInput } from '../../core/settings/mail-settings.js';
import type { TemplateOptions } from '../../core/templates/template-options.js';
import { PreviewEvents } from '../http/preview-events.js';
import { PreviewHandler } from '../http/preview-handler.js';
import { createPreviewMails } from '../mails/create-preview-mails.js';
import { previewSections } from '../preview-sections.js';
import { TemplateWorkbench } from '../workbench/template-workbench.js';
import { startPreviewServer } from './preview-server.js';

/** What a preview without an application shows. */
export interface StandalonePreviewOptions {
  readonly templates: TemplateOptions;
  readonly host: string;
  /** 0 takes any that is free. */
  readonly port: number;
  /** A pickup directory of which the mails are shown. @default what is sent from the page, where something can be */
  readonly pickupDirectory?: string;
  /** What templates are sent with. @default they cannot be sent */
  readonly settings?: MailSettingsInput;
  /** Further options of their SMTP connection. @default none */
  readonly smtp?: SmtpOptions;
}

/** A preview without an application, while it runs. */
export interface StandalonePreview {
  /** Where a browser opens it: with its key. */
  readonly url: string;
  /** How many templates, layouts and partials the directories hold, built-in ones apart. */
  readonly found: number;
  /** How many files cannot be used. */
  readonly broken: number;
  close(): Promise<void>;
}

/**
 * Starts a preview without an application.
 *
 * @throws MailTemplateError when a directory is missing
 * @throws MailSettingsError when the settings cannot be used
 * @throws Error when it cannot listen, or the pickup directory cannot be read
 */
export async function startStandalonePreview(options: StandalonePreviewOptions): Promise<StandalonePreview> {
  const { templates, settings, smtp, pickupDirectory, host, port } = options;
  const workbench = TemplateWorkbench.open({ templates });
  const found = workbench.listings.filter(({ owner }) => owner === 'app').length;
  const broken = workbench.problems.length;
  const events = new PreviewEvents();
  const { mails, observer } = createPreviewMails(
    { ...(pickupDirectory !== undefined && { pickupDirectory }) },
    () => events.publish('mailbox'),
  );
  if (pickupDirectory !== undefined) {
    const listing = await mails.list();
    const { problem } = listing;
    if (problem !== undefined && listing.mails.length === 0) throw new Error(problem);
  }
  // Nest takes longer to load than all else, and only a mailer needs it.
  const mailer =
    settings &&
    (await (await import('./standalone-mailer.js')).startMailer({ settings, smtp }, workbench, observer));
  const handler = new PreviewHandler({
    path: '/',
    events,
    sections: previewSections({
      options: {},
      events,
      mailers: mailer ? mailer.mailers : () => [],
      workbench,
      ...((mailer || pickupDirectory !== undefined) && { mails }),
    }),
  });
  try {
    const server = await startPreviewServer(handler, events, { host, port });
    return {
      url: server.url,
      found,
      broken,
      close: async () => {
        await server.close();
        await mailer?.close();
      },
    };
  } catch (error) {
    events.close();
    await mailer?.close();
    throw error;
  }
}
