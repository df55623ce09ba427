import { readFileSync, writeFileSync } from 'node:fs';

const SAMPLE_MS = 5;

/**
 * Watches the memory of this process while something runs.
 *
 * @param {() => Promise<unknown>} work what runs
 * @returns {Promise<{ idleRss: number, peakRss: number }>} resident memory before, and the most during it, in bytes
 */
export async function watchMemory(work) {
  const idleRss = process.memoryUsage.rss();
  const exact = forgetPeak();
  let peakRss = idleRss;
  const sample = setInterval(() => {
    peakRss = Math.max(peakRss, process.memoryUsage.rss());
  }, SAMPLE_MS);
  try {
    await work();
  } finally {
    clearInterval(sample);
  }
  return { idleRss, peakRss: Math.max(peakRss, exact ? knownPeak() : 0) };
}

/** Where the system counts the peak itself (Linux), nothing between two samples is missed. */
function forgetPeak() {
  try {
    writeFileSync('/proc/self/clear_refs', '5');
    return true;
  } catch {
    return false;
  }
}

function knownPeak() {
  const [, kilobytes] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'latin1')) ?? [];
  return Number(kilobytes ?? 0) * 1024;
}
