import { Server } from 'node:net';
import type { BeforeApplicationShutdown, OnModuleInit } from '@nestjs/common';
import { Inject, Injectable, Logger, Optional } from '@nestjs/common';
import { HttpAdapterHost, ModulesContainer } from '@nestjs/core';
import { messageOf } from '../core/errors/error-facts.js';
import { nestCopies, twoCopies } from '../core/mail/mail.nest-copies.js';
import type { Concealed } from '../core/redaction/concealed.js';
import type { MailObserver } from '../core/sending/mail-observer.js';
import { PreviewEvents } from './http/preview-events.js';
import { PreviewHandler } from './http/preview-handler.js';
import { originOf } from './http/server-origin.js';
import type { MailPreviewOptions } from './mail-preview-options.js';
import { mountPreview } from './mail-preview.adapter.js';
import type { PreviewMailer } from './mail-preview.mailers.js';
import { mailersOf } from './mail-preview.mailers.js';
import { createPreviewMails } from './mails/create-preview-mails.js';
import { previewSections } from './preview-sections.js';
import { readPreviewOptions } from './read-preview-options.js';

/** Injection token of what was handed to `MailPreviewModule.forRoot`. */
export const MAIL_PREVIEW_OPTIONS = Symbol('MAIL_PREVIEW_OPTIONS');

/** Puts the preview in front of everything else that answers requests in an application. */
@Injectable()
export class MailPreviewMount implements OnModuleInit, BeforeApplicationShutdown {
  /** Sees the mails of all mailers. */
  readonly observer: MailObserver;
  readonly #events = new PreviewEvents();
  readonly #handler: PreviewHandler;
  readonly #host: HttpAdapterHost;
  readonly #open: boolean;
  readonly #logger = new Logger('MailPreview');
  #mounted = false;

  /** @throws MailSettingsError for options that are not known, and Error with `NODE_ENV=production` unless the options allow it, when the module is imported twice, and when the application runs on another copy of Nest */
  constructor(
    @Inject(MAIL_PREVIEW_OPTIONS) given: Concealed<MailPreviewOptions>,
    @Optional() @Inject(HttpAdapterHost) host?: HttpAdapterHost,
    @Optional() @Inject(ModulesContainer) modules?: ModulesContainer,
  ) {
    // Every Nest provides both, but of its own copy.
    if (!host || !modules) throw new Error(`MailPreviewModule cannot work. ${twoCopies(nestCopies()[0])}`);
    const options = readPreviewOptions(given.reveal());
    if (process.env['NODE_ENV'] === 'production' && options.allowInProduction !== true) {
      throw new Error(
        'MailPreviewModule is for development and does not start with NODE_ENV=production: it shows every mail, reset links included. ' +
          'Import it elsewhere only, or set its option allowInProduction: true.',
      );
    }
    const count = [...modules.values()].filter(({ providers }) => providers.has(MailPreviewMount)).length;
    if (count > 1) {
      throw new Error(
        `MailPreviewModule is imported ${count} times with options of its own; import it once: it shows the mails of every mailer.`,
      );
    }
    this.#host = host;
    this.#open = options.allowRemote === true;
    const mailers = (): PreviewMailer[] => mailersOf(modules);
    const { mails, observer } = createPreviewMails(
      options.mailbox ?? {},
      () => this.#events.publish('mailbox'),
      {
        progress: async (name, jobId) => {
          const mailer = mailers().find(one => one.name === name);
          return mailer?.service.progress(jobId);
        },
        isWatched: () => this.#events.isHeard,
      },
    );
    // Without an HTTP server no page can show the mails, and none is kept.
    this.observer = { observe: send => (this.#mounted ? observer.observe(send) : undefined) };
    this.#handler = new PreviewHandler({
      path: options.path ?? '/mail',
      ...(options.key !== undefined && { key: options.key }),
      allowLoopback: options.allowLoopback === true,
      allowRemote: this.#open,
      events: this.#events,
      sections: previewSections({
        options,
        events: this.#events,
        mails,
        mailers,
      }),
      onError: error => this.#logger.warn(`A page could not be shown: ${messageOf(error)}`),
    });
    // Now, before anything else can be registered: body parsers, security headers, guards, a global prefix.
    this.#mount();
  }

  /** Called by Nest. An application of a test gets its HTTP adapter only after its providers. */
  onModuleInit(): void {
    this.#mount();
    if (!this.#mounted) {
      this.#logger.log('The mail preview is not shown: this application has no HTTP server.');
      return;
    }
    // Where the server never listens, as in tests, this is all that is said.
    this.#logger.log(`The mails of this application are shown at ${this.#handler.loggedPath}`);
    if (this.#open) {
      this.#logger.warn(
        'Whoever can reach this application can read its mails, reset links included: allowRemote asks nobody for a key.',
      );
    }
    this.#tellAddress();
  }

  /** Called by Nest before it closes the HTTP server, which waits for open connections. */
  beforeApplicationShutdown(): void {
    this.#events.close();
  }

  /** The address is known as soon as the server listens. */
  #tellAddress(): void {
    const server: unknown = this.#host.httpAdapter.getHttpServer();
    if (!(server instanceof Server)) return;
    const tell = (): void => {
      const origin = originOf(server);
      if (origin !== undefined)
        this.#logger.log(`Open the mails of this application: ${origin}${this.#handler.loggedPath}`);
    };
    if (server.listening) tell();
    else server.once('listening', tell);
  }

  #mount(): void {
    const adapter = this.#host.httpAdapter;
    if (this.#mounted || !adapter) return;
    mountPreview(adapter, this.#handler);
    this.#mounted = true;
  }
}
