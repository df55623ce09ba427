import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import type { INestApplication, INestApplicationContext } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import type { MailReceipt } from 'nest-mailroom';
import { createAgent } from '../../sample-app/agent/create-agent.js';
import { ResetRequestService } from '../../sample-app/agent/reset/reset-request.service.js';
import type { DemoMail } from '../../sample-app/demo/demo-mail.js';
import { readPickupFile, resetLinkOf } from '../../sample-app/demo/pickup-file.js';
import { createServer } from '../../sample-app/server/create-server.js';
import { PublicAddress } from '../../sample-app/server/notifications/public-address.js';
import { MailSink } from '../support/mail-sink.js';
import { temporaryDirectory } from '../support/temporary-directory.js';
import type { TemporaryDirectory } from '../support/temporary-directory.js';

/** What the Server answered. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
}

/** Server and Agent of the sample on real sockets and a real folder. */
export class RunningSample {
  private constructor(
    readonly sink: MailSink,
    readonly folder: TemporaryDirectory,
    readonly server: INestApplication,
    readonly agent: INestApplicationContext,
    readonly url: string,
  ) {}

  /** Starts everything; `env` lies over the settings of both applications. */
  static async start(env: NodeJS.ProcessEnv = {}): Promise<RunningSample> {
    const sink = await MailSink.start();
    const folder = temporaryDirectory();
    const secret = { TokenSigning__Secret: randomBytes(32).toString('hex') };
    const smtp = { MailSettings__Host: sink.host, MailSettings__Port: String(sink.port) };
    try {
      const server = await createServer({ ...secret, ...smtp, ...env }, ['fatal']);
      await server.listen(0, '127.0.0.1');
      const url = server.get(PublicAddress).uri;
      const agent = await createAgent(
        {
          ...secret,
          PasswordResetSettings__MailSettings__PickupDirectory: folder.path,
          PasswordResetSettings__TwoFactorSettings__ApplicationUri: url,
          PasswordResetSettings__TwoFactorSettings__ResetConfirmationUri: `${url}/reset-password?token=`,
          ...env,
        },
        ['fatal'],
      );
      return new RunningSample(sink, folder, server, agent, url);
    } catch (error) {
      await sink.close();
      folder.remove();
      throw error;
    }
  }

  /** The Agent's signer, to make tokens that it would not make. */
  get signer(): JwtService {
    return this.agent.get(JwtService, { strict: false });
  }

  /** Asks the Agent for a reset. */
  requestReset(login: string): Promise<MailReceipt> {
    return this.agent.get(ResetRequestService).requestReset(login);
  }

  /** Asks the Agent for a reset and reads the mail that it wrote. */
  async resetMail(login: string): Promise<DemoMail> {
    const { file } = await this.requestReset(login);
    if (file === undefined) throw new Error('the Agent wrote no file');
    return readPickupFile(file);
  }

  /** Asks the Agent for a reset and returns the token of the link in the mail. */
  async resetToken(login: string): Promise<string> {
    const token = resetLinkOf(await this.resetMail(login))?.searchParams.get('token');
    if (typeof token !== 'string') throw new Error('the mail holds no link with a token');
    return token;
  }

  /** Opens the reset page. */
  openResetPage(token: string): Promise<Answer> {
    return this.get(`/reset-password?token=${encodeURIComponent(token)}`);
  }

  /** Sends the form of the reset page. */
  setPassword(token: string, password: string, repeated = password): Promise<Answer> {
    return this.post('/reset-password', { token, password, repeated });
  }

  /** Sends the form of the login page; the status says whether the password is right. */
  async signIn(login: string, password: string): Promise<number> {
    return (await this.post('/login', { login, password })).status;
  }

  /** Fetches a page as a browser. */
  get(path: string, headers: Record<string, string> = {}): Promise<Answer> {
    return this.#ask(path, { headers: { accept: 'text/html', ...headers } });
  }

  /** Posts a form as a browser. */
  post(
    path: string,
    form: Record<string, string> = {},
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    return this.#ask(path, {
      method: 'POST',
      body: new URLSearchParams(form),
      headers: { accept: 'text/html', ...headers },
    });
  }

  /** Posts as a program. */
  call(path: string): Promise<Answer> {
    return this.post(path, {}, { accept: 'application/json' });
  }

  /** Ends everything. */
  async close(): Promise<void> {
    await this.agent.close();
    await this.server.close();
    await this.sink.close();
    this.folder.remove();
  }

  async #ask(path: string, init: RequestInit): Promise<Answer> {
    const response = await fetch(`${this.url}${path}`, { ...init, redirect: 'manual' });
    return { status: response.status, headers: response.headers, body: await response.text() };
  }
}
