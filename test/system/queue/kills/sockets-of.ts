import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The sockets by which a process is connected to a port of this machine, as strace and /proc name them: `socket:[123]`, in the
 * order in which they were opened.
 */
export function socketsTo(pid: number, port: number): string[] {
  const inodes = new Set<string>();
  // "sl local_address rem_address st tx_queue:rx_queue tr:tm->when retrnsmt uid timeout inode", numbers in hexadecimal.
  for (const line of readFileSync('/proc/net/tcp', 'utf8').split('\n').slice(1)) {
    const fields = line.trim().split(/\s+/);
    const [, , remote = '', , , , , , , inode] = fields;
    if (inode !== undefined && Number.parseInt(remote.split(':')[1] ?? '', 16) === port) inodes.add(inode);
  }
  const folder = join('/proc', String(pid), 'fd');
  return readdirSync(folder)
    .map(Number)
    .toSorted((a, b) => a - b)
    .map(descriptor => linkOf(join(folder, String(descriptor))))
    .filter(name => inodes.has(/^socket:\[(\d+)\]$/.exec(name)?.[1] ?? ''));
}

function linkOf(path: string): string {
  try {
    return readlinkSync(path);
  } catch {
    // Closed meanwhile.
    return '';
  }
}
