import type { INestApplication, INestApplicationContext } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAgent } from '../agent/create-agent.js';
import { createServer } from '../server/create-server.js';
import { EmbeddedSmtpServer } from './embedded-smtp-server.js';
import { listen } from './listen.js';
import { usesShippedHost, usesShippedPickupDirectory } from './shipped-settings.js';

/** Everything that the demo starts: an SMTP server and a folder, unless the settings name real ones, Server, Agent. */
export class Stage {
  readonly #closers: (() => Promise<unknown>)[] = [];
  #smtp: EmbeddedSmtpServer | undefined;
  #started: { url: string; server: INestApplication; agent: INestApplicationContext } | undefined;

  /**
   * Starts everything.
   *
   * @param env variables that lie over both `appsettings.json`
   * @throws MailSettingsError when the settings cannot be used; {@link close} is needed then too
   */
  async open(env: NodeJS.ProcessEnv): Promise<void> {
    const secret = env['TokenSigning__Secret'] ?? randomBytes(32).toString('base64url');
    const shared = { ...env, TokenSigning__Secret: secret };
    const server = await createServer({ ...shared, ...(await this.#smtpSettings(env)) });
    this.#closers.push(() => server.close());
    const url = await listen(server);
    const agent = await createAgent({
      ...shared,
      ...(await this.#pickupSettings(env)),
      PasswordResetSettings__TwoFactorSettings__ApplicationUri: url,
      PasswordResetSettings__TwoFactorSettings__ResetConfirmationUri: `${url}/reset-password?token=`,
    });
    this.#closers.push(() => agent.close());
    this.#started = { url, server, agent };
  }

  /** The embedded SMTP server; undefined when the settings name a real one. */
  get smtp(): EmbeddedSmtpServer | undefined {
    return this.#smtp;
  }

  /** Address of the Server. */
  get url(): string {
    return this.#running.url;
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

  get #running(): { url: string; server: INestApplication; agent: INestApplicationContext } {
    if (!this.#started) throw new Error('The demo has not been started');
    return this.#started;
  }

  async #smtpSettings(env: NodeJS.ProcessEnv): Promise<NodeJS.ProcessEnv> {
    if (!usesShippedHost(env)) return {};
    const smtp = await EmbeddedSmtpServer.start();
    this.#closers.push(() => smtp.close());
    this.#smtp = smtp;
    return { MailSettings__Host: smtp.address.host, MailSettings__Port: String(smtp.address.port) };
  }

  async #pickupSettings(env: NodeJS.ProcessEnv): Promise<NodeJS.ProcessEnv> {
    if (!usesShippedPickupDirectory(env)) return {};
    const folder = await mkdtemp(join(tmpdir(), 'nest-mailroom-pickup-'));
    this.#closers.push(() => rm(folder, { recursive: true, force: true }));
    return { PasswordResetSettings__MailSettings__PickupDirectory: folder };
  }
}
