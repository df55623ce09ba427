import { ownIdentity } from '../../../lib/relay/spool/process-identity.js';

/** The lease of a relay whose process was on this machine and is gone: Linux gives no process this number. */
export function deadLease(): object {
  return { process: { ...ownIdentity(), pid: 2 ** 22 + 1 }, leaseMs: 1000, beat: 1 };
}
