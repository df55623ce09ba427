import { randomUUID } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { flushFile, setTimes } from '../../core/delivery/pickup/flush-file.js';
import { syncFolder } from './durable-file.js';
import { moveTo, similarName } from './move-file.js';
import type { OpenFile } from './open-file.js';

const CHUNK = 256 * 1024;

/**
 * Puts a mail back into the pickup directory that has no name any more, from its open file: somebody has removed the relay's own
 * folder, with the mails in it.
 *
 * @returns the name that it has now; undefined when the file has a name, wherever that is
 */
export async function rescueFile(
  directory: string,
  name: string,
  file: OpenFile,
): Promise<string | undefined> {
  const { nlink, mode, atime, mtime } = await file.stat({ bigint: true });
  if (nlink > 0n) return undefined;
  // The name of a file in the making, which a start after a day removes.
  const temporary = join(directory, `.${randomUUID()}.mailroom`);
  const copy = await open(temporary, 'wx', 0o600);
  try {
    try {
      await copyContent(file, copy);
      await copy.chmod(Number(mode) & 0o777);
      // The age of the mail is that of its file.
      await setTimes(copy, atime, mtime);
      await flushFile(copy);
    } finally {
      await copy.close();
    }
    for (let attempt = 0; ; attempt++) {
      const wanted = similarName(name, attempt);
      if (!(await moveTo(join(directory, wanted), temporary))) continue;
      await syncFolder(directory);
      return wanted;
    }
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {});
    throw error;
  }
}

async function copyContent(from: OpenFile, to: FileHandle): Promise<void> {
  const buffer = Buffer.allocUnsafe(CHUNK);
  for (let position = 0; ;) {
    const { bytesRead } = await from.read(buffer, 0, CHUNK, position);
    if (bytesRead === 0) return;
    for (let written = 0; written < bytesRead;)
      written += (await to.write(buffer, written, bytesRead - written, position + written)).bytesWritten;
    position += bytesRead;
  }
}
