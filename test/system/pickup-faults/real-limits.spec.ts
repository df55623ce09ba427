import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, readdirSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { TemporaryDirectory } from '../../support/temporary-directory.js';
import { temporaryDirectory } from '../../support/temporary-directory.js';
import { expectWriteFailure } from './expect-failure.js';
import { MailWriter } from './mail-writer.js';
import { readFolder } from './whole-mail.js';

const NOBODY = 65_534;
const MEGABYTE = 1024 * 1024;

let folder: TemporaryDirectory;
let writer: MailWriter | undefined;
const cleanUps: (() => void)[] = [];
beforeEach(() => {
  folder = temporaryDirectory();
});
afterEach(async () => {
  await writer?.child.finish();
  writer = undefined;
  for (const cleanUp of cleanUps.splice(0)) cleanUp();
  folder.remove();
});

async function startWriter(prefix: readonly string[] = []): Promise<MailWriter> {
  writer = await MailWriter.start(folder.path, prefix);
  await writer.expectFile('small first');
  return writer;
}

/** Puts a small file system of its own where the folder is. */
function mountTmpfs(options: string): void {
  execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'none', folder.path]);
  cleanUps.push(() => execFileSync('umount', [folder.path]));
}

function limit(pid: number, option: string): void {
  execFileSync('prlimit', ['--pid', String(pid), option]);
}

async function expectOnlyFirst(): Promise<void> {
  expect(await readFolder(folder.path)).toEqual({ mails: ['first'], leftovers: [], problems: [] });
}

async function expectNextIsWritten(mails: MailWriter): Promise<void> {
  await mails.expectFile('large next 300000');
  expect((await readFolder(folder.path)).mails.toSorted()).toEqual(['first', 'next']);
}

describe('A pickup directory on a full disk', () => {
  it('fails a mail for which there is no room, leaves nothing, and works again when there is room', async () => {
    mountTmpfs('size=2m');
    const mails = await startWriter();
    const filler = join(folder.path, 'filler');
    writeFileSync(filler, Buffer.alloc(MEGABYTE));
    const answer = await mails.write(`large failed ${MEGABYTE}`);
    expectWriteFailure(answer, {
      folder: folder.path,
      errno: 'ENOSPC',
      advice: /make room/,
      retryable: true,
    });
    expect(answer.error?.message).toMatch(/Nothing was left behind\.$/);
    unlinkSync(filler);
    await expectOnlyFirst();
    await expectNextIsWritten(mails);
  });

  it('fails in the same way when it has room for octets but not for files', async () => {
    mountTmpfs('size=2m,nr_inodes=3');
    const mails = await startWriter();
    const filler = join(folder.path, 'filler');
    writeFileSync(filler, '');
    const answer = await mails.write('small failed');
    expectWriteFailure(answer, {
      folder: folder.path,
      errno: 'ENOSPC',
      advice: /make room/,
      retryable: true,
    });
    unlinkSync(filler);
    await expectOnlyFirst();
    await expectNextIsWritten(mails);
  });

  it('fails while it is mounted for reading only', async () => {
    mountTmpfs('size=2m');
    const mails = await startWriter();
    execFileSync('mount', ['-o', 'remount,ro', folder.path]);
    const answer = await mails.write('small failed');
    expectWriteFailure(answer, {
      folder: folder.path,
      errno: 'EROFS',
      advice: /read-only/,
      retryable: true,
    });
    await expectOnlyFirst();
    execFileSync('mount', ['-o', 'remount,rw', folder.path]);
    await expectNextIsWritten(mails);
  });
});

describe('A process with limits', () => {
  it('fails a mail that is larger than its files may be, leaves nothing, and works again with more', async () => {
    const mails = await startWriter(['prlimit', '--fsize=100000:unlimited']);
    const answer = await mails.write('large failed 300000');
    expectWriteFailure(answer, {
      folder: folder.path,
      errno: 'EFBIG',
      advice: /LimitFSIZE.*smaller/,
      retryable: false,
    });
    expect(answer.error?.message).toMatch(/Nothing was left behind\.$/);
    await expectOnlyFirst();
    await mails.expectFile('small small');
    limit(mails.child.pid, '--fsize=unlimited:');
    await mails.expectFile('large next 300000');
    expect((await readFolder(folder.path)).mails.toSorted()).toEqual(['first', 'next', 'small']);
  });

  it('fails a mail of which only the beginning was written, though no call had failed until then', async () => {
    const mails = await startWriter();
    limit(mails.child.pid, '--fsize=2000:');
    const answer = await mails.write('small failed');
    expectWriteFailure(answer, {
      folder: folder.path,
      errno: 'EFBIG',
      advice: /LimitFSIZE.*smaller/,
      retryable: false,
    });
    await expectOnlyFirst();
    limit(mails.child.pid, '--fsize=unlimited:');
    await expectNextIsWritten(mails);
  });

  it('fails a mail when it may open no more files, and works again when it may', async () => {
    const mails = await startWriter();
    limit(mails.child.pid, '--nofile=3:');
    const answer = await mails.write('small failed');
    expectWriteFailure(answer, {
      folder: folder.path,
      errno: 'EMFILE',
      advice: /LimitNOFILE/,
      retryable: true,
    });
    await expectOnlyFirst();
    limit(mails.child.pid, '--nofile=1000:');
    await expectNextIsWritten(mails);
  });

  it('writes a burst of more mails than it may have open files', async () => {
    const mails = await startWriter();
    limit(mails.child.pid, '--nofile=150:');
    const answers = await mails.burst('b', 400);
    expect(answers.filter(({ error }) => error !== undefined)).toEqual([]);
    expect((await readFolder(folder.path)).mails).toHaveLength(401);
  });
});

describe('A process of another user', () => {
  beforeEach(() => chownSync(folder.path, NOBODY, NOBODY));
  const asNobody = ['setpriv', `--reuid=${NOBODY}`, '--clear-groups'];

  it('fails a mail when it may not write there any more, and works again when it may', async () => {
    const mails = await startWriter(asNobody);
    chmodSync(folder.path, 0o555);
    const answer = await mails.write('small failed');
    expectWriteFailure(answer, {
      folder: folder.path,
      errno: 'EACCES',
      advice: /change the access rights/,
      retryable: false,
    });
    expect(answer.error?.message).toMatch(/Nothing was left behind\.$/);
    await expectOnlyFirst();
    chmodSync(folder.path, 0o755);
    await expectNextIsWritten(mails);
  });

  it('says which hidden file stays when the right to remove it is gone as well, and never publishes that file', async () => {
    const mails = await startWriter(asNobody);
    mails.child.say('held failed 1000000');
    expect(await mails.child.expectLine()).toBe('"held"');
    chmodSync(folder.path, 0o555);
    const answer = await mails.write('go on');
    expectWriteFailure(answer, {
      folder: folder.path,
      errno: 'EACCES',
      advice: /change the access rights/,
      retryable: false,
    });
    const [stays = ''] = readdirSync(folder.path).filter(name => name.startsWith('.'));
    expect(answer.error?.message).toContain(`${join(folder.path, stays)} could not be removed`);
    expect(answer.error?.message).not.toContain('Nothing was left behind');
    expect((await readFolder(folder.path)).leftovers).toEqual([stays]);
    chmodSync(folder.path, 0o755);
    await mails.expectFile('small next');
    expect((await readFolder(folder.path)).mails.toSorted()).toEqual(['first', 'next']);
  });
});
