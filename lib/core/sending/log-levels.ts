import { Logger } from '@nestjs/common';
import type { LoggerService, LogLevel } from '@nestjs/common';

/** A logger that can be asked for its levels, as Nest's `ConsoleLogger` can. */
interface LeveledLogger {
  isLevelEnabled(level: LogLevel): unknown;
}

/**
 * Whether what a logger writes at a level is read by anybody. To be asked before a line is made that costs something.
 *
 * The static `Logger.isLevelEnabled()` does not tell: Nest 11 says no to every level until levels were set, and Nest 12
 * goes by levels that were set for a logger which another has replaced since. So whoever gets the lines is asked: a
 * `ConsoleLogger` by its levels, a logger of the application by its `isLevelEnabled` where it has one, and any other by
 * whether it has the method at all.
 *
 * @param logger the one that would write the line
 */
export function logs(logger: Logger, level: LogLevel): boolean {
  // While an application buffers its log, who will read it is not known yet. Nest keeps that to itself.
  if (Reflect.get(Logger, 'isBufferAttached') === true) return true;
  // Nest's type leaves out that there is none with `logger: false`.
  const reader: LoggerService | undefined = logger.localInstance;
  if (reader === undefined || typeof reader[level] !== 'function') return false;
  if (!hasLevels(reader)) return true;
  try {
    return reader.isLevelEnabled(level) !== false;
  } catch {
    // Rather a line that nobody reads than one that somebody misses.
    return true;
  }
}

function hasLevels(reader: LoggerService): reader is LoggerService & LeveledLogger {
  return 'isLevelEnabled' in reader && typeof reader.isLevelEnabled === 'function';
}
