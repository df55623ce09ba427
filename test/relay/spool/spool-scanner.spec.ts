import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { RelayFolders } from '../../../lib/relay/spool/relay-folders.js';
import { SecondNames } from '../../../lib/relay/spool/second-names.js';
import { SpoolScanner } from '../../../lib/relay/spool/spool-scanner.js';
import type { TemporaryDirectory } from '../../support/temporary-directory.js';
import { temporaryDirectory } from '../../support/temporary-directory.js';

let folder: TemporaryDirectory;
beforeEach(() => {
  folder = temporaryDirectory();
});
afterEach(() => folder.remove());

it('A scan that is under way has told of all that it leaves when the scanner has settled', async () => {
  const names = Array.from({ length: 50 }, (_, index) => `folder-${index}.eml`);
  for (const name of names) mkdirSync(join(folder.path, name));
  const left: string[] = [];
  const scanner = new SpoolScanner({
    folder: () => folder.path,
    secondNames: new SecondNames(new RelayFolders(folder.path)),
    settleMs: 0,
    waitOf: async () => 0,
    now: () => Date.now(),
    onLeft: name => left.push(name),
  });
  await scanner.settled();
  expect(left).toEqual([]);
  const scan = scanner.scan();
  await scanner.settled();
  expect(left.toSorted()).toEqual(names.toSorted());
  await scan;
});
