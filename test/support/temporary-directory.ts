import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A directory that belongs to one test. */
export interface TemporaryDirectory {
  /** Absolute path, with symbolic links resolved. */
  readonly path: string;
  /** Writes a file (`/` in the name makes subdirectories) and returns its absolute path. */
  write(name: string, content: string | Uint8Array): string;
  /** Removes the directory and all that is in it; harmless when done twice. */
  remove(): void;
}

/** Makes an empty directory below the system's temporary directory. */
export function temporaryDirectory(): TemporaryDirectory {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'nest-mailroom-')));
  return {
    path,
    write: (name, content) => {
      const file = join(path, name);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, content);
      return file;
    },
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}
