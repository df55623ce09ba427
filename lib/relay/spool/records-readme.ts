import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readSmallFile } from '../../core/delivery/pickup/read-small-file.js';
import { REMEDIES } from '../../core/text/remedies.js';

/** The relay's own folder in a pickup directory, hidden from its other readers. */
export const OWN_FOLDER = '.mailroom';

/** The file in the relay's own folder that says to people what the folder holds. */
export const README = 'README.txt';

const LARGEST = 64 * 1024;
/** What stands before the path of the pickup directory. */
const BELONGS_TO = 'Pickup directory: ';

/**
 * Puts a file into the relay's own folder that says what it holds, unless one is there. Without room on the disk there is
 * none, and the relay works all the same.
 *
 * @param records a path that leads to the relay's own folder
 * @param directory the pickup directory
 * @param stateDirectory the path of the relay's own folder, where an administrator has named it
 * @throws an error with words when the folder that was named belongs to another pickup directory
 */
export async function markRecords(
  records: string,
  directory: string,
  stateDirectory: string | undefined,
): Promise<void> {
  const path = join(records, README);
  // In a pickup directory the folder may be known by several paths, and it belongs where it lies.
  const owner = stateDirectory === undefined ? undefined : directory;
  if (owner !== undefined) {
    const text = await readSmallFile(path, { largest: LARGEST }).catch(() => undefined);
    const other = text
      ?.split('\n')
      .find(line => line.startsWith(BELONGS_TO))
      ?.slice(BELONGS_TO.length);
    if (other !== undefined && other !== JSON.stringify(owner))
      throw new Error(
        `${stateDirectory} holds what belongs to the pickup directory ${other}; ${REMEDIES.recordsOfOthers.inCode} ${owner}, or remove ${README} there if that directory was moved`,
      );
  }
  await writeFile(path, readmeText(owner), { flag: 'wx', mode: 0o600 }).catch(() => {});
}

function readmeText(owner: string | undefined): string {
  return `This folder belongs to the relay of nest-mailroom. It holds MAILS, not only records.
${owner === undefined ? '' : `${BELONGS_TO}${JSON.stringify(owner)}\n`}
relays/<id>/claimed/    mails that a relay is sending now, or that one had when it was killed; the next relay that
                        starts puts the latter back into the pickup directory and sends them
relays/<id>/journal     which of these mails were sent already
relays/<id>/lease.json  the sign of life of that relay
states/                 who has a mail already that waits for another try

Do not remove this folder while a relay runs, nor after one was killed. Start a relay and end it in an orderly way
(SIGTERM, Ctrl-C): it puts back what is in here, and removes what is not needed any more.
`;
}
