import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { TemporaryDirectory } from '../../support/temporary-directory.js';
import { temporaryDirectory } from '../../support/temporary-directory.js';
import { NOBODY, useOrdinaryScene } from './ordinary-relay.js';

const scene = useOrdinaryScene();
const KILOBYTE = 1024;

let badmail: TemporaryDirectory;
beforeEach(() => {
  badmail = temporaryDirectory();
});
afterEach(() => {
  execFileSync('umount', ['--lazy', badmail.path]);
  badmail.remove();
});

function mount(options: string): void {
  execFileSync('mount', [
    '-t',
    'tmpfs',
    '-o',
    `mode=0700,uid=${NOBODY},gid=${NOBODY},${options}`,
    'none',
    badmail.path,
  ]);
}

/** Fills the device; what the function returns makes room. */
function fill(): () => void {
  const filler = join(badmail.path, 'filler');
  for (let size = 64; size > 0; size = Math.floor(size / 2))
    try {
      writeFileSync(filler, Buffer.alloc(size * KILOBYTE), { flag: 'a' });
    } catch {
      // No more fits.
    }
  return () => rmSync(filler);
}

function limitFiles(): () => void {
  writeFileSync(join(badmail.path, 'filler'), '');
  return () => {
    rmSync(join(badmail.path, 'filler'));
    execFileSync('mount', ['-o', 'remount,nr_inodes=100', badmail.path]);
  };
}

function makeReadOnly(): () => void {
  execFileSync('mount', ['-o', 'remount,ro', badmail.path]);
  return () => void execFileSync('mount', ['-o', 'remount,rw', badmail.path]);
}

describe('A badmail folder on a device of its own', () => {
  it.each([
    ['full', 'size=64k', fill, /ENOSPC/],
    ['out of files', 'nr_inodes=2', limitFiles, /ENOSPC/],
    ['read-only', 'size=64k', makeReadOnly, /EROFS/],
  ])(
    'that is %s keeps no mail from being sent, and gets its mails when it can',
    async (_, options, spoil, words) => {
      mount(options);
      const relay = await scene.now.start(
        { RCPT: (__, line) => (line.includes('gone') ? '550 5.1.1 no such user' : undefined) },
        ['--badmail', badmail.path],
      );
      const mend = spoil();
      scene.now.publish(3, 'gone');
      scene.now.publish(5, 'm');
      await relay.until(() => relay.of('sent').length >= 5 && relay.of('problem').length > 0);
      await delay(6000);
      expect(relay.of('problem').map(({ reason }) => reason)).toEqual([
        expect.stringMatching(/^Nothing can be moved to the badmail folder: /),
      ]);
      expect(relay.of('problem')[0]?.['reason']).toMatch(words);
      expect(scene.now.mails()).toHaveLength(3);
      expect(readdirSync(badmail.path).filter(name => name !== 'filler')).toEqual([]);
      mend();
      await relay.until(() => relay.of('rejected').length >= 3);
      const there = readdirSync(badmail.path).toSorted();
      expect(there).toEqual(
        ['gone0', 'gone1', 'gone2'].flatMap(name => [`${name}.eml`, `${name}.eml.reason.txt`]),
      );
      // However long it took to move it, the server was asked once.
      const reason = readFileSync(join(badmail.path, 'gone1.eml.reason.txt'), 'utf8');
      expect(reason).toMatch(/^Tries: +1$/m);
      expect(scene.now.server.commands('RCPT').filter(line => line.includes('gone'))).toHaveLength(3);
    },
  );
});
