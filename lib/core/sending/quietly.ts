/**
 * Does something whose failure changes nothing, such as ending to listen to what a caller gave as its signal.
 *
 * @returns undefined when it throws
 */
export function quietly<T>(run: () => T): T | undefined {
  try {
    return run();
  } catch {
    return undefined;
  }
}
