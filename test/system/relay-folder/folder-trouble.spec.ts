import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, readdirSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { takenTwice } from '../../support/sent-at-once.js';
import type { OrdinaryScene } from './ordinary-relay.js';
import { AS_NOBODY, NOBODY, useOrdinaryScene } from './ordinary-relay.js';

const scene = useOrdinaryScene();
const MAILS = 40;
const TROUBLE_MS = 3000;

/** Makes trouble, and returns what ends it. */
type Trouble = (scene: OrdinaryScene) => () => void;

/** Takes rights from a folder. */
const chmod =
  (mode: number, name = ''): Trouble =>
  ({ folder }) => {
    const path = join(folder, name);
    const before = statSync(path).mode & 0o7777;
    chmodSync(path, mode);
    return () => chmodSync(path, before);
  };

/** The folders in one, and itself. */
function foldersIn(path: string): string[] {
  const within = readdirSync(path, { withFileTypes: true }).filter(entry => entry.isDirectory());
  return [path, ...within.flatMap(({ name }) => foldersIn(join(path, name)))];
}

const unwritable: Trouble = ({ folder }) => {
  const paths = foldersIn(join(folder, '.mailroom'));
  for (const path of paths) chmodSync(path, 0o555);
  return () => {
    for (const path of paths) chmodSync(path, 0o755);
  };
};

const moved: Trouble = ({ folder }) => {
  renameSync(folder, `${folder}.elsewhere`);
  return () => renameSync(`${folder}.elsewhere`, folder);
};

/** A mount for reading at the same place: those who have the folder open write on. */
const readOnly: Trouble = ({ folder }) => {
  execFileSync('mount', ['--bind', folder, folder]);
  execFileSync('mount', ['-o', 'remount,bind,ro', folder]);
  return () => void execFileSync('umount', ['--lazy', folder]);
};

const fewFiles: Trouble = ({ relay }) => {
  const limit = (value: number): void =>
    void execFileSync('setpriv', [
      ...AS_NOBODY,
      'prlimit',
      '--pid',
      String(relay.child.pid),
      `--nofile=${value}:`,
    ]);
  limit(3);
  return () => limit(1000);
};

/** Every mail has arrived once, and one line was said of the trouble. */
async function expectAllSentOnce({ relay, server }: OrdinaryScene, mails = MAILS): Promise<void> {
  await relay.until(() => relay.of('sent').length >= mails);
  expect(server.messages).toHaveLength(mails);
  expect(takenTwice(server.messages)).toEqual([]);
  for (const event of ['left', 'rejected', 'deferred', 'paused']) expect(relay.of(event)).toEqual([]);
  expect(relay.of('problem').map(({ reason }) => reason)).toEqual([
    expect.stringMatching(/^Nothing can be taken from the folder now: /),
  ]);
}

