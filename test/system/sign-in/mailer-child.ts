import { join } from 'node:path';
import type { MailMessage, MailModuleOptions } from 'nest-mailroom';
import type { ChildEnd } from '../../support/talking-child.js';
import { TalkingChild } from '../../support/talking-child.js';

/** An error of an application in another process. */
export interface ToldError {
  readonly name: string;
  readonly message: string;
  readonly code?: string;
  readonly phase?: string;
  readonly retryable?: boolean | 'unknown';
  readonly responseCode?: number;
  /** Of an error about settings. */
  readonly problems?: readonly { readonly key: string; readonly message: string }[];
  /** Everything that the error shows to whoever prints it. */
  readonly shown: string;
}

/** What became of one thing that the application was to do. */
export interface ToldOutcome {
  /** Of the receipt; `verified` of a check. */
  readonly status?: string;
  readonly error?: ToldError;
}

/** What a {@link MailerChild} is started with. */
export interface MailerTask {
  /** In the shape of `MailSettings`. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly options?: MailModuleOptions;
  /** Variables on top of this process's environment. */
  readonly env?: NodeJS.ProcessEnv;
  /** The script of the application. @default the one in this folder, which uses the build */
  readonly script?: string;
}

/** Where the application's script is; it finds the package from where it lies. */
export const MAILER_SCRIPT = join(process.cwd(), 'test/system/sign-in/mailer-application.mjs');

const running = new Set<MailerChild>();

/** An application with one mailer, in a process of its own, which gets its environment at its start. */
export class MailerChild {
  /** What became of its start. */
  readonly started: ToldOutcome;
  readonly #child: TalkingChild;

  private constructor(child: TalkingChild, started: ToldOutcome) {
    this.#child = child;
    this.started = started;
  }

  /** Starts it; done when the application has started or failed to. {@link stopMailers} ends it. */
  static async start({ settings, options, env, script = MAILER_SCRIPT }: MailerTask): Promise<MailerChild> {
    const child = await TalkingChild.start(
      process.execPath,
      [script, JSON.stringify({ settings, options })],
      env,
    );
    const mailer = new MailerChild(child, JSON.parse(await child.expectLine()) as ToldOutcome);
    running.add(mailer);
    return mailer;
  }

  /** What it has logged and written to its standard error. */
  get log(): string {
    return this.#child.stderr;
  }

  /** Sends these messages at once. */
  async send(...messages: readonly MailMessage[]): Promise<ToldOutcome[]> {
    return this.#ask({ messages });
  }

  /** Checks that the server would take mail. */
  async verify(): Promise<ToldOutcome> {
    const [outcome] = await this.#ask({ verify: true });
    if (!outcome) throw new Error('The child has said nothing.');
    return outcome;
  }

  /** Closes the application; resolves when the process has ended by itself. */
  async close(): Promise<ChildEnd> {
    running.delete(this);
    return this.#child.finish();
  }

  /** Kills it. */
  async kill(): Promise<void> {
    running.delete(this);
    await this.#child.kill();
  }

  async #ask(task: object): Promise<ToldOutcome[]> {
    this.#child.say(JSON.stringify(task));
    return JSON.parse(await this.#child.expectLine()) as ToldOutcome[];
  }
}

/** Kills every application that still runs. */
export async function stopMailers(): Promise<void> {
  for (const mailer of running) await mailer.kill();
}
