import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { INestApplication, INestApplicationContext, LogLevel } from '@nestjs/common';
import { createAgent } from '../agent/create-agent.js';
import { createServer } from '../server/create-server.js';
import { PREVIEW_KEY } from '../server/server.module.js';
import { DemoRelay } from './demo-relay.js';
import { EmbeddedSmtpServer } from './embedded-smtp-server.js';
import { laidOver } from './laid-over.js';
import { listen } from './listen.js';
import { relayHost, usesShippedHost, usesShippedPickupDirectory } from './shipped-settings.js';

/** Why the Relay is not started: the folder is not the demo's own, or the Relay's settings name no server to use. */
export type NoRelay = 'other directory' | 'no server';

/** What runs once the stage is open. */
interface Running {
  readonly url: string;
  readonly previewUrl: string;
  readonly server: INestApplication;
  readonly agent: INestApplicationContext;
}

/** Everything that the demo starts: an SMTP server and a folder, unless the settings name real ones, Server, Agent, Relay. */
export class Stage {
  readonly #closers: (() => Promise<unknown>)[] = [];
  #smtp: EmbeddedSmtpServer | undefined;
  #relay: DemoRelay | NoRelay = 'other directory';
  #started: Running | undefined;

  /** @param options `temporary`: folder in which the pickup directory is made; `logger`: what the applications log */
  constructor(private readonly options: { readonly temporary: string; readonly logger?: LogLevel[] }) {}

  /**
   * Starts everything.
   *
   * @param env variables that lie over both `appsettings.json`
   * @throws MailSettingsError when the settings cannot be used; {@link close} is needed then too
   */
  async open(env: NodeJS.ProcessEnv): Promise<void> {
    const secret = env['TokenSigning__Secret'] ?? randomBytes(32).toString('base64url');
    const chosen = env[PREVIEW_KEY];
    const key = chosen ?? randomBytes(24).toString('base64url');
    const shared = laidOver(env, { TokenSigning__Secret: secret, [PREVIEW_KEY]: key });
    const smtp = await this.#smtpSettings(env);
    const server = await createServer(laidOver(shared, smtp), this.options.logger);
    this.#closers.push(() => server.close());
    const url = await listen(server);
    const folder = await this.#pickupFolder(env);
    const agent = await createAgent(
      laidOver(shared, {
        ...(folder !== undefined && { PasswordResetSettings__MailSettings__PickupDirectory: folder }),
        PasswordResetSettings__TwoFactorSettings__ApplicationUri: url,
        PasswordResetSettings__TwoFactorSettings__ResetConfirmationUri: `${url}/reset-password?token=`,
      }),
      this.options.logger,
    );
    this.#closers.push(() => agent.close());
    if (folder !== undefined) this.#relay = this.#relayOf(folder, env, smtp);
    // Whoever has set a key knows it.
    const previewUrl = `${url}/mail${chosen === undefined ? `?key=${key}` : ''}`;
    this.#started = { url, previewUrl, server, agent };
  }

  /** The embedded SMTP server; undefined when the settings name a real one. */
  get smtp(): EmbeddedSmtpServer | undefined {
    return this.#smtp;
  }

  /** The Relay, which waits to be started, or why there is none. */
  get relay(): DemoRelay | NoRelay {
    return this.#relay;
  }

  /** Address of the Server. */
  get url(): string {
    return this.#running.url;
  }

  /** Where the mails of the Server, and its templates, can be looked at from any machine; without a key that the variables set. */
  get previewUrl(): string {
    return this.#running.previewUrl;
  }

  /** The Server. */
  get server(): INestApplication {
    return this.#running.server;
  }

  /** The Agent. */
  get agent(): INestApplicationContext {
    return this.#running.agent;
  }

  /** Ends everything in the opposite order and removes the folder; harmless when done twice. */
  async close(): Promise<void> {
    for (let next = this.#closers.pop(); next; next = this.#closers.pop()) await next();
  }

  get #running(): Running {
    if (!this.#started) throw new Error('The demo has not been started');
    return this.#started;
  }

  async #smtpSettings(env: NodeJS.ProcessEnv): Promise<Record<string, string>> {
    if (!usesShippedHost(env)) return {};
    const smtp = await EmbeddedSmtpServer.start();
    this.#closers.push(() => smtp.close());
    this.#smtp = smtp;
    return { MailSettings__Host: smtp.address.host, MailSettings__Port: String(smtp.address.port) };
  }

  async #pickupFolder(env: NodeJS.ProcessEnv): Promise<string | undefined> {
    if (!usesShippedPickupDirectory(env)) return undefined;
    const folder = await mkdtemp(join(this.options.temporary, 'nest-mailroom-pickup-'));
    this.#closers.push(() => rm(folder, { recursive: true, force: true }));
    return folder;
  }

  /** Only for a folder of the demo: one that the settings name is somebody else's to empty. */
  #relayOf(folder: string, env: NodeJS.ProcessEnv, smtp: Record<string, string>): DemoRelay | NoRelay {
    const host = relayHost(env);
    if (host === 'none' || (host === 'shipped' && !this.#smtp)) return 'no server';
    const settings = { ...(host === 'shipped' && smtp), MailSettings__PickupDirectory: folder };
    const relay = new DemoRelay(
      laidOver(env, settings),
      folder,
      host === 'shipped' ? this.#smtp : undefined,
      this.options.logger,
    );
    this.#closers.push(() => relay.close());
    return relay;
  }
}
