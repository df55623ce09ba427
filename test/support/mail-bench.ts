import { afterEach } from '@jest/globals';
import type { DynamicModule } from '@nestjs/common';
import type { MailModuleOptions, MailSettings, MailSettingsInput } from 'nest-mailroom';
import type { MailApp } from './mail-app.js';
import { startApp, startMailApp } from './mail-app.js';
import type { MailSinkOptions } from './mail-sink.js';
import { MailSink } from './mail-sink.js';
import { PolicySmtpServer } from './policy-smtp-server.js';
import { ScriptedSmtpServer } from './scripted-smtp-server.js';
import type { TemporaryDirectory } from './temporary-directory.js';
import { temporaryDirectory } from './temporary-directory.js';

/** What the tests of a file open: servers, applications and folders. All is closed after each test, the last one first. */
export class MailBench {
  readonly #closers: (() => unknown)[] = [];

  /** Starts a server that takes mails. */
  async sink(options: MailSinkOptions = {}): Promise<MailSink> {
    return this.closing(await MailSink.start(options));
  }

  /** A port of this machine at which nobody listens. */
  async unusedPort(): Promise<number> {
    const sink = await MailSink.start();
    const { port } = sink;
    await sink.close();
    return port;
  }

  /** Starts a server that follows a script, on a free port unless one is given; see {@link ScriptedSmtpServer.start}. */
  async server(...start: Parameters<typeof ScriptedSmtpServer.start>): Promise<ScriptedSmtpServer> {
    return this.closing(await ScriptedSmtpServer.start(...start));
  }

  /** Starts a server that keeps the rules except where its policy says otherwise; see {@link PolicySmtpServer.start}. */
  async policy(...start: Parameters<typeof PolicySmtpServer.start>): Promise<PolicySmtpServer> {
    return this.closing(await PolicySmtpServer.start(...start));
  }

  /** Starts an application with one mailer. Start errors reject. */
  async app(settings: MailSettingsInput, options?: MailModuleOptions): Promise<MailApp> {
    return this.closing(await startMailApp(settings, options));
  }

  /** Starts an application whose one mailer sends to a server of this bench. Start errors reject. */
  against(
    { host, port }: { readonly host: string; readonly port: number },
    more: MailSettings = {},
    options?: MailModuleOptions,
  ): Promise<MailApp> {
    return this.app({ Host: host, Port: port, FromAddress: 'a@example.com', ...more }, options);
  }

  /** Starts an application that imports these modules. Start errors reject. */
  async appOf(...imports: (DynamicModule | Promise<DynamicModule>)[]): Promise<MailApp> {
    return this.closing(await startApp(...imports));
  }

  /** Makes an empty folder. */
  folder(): TemporaryDirectory {
    const folder = temporaryDirectory();
    this.after(() => folder.remove());
    return folder;
  }

  /** Closes something after the test. */
  closing<T extends { close(): Promise<unknown> }>(item: T): T {
    this.after(() => item.close());
    return item;
  }

  /** Does something after the test. */
  after(cleanUp: () => unknown): void {
    this.#closers.push(cleanUp);
  }

  /**
   * Closes everything, also when something cannot be closed.
   *
   * @throws the first error of what could not be closed, or of a server whose client did not follow its script
   */
  async close(): Promise<void> {
    const errors: unknown[] = [];
    for (const close of this.#closers.splice(0).toReversed())
      try {
        await close();
      } catch (error) {
        errors.push(error);
      }
    if (errors.length > 0) throw errors[0];
  }
}

/** Gives the tests of a file a bench, which is cleared after each. */
export function useMailBench(): MailBench {
  const bench = new MailBench();
  afterEach(() => bench.close());
  return bench;
}
