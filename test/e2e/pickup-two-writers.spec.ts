import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { useMailBench } from '../support/mail-bench.js';
import { runNode } from '../support/run-script.js';
import type { TemporaryDirectory } from '../support/temporary-directory.js';

const COUNT = 10_000;
const SCRIPT = join(import.meta.dirname, 'pickup-children', 'write-many.mjs');

const bench = useMailBench();
let folder: TemporaryDirectory;
beforeEach(() => {
  folder = bench.folder();
});

/** Which mail a file is; undefined when its beginning, body and end do not belong together. */
function idOf(name: string): string | undefined {
  const file = readFileSync(join(folder.path, name), 'latin1');
  const id = /^Subject: (\S+)\r$/m.exec(file)?.[1];
  return file.endsWith(`\r\n\r\nbegin ${id}\r\n${'x'.repeat(60)}\r\nend ${id}\r\n`) ? id : undefined;
}

describe('Two processes that write 10,000 mails each into one folder', () => {
  it('lose none, overwrite none and mix none up', async () => {
    const runs = await Promise.all(
      ['a', 'b'].map(writer => runNode([SCRIPT, folder.path, writer, String(COUNT)], { timeoutMs: 150_000 })),
    );
    expect(runs.map(({ stdout, stderr }) => stdout + stderr)).toEqual([`${COUNT}\n`, `${COUNT}\n`]);
    const names = readdirSync(folder.path);
    expect(names.filter(name => !name.endsWith('.eml'))).toEqual([]);
    expect(names).toHaveLength(2 * COUNT);
    const ids = new Set(names.map(idOf));
    const missing = ['a', 'b'].flatMap(writer =>
      Array.from({ length: COUNT }, (_, index) => `${writer}-${index}`).filter(id => !ids.has(id)),
    );
    expect(missing).toEqual([]);
  }, 180_000);
});
