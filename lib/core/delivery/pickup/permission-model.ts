import { join } from 'node:path';
import type { ResolvedMailSettings } from '../../settings/resolved-mail-settings.js';

/** A name in a folder: what may be done to a file in it is asked by this one. */
const SOME_FILE = 'mail.eml';

/**
 * Whether Node.js runs this process under its permission model (`--permission`, in Node.js 20 `--experimental-permission`).
 * It takes calls by descriptor away, such as fchmod, as they would get round its paths.
 */
export function underPermissionModel(): boolean {
  return 'permission' in process;
}

/** What of a folder the permission model keeps from this process, with the flag that gives it; undefined when nothing. */
export function permissionProblem(directory: string): string | undefined {
  if (!underPermissionModel()) return undefined;
  const file = join(directory, SOME_FILE);
  const missing = [
    ...(process.permission.has('fs.read', file) ? [] : [`--allow-fs-read=${directory}/`]),
    ...(process.permission.has('fs.write', file) ? [] : [`--allow-fs-write=${directory}/`]),
  ];
  return missing.length === 0
    ? undefined
    : `${directory} is kept from this process by the permission model of Node.js; start it with ${missing.join(' and ')}`;
}

/**
 * Says that finished files get less than `PickupFileMode`. Under the permission model a mode can be given only when a file is
 * made, where the umask takes bits away: by its path alone it could be changed later, and through a link that somebody has put
 * there it would be the mode of another file.
 */
export function modeWarnings({
  enabled,
  delivery,
  pickupFileMode,
}: Pick<ResolvedMailSettings, 'enabled' | 'delivery' | 'pickupFileMode'>): string[] {
  if (!enabled || delivery !== 'pickup' || !underPermissionModel() || process.platform === 'win32') return [];
  const umask = process.umask();
  const given = pickupFileMode & ~umask;
  if (given === pickupFileMode) return [];
  return [
    `Finished pickup files get the mode ${octal(given)} and not PickupFileMode ${octal(pickupFileMode)}: under the permission model of Node.js the umask of the process (${octal(umask)}) counts; start it with another umask if the reader of the directory needs more`,
  ];
}

function octal(mode: number): string {
  return mode.toString(8).padStart(4, '0');
}
