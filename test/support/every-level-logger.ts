import { inspect } from 'node:util';
import type { LoggerService } from '@nestjs/common';

/** One line of a log. */
export interface LoggedLine {
  readonly level: string;
  readonly text: string;
  /** Who has logged it. */
  readonly context: string;
}

/** Keeps everything that an application logs, at every level, with its context. */
export class EveryLevelLogger implements LoggerService {
  readonly said: LoggedLine[] = [];
  readonly log = this.#at('log');
  readonly warn = this.#at('warn');
  readonly error = this.#at('error');
  readonly debug = this.#at('debug');
  readonly verbose = this.#at('verbose');

  /** Everything, a text for each line. */
  get lines(): string[] {
    return this.said.map(({ level, text, context }) => `${level} ${text} ${context}`);
  }

  /** The lines about mails, at one level. */
  about(level: string): string[] {
    return this.said
      .filter(
        line => line.level === level && line.context.startsWith('Mail') && line.context !== 'MailModule',
      )
      .map(line => line.text);
  }

  #at(level: string) {
    return (message: unknown, ...rest: unknown[]): void => {
      const text = [message, ...rest.slice(0, -1)].map(part =>
        typeof part === 'string' ? part : inspect(part, { depth: 10 }),
      );
      this.said.push({ level, text: text.join(' '), context: String(rest.at(-1)) });
    };
  }
}
