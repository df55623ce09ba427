import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import type { MailSink } from '../../../support/mail-sink.js';
import { CONSUMER_ENV } from './consumer-project.js';

const START_MS = 120_000;

/** An application in a process of its own, which listens and sends its mails to a server of the test. */
export class RunningApplication {
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown>;
  #output = '';

  private constructor(command: readonly string[], cwd: string, env: NodeJS.ProcessEnv) {
    const [program = '', ...args] = command;
    // In a group of its own: some commands start Node.js themselves, which has to end too.
    this.#child = spawn(program, args, {
      cwd,
      env: { ...process.env, ...CONSUMER_ENV, ...env },
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#ended = once(this.#child, 'close');
    for (const stream of [this.#child.stdout, this.#child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => (this.#output += text));
  }

  /** Starts an application and waits until it listens. Rejects with all that it said when it ends before. */
  static async start(command: readonly string[], cwd: string, sink: MailSink): Promise<RunningApplication> {
    const application = new RunningApplication(command, cwd, {
      PORT: '0',
      MailSettings__Port: String(sink.port),
      FolderSettings__Port: String(sink.port),
    });
    const end = Date.now() + START_MS;
    while (application.#address === undefined) {
      const ended = await Promise.race([application.#ended, delay(50, 'running')]);
      if (ended === 'running' && Date.now() < end) continue;
      await application.stop();
      throw new Error(`${command.join(' ')} does not listen:\n${application.#output}`);
    }
    return application;
  }

  /** All that it has said so far. */
  get output(): string {
    return this.#output;
  }

  get #address(): string | undefined {
    return /^Listening at (\S+)$/m.exec(this.#output)?.[1];
  }

  /** Asks it for something. */
  async ask(path: string, init?: RequestInit): Promise<Response> {
    return fetch(new URL(path, this.#address), init);
  }

  /** Opens the preview as somebody does who clicks on its address in the log, and returns what asks for pages of it. */
  async openPreview(): Promise<(path: string) => Promise<Response>> {
    const [, link = '/mail'] = /Open the mails of this application: (\S+)/.exec(this.#output) ?? [];
    const entry = await this.ask(link, { redirect: 'manual' });
    const cookie = entry.headers.getSetCookie().map(line => line.split(';')[0]);
    return path => this.ask(path, { headers: { Cookie: cookie.join('; ') } });
  }

  /** Ends it and all that it has started. */
  async stop(): Promise<void> {
    if (this.#child.pid !== undefined && this.#child.exitCode === null) {
      try {
        process.kill(-this.#child.pid, 'SIGTERM');
      } catch {
        // It has ended by itself.
      }
    }
    await this.#ended;
  }
}
