import { statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DeliveredJournal, journalEntry } from '../../../lib/relay/spool/delivered-journal.js';
import type { TemporaryDirectory } from '../../support/temporary-directory.js';
import { temporaryDirectory } from '../../support/temporary-directory.js';

let folder: TemporaryDirectory;
beforeEach(() => {
  folder = temporaryDirectory();
});
afterEach(() => folder.remove());

const path = (): string => join(folder.path, 'journal');

async function open(): Promise<DeliveredJournal> {
  const journal = new DeliveredJournal();
  await journal.open(path(), folder.path);
  return journal;
}

describe('The journal of delivered files', () => {
  it('keeps every entry in the file, also of odd names', async () => {
    const journal = await open();
    await journal.enter('a.eml', '1:2:3');
    await journal.enter('two\nlines "quoted".eml', '4:5:6');
    await journal.close();
    expect(await DeliveredJournal.read(path())).toEqual(
      new Set([journalEntry('a.eml', '1:2:3'), journalEntry('two\nlines "quoted".eml', '4:5:6')]),
    );
  });

  it('finishes the entry that is being written before it is closed', async () => {
    const journal = await open();
    const entered = journal.enter('a.eml', '1:2:3');
    await Promise.resolve();
    await Promise.all([entered, journal.close()]);
    expect(await DeliveredJournal.read(path())).toEqual(new Set([journalEntry('a.eml', '1:2:3')]));
  });

  it('reads no entry out of a torn last line', async () => {
    writeFileSync(
      path(),
      `${journalEntry('a.eml', '1:2:3')}\n${journalEntry('b.eml', '1:2:3').slice(0, -1)}`,
    );
    expect(await DeliveredJournal.read(path())).toEqual(new Set([journalEntry('a.eml', '1:2:3')]));
  });

  it('has room for entries beforehand, which is none itself', async () => {
    const journal = await open();
    const { size } = statSync(path());
    expect(size).toBeGreaterThan(0);
    expect(await DeliveredJournal.read(path())).toEqual(new Set());
    await journal.enter('a.eml', '1:2:3');
    expect(statSync(path()).size).toBe(size);
    await journal.close();
  });

  it('gets more room when its entries need that', async () => {
    const journal = await open();
    const names = Array.from({ length: 1500 }, (_, index) => `${index}-${'x'.repeat(100)}.eml`);
    for (const name of names) await journal.enter(name, '1:2:3');
    expect(await DeliveredJournal.read(path())).toEqual(
      new Set(names.map(name => journalEntry(name, '1:2:3'))),
    );
    await journal.close();
  });

  it('that is not there holds nothing', async () => {
    expect(await DeliveredJournal.read(path())).toEqual(new Set());
  });

  it('is emptied when it is long and no entry is needed any more', async () => {
    const journal = await open();
    const name = `${'x'.repeat(200)}.eml`;
    let longest = 0;
    for (let index = 0; index < 3000; index++) {
      await journal.enter(name, `${index}:2:3`);
      longest = Math.max(longest, statSync(path()).size);
      await journal.forget();
    }
    expect(longest).toBeGreaterThan(200 * 1024);
    expect(longest).toBeLessThan(400 * 1024);
    await journal.close();
  });

  it('is not emptied while an entry is needed', async () => {
    const journal = await open();
    await journal.enter('needed.eml', '0:0:0');
    for (let index = 0; index < 2000; index++) {
      await journal.enter(`${'x'.repeat(200)}.eml`, `${index}:2:3`);
      await journal.forget();
    }
    expect(await DeliveredJournal.read(path())).toContain(journalEntry('needed.eml', '0:0:0'));
    await journal.forget();
    expect(await DeliveredJournal.read(path())).toEqual(new Set());
    expect(statSync(path()).size).toBeLessThan(100 * 1024);
    await journal.close();
  });

  it('keeps every entry of many that come at the same time', async () => {
    const journal = await open();
    const entries = Array.from({ length: 500 }, (_, index) => [`${index}.eml`, `${index}:2:3`] as const);
    await Promise.all(entries.map(([name, identity]) => journal.enter(name, identity)));
    expect(await DeliveredJournal.read(path())).toEqual(
      new Set(entries.map(([name, identity]) => journalEntry(name, identity))),
    );
    await journal.close();
  });

  it('keeps an entry that comes at the very moment when it is emptied', async () => {
    const journal = await open();
    const lost: number[] = [];
    for (let moments = 0; moments < 200; moments++) {
      await journal.enter(`${'x'.repeat(300_000)}.eml`, '1:2:3');
      const forgetting = journal.forget();
      for (let moment = 0; moment < moments % 40; moment++)
        await new Promise(resolve => setImmediate(resolve));
      await journal.enter('late.eml', '4:5:6');
      await forgetting;
      if (!(await DeliveredJournal.read(path())).has(journalEntry('late.eml', '4:5:6'))) lost.push(moments);
      await journal.forget();
    }
    expect(lost).toEqual([]);
    await journal.close();
  });

  it('takes no entry once it is closed', async () => {
    const journal = await open();
    await journal.close();
    await expect(journal.enter('a.eml', '1:2:3')).rejects.toThrow('closed');
  });
});
