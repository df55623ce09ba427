import { constants } from 'node:fs';
import { lstat, open, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fingerprintOf } from '../mail/spooled-mail.js';
import type { MailStates } from './mail-states.js';
import { moveTo, similarName } from './move-file.js';
import { secondName } from './second-name.js';

const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;

/**
 * Puts a claimed file back into the pickup directory, under its own name or, when there is another file of that name by
 * now, under one like it. The state of the mail is kept under the new name. As long as the file has both names no relay takes
 * it, so whoever is killed between the two steps has not handed it out; the next one ends what was begun.
 *
 * @param path where it lies now
 * @returns the name that it has now
 */
export async function returnFile(
  directory: string,
  states: MailStates,
  name: string,
  path: string,
): Promise<string> {
  const stats = await lstat(path, { bigint: true });
  if (stats.nlink > 1n) {
    const given = await secondName(directory, name, stats);
    if (given !== undefined) {
      await unlink(path);
      return given;
    }
  }
  for (let attempt = 0; ; attempt++) {
    const wanted = similarName(name, attempt);
    if (wanted !== name) await copyState(states, name, wanted, path);
    if (await moveTo(join(directory, wanted), path)) return wanted;
    if (wanted !== name) await states.remove(wanted);
  }
}

async function copyState(states: MailStates, from: string, to: string, path: string): Promise<void> {
  const state = await states.read(from);
  if (!state) return;
  const file = await open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  try {
    if (state.fingerprint === (await fingerprintOf(file))) await states.write(to, state);
  } finally {
    await file.close();
  }
}
