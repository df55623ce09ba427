import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { RelayFolders } from '../../../lib/relay/spool/relay-folders.js';
import { SecondNames } from '../../../lib/relay/spool/second-names.js';
import { SpoolScanner } from '../../../lib/relay/spool/spool-scanner.js';
import { iisMail, publish } from '../../support/relay-app.js';
import type { TemporaryDirectory } from '../../support/temporary-directory.js';
import { temporaryDirectory } from '../../support/temporary-directory.js';

let folder: TemporaryDirectory;
beforeEach(() => {
  folder = temporaryDirectory();
});
afterEach(() => folder.remove());

describe('A scanner with room for three mails', () => {
  const put = (name: string): void => publish(folder.path, name, iisMail(name));

  function scannerOf(waits: ReadonlySet<string>): SpoolScanner {
    return new SpoolScanner({
      folder: () => folder.path,
      secondNames: new SecondNames(new RelayFolders(folder.path)),
      settleMs: 0,
      waitOf: async name => (waits.has(name) ? 60_000 : 0),
      now: () => Date.now(),
      onLeft: () => {},
      mostKnown: 3,
    });
  }

  async function takenBy(scanner: SpoolScanner, scans: number): Promise<string[]> {
    const taken: string[] = [];
    for (let scan = 0; scan < scans; scan++) {
      await scanner.scan();
      for (let name = scanner.next(); name !== undefined; name = scanner.next()) {
        taken.push(name);
        rmSync(join(folder.path, name));
        scanner.forget(name);
      }
    }
    return taken.toSorted();
  }

  it('finds every mail among many entries that cannot be taken', async () => {
    for (let entry = 0; entry < 10; entry++) mkdirSync(join(folder.path, `folder-${entry}.eml`));
    for (const name of ['a.eml', 'b.eml', 'c.eml', 'd.eml', 'e.eml']) put(name);
    expect(await takenBy(scannerOf(new Set()), 6)).toEqual(['a.eml', 'b.eml', 'c.eml', 'd.eml', 'e.eml']);
  });

  it('finds a mail that can be taken among many that wait, and counts all', async () => {
    const waiting = Array.from({ length: 9 }, (_, index) => `waits-${index}.eml`);
    for (const name of waiting) put(name);
    const scanner = scannerOf(new Set(waiting));
    await scanner.scan();
    for (const name of ['a.eml', 'b.eml']) put(name);
    expect(await takenBy(scanner, 12)).toEqual(['a.eml', 'b.eml']);
    await scanner.scan();
    expect(scanner.index.count).toBe(9);
  });
});

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
