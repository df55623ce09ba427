import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where `.ci/unpack-mail-servers` puts the programs. */
const DEFAULT_FOLDER = join(
  process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'),
  'nest-mailroom',
  'mail-servers',
);

/**
 * The folder into which the packages of Exim and OpenSMTPD are unpacked: they cannot be installed beside Postfix.
 *
 * @param program one that must be there, as a path below the folder
 * @throws Error saying how to unpack them, or that only root can start these servers
 */
export function findUnpackedPrograms(
  program: string,
  folder = process.env['MAIL_SERVERS'] ?? DEFAULT_FOLDER,
): string {
  if (!existsSync(join(folder, program)))
    throw new Error(
      `These tests need a real mail server and are not skipped without it: there is no ${program} in ${folder}. ` +
        'Run ".ci/unpack-mail-servers" (Debian), which fetches the packages and unpacks them there.',
    );
  if (process.getuid?.() !== 0)
    throw new Error(
      'Exim and OpenSMTPD change users and start only as root; run these tests as root (sudo).',
    );
  return folder;
}
