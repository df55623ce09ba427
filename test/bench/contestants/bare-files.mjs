import { randomUUID } from 'node:crypto';
import { open as openFile, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { burst } from '../burst.mjs';

/**
 * The limit: a mail that is ready, opened, written, flushed, closed and renamed, and nothing else.
 *
 * @param {{ directory: string, sample: string }} options where, and the file whose bytes are written
 */
export async function open({ directory, sample }) {
  const bytes = await readFile(sample);
  const write = async () => {
    const name = randomUUID();
    const temporary = join(directory, `.${name}`);
    const handle = await openFile(temporary, 'wx');
    await handle.write(bytes);
    await handle.sync();
    await handle.close();
    await rename(temporary, join(directory, `${name}.eml`));
  };
  return { run: (count, { inFlight }) => burst(count, write, inFlight), async close() {} };
}
