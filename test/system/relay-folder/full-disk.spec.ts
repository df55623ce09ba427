import { execFileSync } from 'node:child_process';
import { chownSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { PickupRelay } from '../../../lib/relay/engine/pickup-relay.js';
import { iisMail, publish } from '../../support/relay-app.js';
import { NOBODY, useOrdinaryScene } from './ordinary-relay.js';

// Before the folder is removed.
afterEach(() => void execFileSync('umount', ['--lazy', scene.now.folder]));
const scene = useOrdinaryScene();
const KILOBYTE = 1024;

beforeEach(() => {
  const owner = `mode=0700,uid=${NOBODY},gid=${NOBODY}`;
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=512k,${owner}`, 'none', scene.now.folder]);
});

/** Fills the disk to its last octet; what the function returns makes room. */
function fill(): () => void {
  const filler = join(scene.now.folder, 'filler');
  for (let size = 64; size > 0; size = Math.floor(size / 2))
    for (;;)
      try {
        writeFileSync(filler, Buffer.alloc(size * KILOBYTE), { flag: 'a' });
      } catch {
        break;
      }
  return () => rmSync(filler);
}

/** Mails with these recipients. */
function publishMails(prefix: string, mails: number, to: readonly string[]): void {
  for (let index = 0; index < mails; index++) {
    const name = `${prefix}${index}.eml`;
    publish(scene.now.folder, name, iisMail(`${prefix}${index}`, to));
    chownSync(join(scene.now.folder, name), NOBODY, NOBODY);
  }
}

const timesTo = (address: string): number =>
  scene.now.server.messages.filter(({ to }) => to.includes(address)).length;

describe('A relay on a full disk', () => {
  it('starts and empties it, although there is no room for a single record', async () => {
    publishMails('m', 20, ['ann@contoso.com']);
    fill();
    const relay = await scene.now.start();
    await relay.until(() => relay.of('sent').length === 20);
    expect(relay.of('problem')).toEqual([]);
    await relay.stop();
    expect(scene.now.mails()).toEqual([]);
  });

  it('sends mails with one recipient first, and those with several when there is room for their records', async () => {
    publishMails('many', 10, ['ann@contoso.com', 'bob@contoso.com']);
    publishMails('one', 10, ['eve@contoso.com']);
    fill();
    const relay = await scene.now.start();
    await relay.until(() => relay.of('sent').length === 20);
    expect(timesTo('bob@contoso.com')).toBe(10);
    await relay.stop();
    expect(scene.now.mails()).toEqual([]);
  });

  it('takes no mail of which it could not write down who has it, says so once, and goes on when there is room', async () => {
    publishMails('m', 10, ['ann@contoso.com', 'later@contoso.com']);
    const makeRoom = fill();
    const relay = await scene.now.start({
      RCPT: (_, line) => (line.includes('later') ? '450 4.2.1 busy' : undefined),
    });
    await delay(3000);
    expect(timesTo('ann@contoso.com')).toBe(0);
    expect(relay.of('problem').map(({ reason }) => reason)).toEqual([
      expect.stringContaining('There is no room on the disk to write down who has a mail'),
    ]);
    makeRoom();
    await relay.until(() => relay.of('deferred').length === 10);
    expect(timesTo('ann@contoso.com')).toBe(10);
    await relay.stop();
    expect(scene.now.mails()).toHaveLength(10);
  });

  it('remembers who has a mail when the disk has filled up since it was taken, also over a stop', async () => {
    publishMails('first', 1, ['eve@contoso.com']);
    let answered = 0;
    const relay = await scene.now.start({
      RCPT: (_, line) => (line.includes('later') && answered++ < 5 ? '450 4.2.1 busy' : undefined),
    });
    await relay.until(() => relay.of('sent').length === 1);
    publishMails('m', 5, ['ann@contoso.com', 'later@contoso.com']);
    fill();
    await relay.until(() => relay.of('deferred').length === 5);
    await relay.stop();
    expect(timesTo('ann@contoso.com')).toBe(5);
    const next = await scene.now.startAgain(['--once']);
    await next.until(() => next.of('sent').length === 5);
    expect(timesTo('ann@contoso.com')).toBe(5);
    expect(timesTo('later@contoso.com')).toBe(5);
    expect(scene.now.mails()).toEqual([]);
  });

  it('is not stopped by mails that the server refuses, and moves them to badmail when there is room', async () => {
    publishMails('gone', 8, ['gone@contoso.com']);
    publishMails('m', 8, ['ann@contoso.com']);
    const makeRoom = fill();
    const relay = await scene.now.start({
      RCPT: (_, line) => (line.includes('gone') ? '550 5.1.1 no such user' : undefined),
    });
    await relay.until(() => relay.of('sent').length === 8);
    makeRoom();
    await relay.until(() => relay.of('rejected').length === 8);
    await relay.stop();
    expect(scene.now.mails()).toEqual([]);
  });

  it('defers a mail that nobody has yet without a record, and sends it later', async () => {
    publishMails('m', 3, ['ann@contoso.com']);
    fill();
    let refusals = 0;
    const relay = await scene.now.start({ RCPT: () => (refusals++ < 3 ? '450 4.2.1 busy' : undefined) });
    await relay.until(() => relay.of('deferred').length === 3);
    await relay.stop();
    expect(scene.now.mails()).toHaveLength(3);
    const next = await scene.now.startAgain(['--once']);
    await next.until(() => next.of('sent').length === 3);
    expect(scene.now.mails()).toEqual([]);
  });

  it('waits when there is no room for a folder of its own, and the application works meanwhile', async () => {
    execFileSync('mount', ['-o', 'remount,nr_inodes=4', scene.now.folder]);
    publishMails('m', 1, ['ann@contoso.com']);
    mkdirSync(join(scene.now.folder, 'filler'));
    writeFileSync(join(scene.now.folder, 'other'), '');
    const relay = await scene.now.start();
    await relay.until(() => relay.of('problem').length > 0);
    expect(relay.of('problem')[0]?.reason).toContain(
      'There is no room for the folder of the relay; it waits',
    );
    execFileSync('mount', ['-o', 'remount,nr_inodes=100', scene.now.folder]);
    await relay.until(() => relay.of('sent').length === 1);
    expect(relay.of('problem')).toHaveLength(1);
  });

  it('tells in its status what it waits for, and its application has started', async () => {
    writeFileSync(join(scene.now.folder, 'filler'), '');
    execFileSync('mount', ['-o', 'remount,nr_inodes=2', scene.now.folder]);
    const settings = { Host: '127.0.0.1', Port: 1, PickupDirectory: scene.now.folder };
    const relay = await PickupRelay.create({ settings });
    await relay.start();
    expect((await relay.status()).trouble).toContain('ENOSPC');
    execFileSync('mount', ['-o', 'remount,nr_inodes=100', scene.now.folder]);
    while ((await relay.status()).state !== 'running') await delay(50);
    expect((await relay.status()).trouble).toBeUndefined();
    await relay.stop(0);
  });
});
