/** Accounts that share a folder; none of them exists by name, and each is as ordinary as the others. */
export const ROOT = 0;
export const RELAY = 61_001;
export const ATTACKER = 61_002;
export const WRITER = 61_003;
/** The group of all three. */
export const GROUP = 61_000;

/** What starts a program under an account. */
export function startedAs(uid: number): string[] {
  return ['setpriv', `--reuid=${uid}`, `--regid=${GROUP}`, '--clear-groups'];
}

/** Does something with the rights of an account. It must not wait for anything: meanwhile all of this process has those rights. */
export function asAccount<T>(uid: number, act: () => T): T {
  const before = process.geteuid?.();
  if (before === undefined || process.getuid?.() !== ROOT)
    throw new Error('The tests of a folder that several accounts share need root.');
  become(uid);
  try {
    return act();
  } finally {
    become(before);
  }
}

function become(uid: number): void {
  process.seteuid?.(ROOT);
  process.setgroups?.(uid === ROOT ? [ROOT] : [GROUP]);
  process.setegid?.(uid === ROOT ? ROOT : GROUP);
  process.seteuid?.(uid);
}
