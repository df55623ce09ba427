import { stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { errnoOf } from '../core/errors/error-facts.js';
import type { MailSettingsProblem } from '../core/errors/mail-settings-error.js';
import { REMEDIES } from '../core/text/remedies.js';
import { isSameFolder } from './is-same-folder.js';
import type { MailRelayOptions } from './relay-options.js';
import { ownFolderProblem } from './spool/own-folder.js';
import { OWN_FOLDER } from './spool/records-readme.js';

/** What helps for good where those who plant such things may write to the pickup directory. */
const ELSEWHERE = `; if others may write to the pickup directory, ${REMEDIES.plantedRecords.inCode}`;

/**
 * Says why the relay cannot keep its records: whoever may change them could make it send, move or delete what its account
 * may. What is missing is made at start.
 *
 * @param directory the pickup directory, and the key that names it
 */
export async function recordsProblems(
  directory: { readonly key: string; readonly path: string },
  options: Pick<Partial<MailRelayOptions>, 'stateDirectory' | 'badmailDirectory'>,
): Promise<MailSettingsProblem[]> {
  const { stateDirectory, badmailDirectory } = options;
  const key = stateDirectory === undefined ? directory.key : 'stateDirectory';
  if (stateDirectory?.trim() === '') return [{ key, message: 'is empty; leave it out, or set a folder' }];
  const records = stateDirectory === undefined ? undefined : resolve(stateDirectory);
  const place = records === undefined ? undefined : await placeProblem(records, directory.path);
  if (place !== undefined) return [{ key, message: place }];
  const own = records ?? join(directory.path, OWN_FOLDER);
  const badmail = badmailDirectory ?? join(records ?? directory.path, 'badmail');
  const advice = stateDirectory === undefined ? ELSEWHERE : '';
  const problems: MailSettingsProblem[] = [];
  for (const path of [own, join(own, 'relays'), join(own, 'states')]) {
    const problem = await ownFolderProblem(path);
    if (problem !== undefined) problems.push({ key, message: `${problem}${advice}` });
  }
  const problem = await ownFolderProblem(resolve(badmail));
  if (problem !== undefined) {
    problems.push(
      badmailDirectory === undefined
        ? { key, message: `${problem}${advice}` }
        : { key: 'badmailDirectory', message: problem },
    );
  }
  return problems;
}

/** Why a folder that was named cannot hold the records of a pickup directory; a folder that is missing is made. */
async function placeProblem(records: string, directory: string): Promise<string | undefined> {
  if (await isSameFolder(records, directory))
    return 'is the pickup directory itself, where others may write; leave it out, or set another folder';
  try {
    const place = await stat(records).catch((error: unknown) =>
      errnoOf(error) === 'ENOENT' ? stat(dirname(records)) : Promise.reject(error),
    );
    const { dev } = await stat(directory);
    if (place.dev === dev) return undefined;
    return `${records} lies on another file system than the pickup directory ${directory}: mails cannot be moved there by a rename; choose a folder on the same one`;
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === 'ENOENT') return `${dirname(records)} does not exist; create it, or choose another folder`;
    return `${records} cannot be used (${errno ?? String(error)})`;
  }
}
