import { inspect } from 'node:util';
import type { LoggerService } from '@nestjs/common';

/** Keeps everything that an application logs, at every level, as text. */
export class EveryLevelLogger implements LoggerService {
  readonly lines: string[] = [];
  readonly log = this.#at('log');
  readonly warn = this.#at('warn');
  readonly error = this.#at('error');
  readonly debug = this.#at('debug');
  readonly verbose = this.#at('verbose');

  #at(level: string) {
    return (...parts: unknown[]): void => {
      const text = parts.map(part => (typeof part === 'string' ? part : inspect(part, { depth: 10 })));
      this.lines.push(`${level} ${text.join(' ')}`);
    };
  }
}
