import { readdirSync, readFileSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { expectWriteFailure } from './expect-failure.js';
import { Strace } from './strace.js';
import { readFolder, subjectOf } from './whole-mail.js';
import { writerForEachTest } from './writer-for-each-test.js';

const scene = writerForEachTest();

function inject(...faults: string[]): Promise<Strace> {
  return Strace.attach(scene.writer.poolThread(), join(scene.log.path, 'calls'), faults);
}

/** Waits, as a reader does, until a second mail is in the folder. */
async function secondMail(): Promise<string> {
  for (;;) {
    const names = readdirSync(scene.folder.path).filter(name => name.endsWith('.eml'));
    const newest = names.find(name =>
      readFileSync(join(scene.folder.path, name), 'latin1').includes('begin taken'),
    );
    if (newest !== undefined) return join(scene.folder.path, newest);
    await new Promise(resolve => setTimeout(resolve, 1));
  }
}

describe('A system call that fails while a mail is written', () => {
  // The second write is the first one into the file: libuv itself writes when a call, here the one that opens it, is done.
  it.each([
    ['opening the file', 'openat:error=EMFILE:when=1', 'EMFILE', /too many open files.*LimitNOFILE/, true],
    ['writing it', 'write:error=EIO:when=2', 'EIO', /disk.*check/, true],
    ['writing it where a quota ends', 'write:error=EDQUOT:when=2', 'EDQUOT', /quota.*make room/, true],
    ['setting its mode', 'fchmod:error=EPERM:when=1', 'EPERM', /change the access rights/, false],
    ['flushing it', 'fsync:error=EIO:when=1', 'EIO', /disk.*check/, true],
    ['closing it', 'close:error=EIO:when=1', 'EIO', /disk.*check/, true],
    ['opening its directory', 'openat:error=ENFILE:when=2', 'ENFILE', /too many open files/, true],
    ['publishing it', '?rename,renameat:error=ESTALE:when=1', 'ESTALE', /network share.*mounted/, true],
    [
      'something nobody thought of',
      'fsync:error=EOWNERDEAD:when=1',
      'Unknown system error -130',
      /check/,
      false,
    ],
  ])(
    'is reported when it was %s, leaves nothing, and harms no later mail',
    async (_, fault, errno, advice, retryable) => {
      const strace = await inject(fault);
      const answer = await scene.writer.write('large failed 400000');
      expectWriteFailure(answer, { folder: scene.folder.path, errno, advice, retryable });
      expect(answer.error?.message).toMatch(/Nothing was left behind\.$/);
      expect(await readFolder(scene.folder.path)).toEqual({ mails: ['first'], leftovers: [], problems: [] });
      await scene.writer.expectFile('small next');
      await strace.detach();
      expect(strace.calls().filter(({ line }) => line.includes('(INJECTED)'))).toHaveLength(1);
      expect((await readFolder(scene.folder.path)).mails.toSorted()).toEqual(['first', 'next']);
    },
  );

  it('takes a mail back when its directory cannot be flushed, and does not promise that nobody took it', async () => {
    const strace = await inject('fsync:error=EIO:when=2');
    const answer = await scene.writer.write('small failed');
    expectWriteFailure(answer, {
      folder: scene.folder.path,
      errno: 'EIO',
      advice: /disk.*check/,
      retryable: 'unknown',
    });
    expect(answer.error?.message).toMatch(/a reader may have taken it.*Nothing was left behind\.$/s);
    expect(await readFolder(scene.folder.path)).toEqual({ mails: ['first'], leftovers: [], problems: [] });
    await scene.writer.expectFile('small next');
    await strace.detach();
  });

  it('takes back all the mails that waited for one flush, and writes those that waited for the next', async () => {
    const strace = await Strace.attach(
      scene.writer.poolThread(),
      join(scene.log.path, 'calls'),
      ['fsync:error=EIO:when=1'],
      scene.folder.path,
    );
    const answers = await scene.writer.burst('b', 100);
    await strace.detach();
    const failed = answers.filter(({ error }) => error !== undefined);
    expect(failed.length).toBeGreaterThan(1);
    for (const answer of failed) {
      expectWriteFailure(answer, {
        folder: scene.folder.path,
        errno: 'EIO',
        advice: /disk.*check/,
        retryable: 'unknown',
      });
      expect(answer.error?.message).toMatch(/a reader may have taken it.*Nothing was left behind\.$/s);
    }
    const { mails, leftovers, problems } = await readFolder(scene.folder.path);
    expect({ leftovers, problems }).toEqual({ leftovers: [], problems: [] });
    const written = answers.flatMap(({ file }) => file ?? []);
    expect(written.length).toBeGreaterThan(0);
    expect(mails.toSorted()).toEqual(['first', ...(await Promise.all(written.map(subjectOf)))].toSorted());
  });

  it('fails all the mails that waited for a directory that cannot be opened, and publishes none', async () => {
    const strace = await Strace.attach(
      scene.writer.poolThread(),
      join(scene.log.path, 'calls'),
      ['openat:error=ENFILE:when=1'],
      scene.folder.path,
    );
    const answers = await scene.writer.burst('b', 8);
    await strace.detach();
    const failed = answers.filter(({ error }) => error !== undefined);
    expect(failed.length).toBeGreaterThan(1);
    for (const answer of failed)
      expectWriteFailure(answer, {
        folder: scene.folder.path,
        errno: 'ENFILE',
        advice: /too many open files/,
        retryable: true,
      });
    expect(await readFolder(scene.folder.path)).toMatchObject({ leftovers: [], problems: [] });
    await scene.writer.expectFile('small next');
  });

  it('says the same when a reader did take the mail before its directory could be flushed', async () => {
    const strace = await inject('fsync:error=EIO:delay_enter=500000:when=2');
    const answer = scene.writer.write('small taken');
    unlinkSync(await secondMail());
    expectWriteFailure(await answer, {
      folder: scene.folder.path,
      errno: 'EIO',
      advice: /disk.*check/,
      retryable: 'unknown',
    });
    expect((await answer).error?.message).toMatch(/a reader may have taken it/);
    await strace.detach();
  });

  it('names the file when a mail cannot be taken back', async () => {
    const strace = await inject('fsync:error=EIO:when=2', '?unlink,unlinkat:error=EIO:when=1');
    const answer = await scene.writer.write('small failed');
    expectWriteFailure(answer, {
      folder: scene.folder.path,
      errno: 'EIO',
      advice: /disk.*check/,
      retryable: 'unknown',
    });
    expect(answer.error?.message).toMatch(/[0-9a-f-]{36}\.eml.*could not be taken back/);
    expect(answer.error?.message).not.toContain('Nothing was left behind');
    expect((await readFolder(scene.folder.path)).mails.toSorted()).toEqual(['failed', 'first']);
    await strace.detach();
  });

  it('counts a mail as written when only closing its flushed directory fails', async () => {
    const strace = await inject('close:error=EIO:when=2');
    await scene.writer.expectFile('small second');
    // The directory is closed after the report, and before anything of a next mail.
    await scene.writer.expectFile('small third');
    await strace.detach();
    expect(strace.calls().filter(({ line }) => line.includes('(INJECTED)'))).toHaveLength(1);
    expect((await readFolder(scene.folder.path)).mails.toSorted()).toEqual(['first', 'second', 'third']);
  });

  it('is not hidden by another one while the file is closed', async () => {
    const strace = await inject('write:error=ENOSPC:when=2', 'close:error=EIO:when=1');
    const answer = await scene.writer.write('small failed');
    expectWriteFailure(answer, {
      folder: scene.folder.path,
      errno: 'ENOSPC',
      advice: /make room/,
      retryable: true,
    });
    expect(await readFolder(scene.folder.path)).toEqual({ mails: ['first'], leftovers: [], problems: [] });
    await strace.detach();
  });
});
