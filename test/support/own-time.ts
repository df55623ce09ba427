import { readFileSync } from 'node:fs';

/**
 * Milliseconds that the main thread of a process has waited for a core of the machine since it was started; 0 where the
 * system does not tell (it is Linux that does), or when the process has ended.
 */
export function waitedForCore(pid: number = process.pid): number {
  try {
    const [, nanoseconds] = readFileSync(`/proc/${pid}/schedstat`, 'utf8').split(' ');
    return Number(nanoseconds) / 1e6;
  } catch {
    return 0;
  }
}

/**
 * A clock in milliseconds that stands still while other processes keep this one from running. What must happen "in
 * time" is measured with it: an upper bound then holds on a busy machine as it does on an idle one. A wait of the
 * process itself, for a timer or a server, and its own work count in full.
 */
export function ownTime(): number {
  for (;;) {
    const waited = waitedForCore();
    const now = performance.now();
    // Both belong to one moment only when the process was not held up between them.
    if (waitedForCore() === waited) return now - waited;
  }
}
