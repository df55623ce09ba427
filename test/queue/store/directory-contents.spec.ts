import {
  existsSync,
  mkdirSync,
  readdirSync,
  renameSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { contentName } from '../../../lib/queue/store/content-name.js';
import { DirectoryContents } from '../../../lib/queue/store/directory-contents.js';
import { StoreUnavailableError } from '../../../lib/queue/store/store-unavailable-error.js';
import { rejection } from '../../support/rejection.js';
import type { TemporaryDirectory } from '../../support/temporary-directory.js';
import { temporaryDirectory } from '../../support/temporary-directory.js';
import { JOB_ID, TOKEN } from '../job/job-parts.js';

const NAME = contentName(JOB_ID, TOKEN);
const OTHER = contentName(JOB_ID, TOKEN.replace('4', '5'));
const MARK = '.nest-mailroom-queue';

let folder: TemporaryDirectory;
let contents: DirectoryContents;
beforeEach(() => {
  folder = temporaryDirectory();
  contents = new DirectoryContents(folder.path);
});
afterEach(() => folder.remove());

const fileOf = (name: string): string => join(folder.path, `${name}.mail`);

async function unavailable(work: Promise<unknown>): Promise<StoreUnavailableError> {
  const error = await rejection(work);
  if (!(error instanceof StoreUnavailableError)) throw error;
  expect(error.maybeWritten).toBe(false);
  return error;
}

describe('A folder for large mails', () => {
  it('gives back what was written, as a file for this account alone', async () => {
    const bytes = Buffer.alloc(3 * 1024 * 1024 + 1, 'mail');
    await contents.write(NAME, bytes);
    expect((await contents.read(NAME))?.equals(bytes)).toBe(true);
    expect(statSync(fileOf(NAME)).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder.path).toSorted()).toEqual([MARK, `${NAME}.mail`]);
  });

  it('replaces what is there', async () => {
    await contents.write(NAME, Buffer.from('before'));
    await contents.write(NAME, Buffer.from('after'));
    expect(String(await contents.read(NAME))).toBe('after');
  });

  it('never takes bytes for lost while the folder comes back', async () => {
    const place = join(folder.path, 'share');
    mkdirSync(place);
    const share = new DirectoryContents(place);
    await share.write(NAME, Buffer.from('mail'));
    const outcomes = new Set<string>();
    for (let round = 0; round < 300; round++) {
      renameSync(place, `${place}-away`);
      const reading = share.read(NAME).then(String, error => (error as Error).name);
      // Before, while, and after the bytes and the mark are looked for.
      for (let turn = 0; turn < round % 4; turn++) await new Promise(setImmediate);
      renameSync(`${place}-away`, place);
      outcomes.add(await reading);
    }
    outcomes.delete('mail');
    outcomes.delete('StoreUnavailableError');
    expect([...outcomes]).toEqual([]);
  });

  it('removes, also what is not there', async () => {
    await contents.write(NAME, Buffer.from('mail'));
    await contents.remove(NAME);
    await contents.remove(NAME);
    expect(await contents.read(NAME)).toBeUndefined();
  });

  it('is written to by many at once', async () => {
    const names = Array.from({ length: 20 }, (_, index) =>
      contentName(JOB_ID, TOKEN.replace(/..$/, String(index + 10))),
    );
    await Promise.all(names.map(name => contents.write(name, Buffer.from(name))));
    for (const name of names) expect(String(await contents.read(name))).toBe(name);
    expect(readdirSync(folder.path)).toHaveLength(21);
  });

  it.each(['', '../x', '/etc/passwd', 'm/../../x', `${NAME}/x`, `m${'a'.repeat(300)}`])(
    'has no file of the name %j',
    async name => {
      expect(await rejection(contents.write(name, Buffer.from('x')))).toBeInstanceOf(TypeError);
      expect(await rejection(contents.read(name))).toBeInstanceOf(TypeError);
      expect(await rejection(contents.remove(name))).toBeInstanceOf(TypeError);
    },
  );

  it('lists what is old, and removes what killed writers have left', async () => {
    await contents.write(NAME, Buffer.from('old'));
    await contents.write(OTHER, Buffer.from('new'));
    const anHourAgo = new Date(Date.now() - 3_600_000);
    const twoDaysAgo = new Date(Date.now() - 2 * 86_400_000);
    utimesSync(fileOf(NAME), anHourAgo, anHourAgo);
    const left = folder.write('.0a1b2c3d-0000-4000-8000-000000000000.mailroom', 'half');
    utimesSync(left, twoDaysAgo, twoDaysAgo);
    const foreign = folder.write('letter.mail', 'of somebody else');
    utimesSync(foreign, twoDaysAgo, twoDaysAgo);
    const found: string[] = [];
    for await (const name of contents.olderThan(60_000)) found.push(name);
    expect(found).toEqual([NAME]);
    expect(existsSync(left)).toBe(false);
    expect(existsSync(foreign)).toBe(true);
  });
});

