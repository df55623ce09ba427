import * as fs from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { promisify } from 'node:util';
import { underPermissionModel } from './permission-model.js';

const fsync = promisify(fs.fsync);
const fdatasync = promisify(fs.fdatasync);
const futimes = promisify(fs.futimes);

// By descriptor: with Yarn's Plug'n'Play `open` gives handles of its own, whose sync, datasync and utimes only throw. The
// permission model refuses these calls by descriptor, and there is no Plug'n'Play under it.

/** Makes an open file, or the names in an open directory, durable. The file must not be closed before that is done. */
export async function flushFile(file: FileHandle): Promise<void> {
  await (underPermissionModel() ? file.sync() : fsync(file.fd));
}

/** Makes the content of an open file durable, but not its times. The file must not be closed before that is done. */
export async function flushContent(file: FileHandle): Promise<void> {
  await (underPermissionModel() ? file.datasync() : fdatasync(file.fd));
}

/** Sets the times of an open file, which must not be closed before that is done. */
export async function setTimes(
  file: FileHandle,
  accessed: number | Date,
  changed: number | Date,
): Promise<void> {
  await (underPermissionModel() ? file.utimes(accessed, changed) : futimes(file.fd, accessed, changed));
}
