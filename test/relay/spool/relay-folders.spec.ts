import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { RelayFolders } from '../../../lib/relay/spool/relay-folders.js';
import { temporaryDirectory } from '../../support/temporary-directory.js';

const openFiles = (): number => readdirSync('/proc/self/fd').length;

it('Folders that are removed again and again do not stay open for ever', async () => {
  const folder = temporaryDirectory();
  const folders = new RelayFolders(folder.path);
  const before = openFiles();
  for (let removal = 0; removal < 100; removal++) {
    await folders.make();
    rmSync(join(folder.path, '.mailroom'), { recursive: true });
  }
  expect(openFiles() - before).toBeLessThan(30);
  await folders.close();
  expect(openFiles()).toBeLessThanOrEqual(before);
  folder.remove();
});