describe('A folder for large mails that is gone', () => {
  const gone = (): string => {
    const elsewhere = `${folder.path}-moved`;
    renameSync(folder.path, elsewhere);
    return elsewhere;
  };

  it('is told for what it is, and works again once it is back', async () => {
    await contents.write(NAME, Buffer.from('mail'));
    const elsewhere = gone();
    const toWrite = await unavailable(contents.write(OTHER, Buffer.from('x')));
    expect(toWrite.message).toBe(
      `the folder for large mails ${folder.path} (option claimCheck.directory) cannot be used (ENOENT): the directory is gone; create it again`,
    );
    const toRead = await unavailable(contents.read(NAME));
    expect(toRead.message).toContain('check that it is mounted');
    await unavailable(contents.olderThan(0)[Symbol.asyncIterator]().next());
    renameSync(elsewhere, folder.path);
    await contents.write(OTHER, Buffer.from('x'));
    expect(String(await contents.read(NAME))).toBe('mail');
  });

  it('is not taken for the empty folder below a share that is not mounted: its mails are not lost', async () => {
    await contents.write(NAME, Buffer.from('mail'));
    const elsewhere = gone();
    mkdirSync(folder.path);
    const error = await unavailable(contents.read(NAME));
    expect(error.message).toContain(`it does not hold ${MARK}`);
    folder.remove();
    renameSync(elsewhere, folder.path);
    expect(String(await contents.read(NAME))).toBe('mail');
  });
});

describe('A folder into which somebody else writes', () => {
  it('gives no link for a mail, and writes through none', async () => {
    await contents.write(OTHER, Buffer.from('x'));
    const secret = folder.write('secret', 'of this account');
    symlinkSync(secret, fileOf(NAME));
    expect(await contents.read(NAME)).toBeUndefined();
    await contents.write(NAME, Buffer.from('mail'));
    expect(String(await contents.read(NAME))).toBe('mail');
    expect(statSync(secret).size).toBe('of this account'.length);
  });

  it('gives no folder for a mail', async () => {
    await contents.write(OTHER, Buffer.from('x'));
    mkdirSync(fileOf(NAME));
    expect(await contents.read(NAME)).toBeUndefined();
    await unavailable(contents.write(NAME, Buffer.from('mail')));
    expect(readdirSync(folder.path).filter(name => name.endsWith('.mailroom'))).toEqual([]);
  });

  it('gives what is there of a file that was cut short', async () => {
    await contents.write(NAME, Buffer.from('mail'));
    writeFileSync(fileOf(NAME), 'ma');
    expect(String(await contents.read(NAME))).toBe('ma');
  });
});

describe('A signal', () => {
  it('ends a write before its file has a name, and nothing stays', async () => {
    await contents.write(OTHER, Buffer.from('x'));
    const controller = new AbortController();
    const writing = unavailable(contents.write(NAME, Buffer.alloc(50 * 1024 * 1024), controller.signal));
    while (readdirSync(folder.path).length <= 2) await new Promise(setImmediate);
    controller.abort(new Error('too late'));
    const error = await writing;
    expect(error.message).toContain('did not answer in time (write)');
    for (let round = 0; round < 100 && readdirSync(folder.path).length > 2; round++)
      await new Promise(resolve => setTimeout(resolve, 20));
    expect(readdirSync(folder.path).toSorted()).toEqual([MARK, `${OTHER}.mail`]);
  });

  it('that has fired keeps from reading', async () => {
    await contents.write(NAME, Buffer.from('mail'));
    await unavailable(contents.read(NAME, AbortSignal.abort()));
  });
});
