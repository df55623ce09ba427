import { readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { errnoOf } from '../../core/errors/error-facts.js';

/** Names one process among all that may share a folder. */
export interface ProcessIdentity {
  /** The machine, its last start, and the name space of its process numbers: containers have their own. */
  readonly machine: string;
  readonly pid: number;
  /** When the process began, where the system tells: process numbers are used again. */
  readonly began?: string;
}

/** This process. */
export function ownIdentity(): ProcessIdentity {
  const began = process.platform === 'linux' ? statOf(process.pid)?.began : undefined;
  return { machine: machineIdentity(), pid: process.pid, ...(began !== undefined && { began }) };
}

/**
 * Whether a process lives.
 *
 * @returns undefined when that cannot be known, as for a process of another machine
 */
export function isAlive(identity: ProcessIdentity): boolean | undefined {
  if (identity.machine !== machineIdentity()) return undefined;
  const stat = process.platform === 'linux' ? statOf(identity.pid) : undefined;
  if (stat) return !stat.dead && stat.began === identity.began;
  // Processes of other users may be hidden in /proc, but not from this question.
  try {
    process.kill(identity.pid, 0);
    return true;
  } catch (error) {
    return errnoOf(error) !== 'ESRCH';
  }
}

function machineIdentity(): string {
  if (process.platform !== 'linux') return hostname();
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${boot}/${readlinkSync('/proc/self/ns/pid')}`;
  } catch {
    // Without /proc nothing is known of any process: no other one has this name, so only the lease counts.
    return `${hostname()}/${process.pid}/${process.hrtime.bigint()}`;
  }
}

/** Fields of proc(5): the state, and the start in ticks since boot. The command before them may hold anything. */
function statOf(pid: number): { dead: boolean; began: string | undefined } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return { dead: fields[0] === 'Z' || fields[0] === 'X', began: fields[19] };
  } catch {
    return undefined;
  }
}
