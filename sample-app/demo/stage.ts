import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import type { Server } from 'node:http';
import { join } from 'node:path';
import type { INestApplication, INestApplicationContext, LogLevel } from '@nestjs/common';
import { createAgent } from '../agent/create-agent.js';
import { createServer } from '../server/create-server.js';
import { PREVIEW_KEY } from '../server/server.module.js';
import { QUEUE_CONNECTION } from '../shared/mail-queue.js';
import { DemoQueue } from './demo-queue.js';
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

/** How the stage is set. */
interface StageOptions {
  /** Folder in which the pickup directory is made, and the store of a queue. */
  readonly temporary: string;
  /** Whether the mails of the Server go through a queue. @default false */
  readonly queue?: boolean;
  /** What the applications log. @default warnings and errors */
  readonly logger?: LogLevel[];
}

/** Everything that the demo starts: an SMTP server and a folder, unless the settings name real ones, Server, Agent, Relay. */
export class Stage {
  readonly #closers: (() => Promise<unknown>)[] = [];
  #smtp: EmbeddedSmtpServer | undefined;
  #relay: DemoRelay | NoRelay = 'other directory';
  #queue: DemoQueue | undefined;
  #left: number | undefined = 0;
  #workerVariables: NodeJS.ProcessEnv = {};
  #started: Running | undefined;

  constructor(private readonly options: StageOptions) {}

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
    const queue = await this.#openQueue(env);
    const variables = laidOver(shared, { ...smtp, ...queue });
    const server = await createServer(variables, this.options.logger);
    this.#closers.push(() => server.close());
    if (this.#queue) this.#attach(this.#queue, server, variables);
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

  /** The queue of the Server; undefined when its mails leave at once. */
  get queue(): DemoQueue | undefined {
    return this.#queue;
  }

  /** Mails that were in the queue at the end; undefined when its store could not be asked. */
  get leftInQueue(): number | undefined {
    return this.#left;
  }

  /** Starts the Worker, unless it runs. */
  async startWorker(): Promise<void> {
    await this.#queue?.startWorker(this.#workerVariables);
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

  /** What the Server is told: without the option a queue that the environment names is not used, as nobody would deliver. */
  async #openQueue(env: NodeJS.ProcessEnv): Promise<Readonly<Record<string, string>>> {
    if (!this.options.queue) return { [QUEUE_CONNECTION]: '' };
    const queue = await DemoQueue.open(env, this.options.temporary);
    this.#closers.push(() => queue.closeStore());
    this.#queue = queue;
    return queue.variables;
  }

  /** At the end no request comes in any more, what waits is delivered, and only then the Worker, the Server and the store end. */
  #attach(queue: DemoQueue, server: INestApplication, variables: NodeJS.ProcessEnv): void {
    queue.attach(server);
    // Node.js needs more of the environment than settings.
    this.#workerVariables = { ...process.env, ...variables };
    this.#closers.push(async () => {
      const http: Server = server.getHttpServer();
      http.close();
      this.#left = await queue.settle();
      await queue.closeWorker();
    });
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