describe('A relay of an ordinary user', () => {
  it.each<[string, Trouble, RegExp]>([
    ['has no rights', chmod(0o000), /EACCES.*change the access rights/],
    ['can be entered only', chmod(0o111), /EACCES.*change the access rights/],
    ['can be listed only', chmod(0o444), /EACCES.*change the access rights/],
    ['can be read only', chmod(0o555), /EACCES.*change the access rights/],
    ['can be written to only', chmod(0o333), /EACCES.*change the access rights/],
    ['has folders of the relay that cannot be written to', unwritable, /EACCES.*change the access rights/],
    ['is somewhere else', moved, /ENOENT.*create it again/],
    ['cannot be opened, for want of open files,', fewFiles, /EMFILE.*LimitNOFILE/],
  ])('whose folder %s for three seconds sends all mails, and says so once', async (_, trouble, words) => {
    scene.now.publish(MAILS);
    const relay = await scene.now.start();
    await relay.until(() => relay.of('sent').length >= 5);
    const end = trouble(scene.now);
    await delay(TROUBLE_MS);
    end();
    const ended = performance.now();
    await expectAllSentOnce(scene.now);
    expect(relay.of('problem')[0]?.['reason']).toMatch(words);
    // Whoever was left until a later look, or a pause, comes after half a minute or never.
    expect(performance.now() - ended).toBeLessThan(15_000);
    await relay.stop();
    expect(scene.now.mails()).toEqual([]);
  });

  it('goes on in the folder that it has open when it is mounted for reading at its place', async () => {
    scene.now.publish(MAILS);
    const relay = await scene.now.start();
    await relay.until(() => relay.of('sent').length >= 5);
    const end = readOnly(scene.now);
    await relay.until(() => relay.of('sent').length >= MAILS);
    end();
    expect(takenTwice(scene.now.server.messages)).toEqual([]);
    expect(relay.of('problem')).toEqual([]);
  });

  it('whose folder has no rights again and again sends all mails', async () => {
    scene.now.publish(MAILS);
    const relay = await scene.now.start();
    await relay.until(() => relay.of('sent').length > 0);
    for (let round = 0; round < 5; round++) {
      const end = chmod(round % 2 === 0 ? 0o000 : 0o555)(scene.now);
      await delay(300);
      end();
      await delay(400);
    }
    await relay.until(() => relay.of('sent').length >= MAILS);
    expect(takenTwice(scene.now.server.messages)).toEqual([]);
    for (const event of ['left', 'rejected', 'paused']) expect(relay.of(event)).toEqual([]);
    expect(relay.of('problem').length).toBeLessThanOrEqual(5);
  });

  it('takes new mails after trouble in an empty folder', async () => {
    // A relay that has sent a mail has started; one without its rights would not.
    scene.now.publish(1);
    const relay = await scene.now.start();
    await relay.until(() => relay.of('sent').length === 1 && scene.now.mails().length === 0);
    const end = chmod(0o000)(scene.now);
    await relay.until(() => relay.of('problem').length > 0);
    end();
    scene.now.publish(3, 'later');
    await expectAllSentOnce(scene.now, 4);
  });

  it('does not start without rights to the folder of its records, and says what to do', async () => {
    const path = join(scene.now.folder, '.mailroom');
    mkdirSync(path);
    chownSync(path, NOBODY, NOBODY);
    chmodSync(path, 0o300);
    const relay = await scene.now.start();
    await relay.child.ended;
    expect(relay.child.stderr).toContain(`EACCES: permission denied, open '${path}'`);
    expect(relay.child.stderr).toContain('change the access rights of the directory');
    expect(relay.child.stderr).not.toContain('/proc/self');
  });

  it('gives a mail back that could not be given back while its server was unavailable', async () => {
    let refusals = 3;
    scene.now.publish(3);
    const refuse = (): { say: string; end: 'close' } | undefined => {
      if (refusals-- <= 0) return undefined;
      if (refusals === 2) chmodSync(scene.now.folder, 0o000);
      return { say: '450 4.7.1 later', end: 'close' };
    };
    const relay = await scene.now.start({ MAIL: refuse });
    await relay.until(() => relay.of('problem').length > 0);
    await delay(1000);
    chmodSync(scene.now.folder, 0o755);
    await relay.until(() => scene.now.mails().length + relay.of('sent').length === 3);
    await relay.stop();
    expect(scene.now.mails().length + relay.of('sent').length).toBe(3);
    expect(relay.of('rejected')).toEqual([]);
  });
});

describe('A mail that its relay may not read', () => {
  it('is told of once, and sent soon after it may', async () => {
    scene.now.publish(2);
    chmodSync(join(scene.now.folder, 'm0.eml'), 0o000);
    const relay = await scene.now.start();
    await relay.until(() => relay.of('sent').length === 1 && relay.of('left').length === 1);
    await delay(7000);
    expect(relay.of('left').map(({ reason }) => reason)).toEqual([
      'cannot be read (EACCES); change the access rights',
    ]);
    chmodSync(join(scene.now.folder, 'm0.eml'), 0o644);
    await relay.until(() => relay.of('sent').length === 2);
    expect(relay.of('left')).toHaveLength(1);
    expect(relay.of('problem')).toEqual([]);
  });
});
