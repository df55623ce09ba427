import { afterEach, describe, expect, it } from '@jest/globals';
import { ConsoleLogger, Logger } from '@nestjs/common';
import type { LoggerService, LogLevel } from '@nestjs/common';
import { logs } from '../../../lib/core/sending/log-levels.js';

const LEVELS = ['verbose', 'debug', 'log', 'warn', 'error', 'fatal'] as const;

/** Where the lines of a test arrive. */
const lines: LogLevel[] = [];

/** A logger of the application, such as those that write to a file. */
class Plain implements LoggerService {
  log = (): unknown => lines.push('log');
  warn = (): unknown => lines.push('warn');
  error = (): unknown => lines.push('error');
  debug = (): unknown => lines.push('debug');
  verbose = (): unknown => lines.push('verbose');
  fatal = (): unknown => lines.push('fatal');
}

class Leveled extends Plain {
  isLevelEnabled(level: LogLevel): boolean {
    return level === 'warn' || level === 'error';
  }
  override log = (): unknown => 0;
  override debug = (): unknown => 0;
  override verbose = (): unknown => 0;
  override fatal = (): unknown => 0;
}

class Unsure extends Plain {
  isLevelEnabled(): boolean {
    throw new Error('the levels are not loaded yet');
  }
}

class Few implements LoggerService {
  log = (): unknown => lines.push('log');
  warn = (): unknown => lines.push('warn');
  error = (): unknown => lines.push('error');
}

/** Nest's own logger, whose lines come here and not to the terminal. */
class Console extends ConsoleLogger {
  protected override printMessages(_messages: unknown[], _context?: string, level: LogLevel = 'log'): void {
    lines.push(level);
  }
  protected override printStackTrace(): void {}
}

const before = {
  reader: Reflect.get(Logger, 'staticInstanceRef') as unknown,
  levels: Reflect.get(Logger, 'logLevels') as unknown,
  write: process.stdout.write.bind(process.stdout),
  writeError: process.stderr.write.bind(process.stderr),
};
afterEach(() => {
  Logger.detachBuffer();
  Reflect.set(Logger, 'staticInstanceRef', before.reader);
  Reflect.set(Logger, 'logLevels', before.levels);
  lines.length = 0;
});

/** The levels at which a line arrives somewhere: through the logger of the application, or in the terminal. */
function read(logger: Logger): LogLevel[] {
  lines.length = 0;
  const printed: LogLevel[] = [];
  for (const level of LEVELS) {
    const print = (): boolean => {
      printed.push(level);
      return true;
    };
    process.stdout.write = print;
    process.stderr.write = print;
    try {
      logger[level]('A line.');
    } finally {
      process.stdout.write = before.write;
      process.stderr.write = before.writeError;
    }
  }
  return [...new Set([...printed, ...lines])].toSorted();
}

const told = (logger: Logger): LogLevel[] => LEVELS.filter(level => logs(logger, level)).toSorted();
const ALL = [...LEVELS].toSorted();

describe('Whether a level is logged', () => {
  it.each<[string, LogLevel[], (() => void)[]]>([
    ['nothing was said of loggers', ALL, []],
    ['logging is off', [], [() => Logger.overrideLogger(false)]],
    ['only errors are wanted', ['error', 'fatal'], [() => Logger.overrideLogger(['error'])]],
    ['the levels are named', ALL, [() => Logger.overrideLogger([...LEVELS])]],
    ['no level is wanted', [], [() => Logger.overrideLogger([])]],
    ['the application has a logger of its own', ALL, [() => Logger.overrideLogger(new Plain())]],
    ['its own logger knows its levels', ['error', 'warn'], [() => Logger.overrideLogger(new Leveled())]],
    ['its own logger cannot say its levels', ALL, [() => Logger.overrideLogger(new Unsure())]],
    ['its own logger has few methods', ['error', 'log', 'warn'], [() => Logger.overrideLogger(new Few())]],
    [
      'its own logger takes the place of one with levels',
      ALL,
      [() => Logger.overrideLogger(['error']), () => Logger.overrideLogger(new Plain())],
    ],
    [
      'its own logger is taken away',
      [],
      [() => Logger.overrideLogger(new Plain()), () => Logger.overrideLogger(false)],
    ],
    ['it has a logger of Nest', ALL, [() => Logger.overrideLogger(new Logger())]],
    ['it has a console logger', ALL, [() => Logger.overrideLogger(new Console())]],
    [
      'its console logger has levels',
      ['error', 'fatal', 'warn'],
      [() => Logger.overrideLogger(new Console('App', { logLevels: ['warn'] }))],
    ],
    [
      'its console logger writes JSON',
      ['error', 'fatal'],
      [() => Logger.overrideLogger(new ConsoleLogger({ json: true, logLevels: ['error'] }))],
    ],
    [
      'its console logger writes all levels as JSON',
      ALL,
      [() => Logger.overrideLogger(new ConsoleLogger({ json: true }))],
    ],
    [
      'the levels of its console logger are set later',
      ['error', 'fatal'],
      [() => Logger.overrideLogger(new Console()), () => Logger.overrideLogger(['error'])],
    ],
  ])('is told as it is when %s', (_, levels, steps) => {
    for (const step of steps) step();
    const logger = new Logger('Test');
    expect(read(logger)).toEqual(levels);
    expect(told(logger)).toEqual(levels);
  });

  it('is told as it is by a logger that was there before the levels were set', () => {
    const logger = new Logger('Test');
    expect(told(logger)).toEqual(read(logger));
    Logger.overrideLogger(['error']);
    expect(told(logger)).toEqual(read(logger));
    Logger.overrideLogger(new Plain());
    expect(told(logger)).toEqual(ALL);
    expect(read(logger)).toEqual(ALL);
  });

  it.each([
    ['levels', ['error']],
    ['no logger', false],
  ] as const)('is yes to all while the log waits for a logger that comes after one with %s', (_, first) => {
    Logger.overrideLogger(first === false ? false : [...first]);
    Logger.attachBuffer();
    const logger = new Logger('Test');
    expect(told(logger)).toEqual(ALL);
    for (const level of LEVELS) logger[level]('A line.');
    expect(lines).toEqual([]);
    Logger.overrideLogger(new Plain());
    Logger.flush();
    expect(lines.toSorted()).toEqual(ALL);
  });
});
