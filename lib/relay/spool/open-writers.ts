import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { basename, dirname } from 'node:path';

/** The two lowest bits of the flags in /proc/PID/fdinfo: zero means opened for reading only (open(2)). */
const ACCESS_MODE = 0o3;

/**
 * The files of a folder that some process has open for writing. Only Linux tells, and of other users' processes only
 * root learns; elsewhere the set is empty.
 *
 * @param directory the folder, with symbolic links resolved
 */
export function openForWriting(directory: string): Set<string> {
  const names = new Set<string>();
  if (process.platform !== 'linux') return names;
  for (const pid of entries('/proc')) {
    if (!/^\d+$/.test(pid)) continue;
    for (const descriptor of entries(`/proc/${pid}/fd`)) {
      const path = linkTarget(`/proc/${pid}/fd/${descriptor}`);
      if (path !== undefined && dirname(path) === directory && isForWriting(pid, descriptor))
        names.add(basename(path));
    }
  }
  return names;
}

function isForWriting(pid: string, descriptor: string): boolean {
  try {
    const flags = /^flags:\s*([0-7]+)/m.exec(readFileSync(`/proc/${pid}/fdinfo/${descriptor}`, 'utf8'))?.[1];
    return flags !== undefined && (Number.parseInt(flags, 8) & ACCESS_MODE) !== 0;
  } catch {
    return false;
  }
}

function linkTarget(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined;
  }
}

function entries(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}
