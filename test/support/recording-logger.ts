import type { LoggerService } from '@nestjs/common';

/** Keeps what an application logs. */
export class RecordingLogger implements LoggerService {
  readonly lines: string[] = [];
  log(message: unknown): void {
    this.lines.push(`log ${String(message)}`);
  }
  warn(message: unknown): void {
    this.lines.push(`warn ${String(message)}`);
  }
  error(message: unknown, ...rest: unknown[]): void {
    this.lines.push(`error ${[message, ...rest].map(String).join(' ')}`);
  }
  debug(message: unknown): void {
    this.lines.push(`debug ${String(message)}`);
  }
  /** The warnings alone. */
  get warnings(): string[] {
    return this.lines.filter(line => line.startsWith('warn ')).map(line => line.slice(5));
  }
}
