import { watch } from 'node:fs';

const QUIET_MS = 100;

/**
 * Calls back once after template files have changed. For development: uses file events, keeps no process alive.
 *
 * @returns a function that ends the watching
 */
export function watchDirectories(directories: readonly string[], changed: () => void): () => void {
  let timer: NodeJS.Timeout | undefined;
  const schedule = (): void => {
    clearTimeout(timer);
    timer = setTimeout(changed, QUIET_MS);
    timer.unref();
  };
  const watchers = directories.map(directory =>
    watch(directory, { recursive: true, persistent: false }, schedule),
  );
  for (const watcher of watchers) watcher.on('error', schedule);
  return () => {
    clearTimeout(timer);
    for (const watcher of watchers) watcher.close();
  };
}
