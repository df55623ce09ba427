import { lstatSync, utimesSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { writePickupFile } from '../../../lib/core/delivery/pickup/write-pickup-file.js';
import { isPublished } from '../../../lib/relay/spool/spool-entry.js';
import type { TemporaryDirectory } from '../../support/temporary-directory.js';
import { temporaryDirectory } from '../../support/temporary-directory.js';

let directory: TemporaryDirectory;
beforeEach(() => {
  directory = temporaryDirectory();
});
afterEach(() => {
  directory.remove();
});

describe('A file of the pickup writer', () => {
  it('is known as finished at first sight, whatever milliseconds its time has', async () => {
    const misjudged: bigint[] = [];
    for (let count = 0; count < 200; count++) {
      const file = await writePickupFile([Buffer.from('Subject: One\r\n\r\n')], {
        directory: directory.path,
        mode: 0o640,
      });
      const stats = lstatSync(file, { bigint: true });
      if (!isPublished(stats)) misjudged.push(stats.mtimeNs);
    }
    expect(misjudged).toEqual([]);
  });
});

describe('A file that is written in its place', () => {
  it('is not known as finished, also when its rights are changed after a write', () => {
    const file = directory.write('one.eml', 'Subject: One\r\n\r\n');
    // As the clock would have it: not in whole milliseconds.
    utimesSync(file, 1_700_000_000.1235, 1_700_000_000.1235);
    const stats = lstatSync(file, { bigint: true });
    expect(stats.ctimeNs > stats.mtimeNs).toBe(true);
    expect(isPublished(stats)).toBe(false);
  });
});
