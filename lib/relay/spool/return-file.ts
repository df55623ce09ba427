import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { fingerprintOf } from '../mail/spooled-mail.js';
import type { MailStates } from './mail-states.js';
import { moveTo, similarName } from './move-file.js';

/**
 * Puts a claimed file back into the pickup directory, under its own name or, when there is another file of that name by
 * now, under one like it. The state of the mail is kept under the new name.
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
  const file = await open(path, 'r');
  try {
    if (state.fingerprint === (await fingerprintOf(file))) await states.write(to, state);
  } finally {
    await file.close();
  }
}
