import { readdirSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startMailApp } from '../../support/mail-app.js';
import type { TemporaryDirectory } from '../../support/temporary-directory.js';
import { temporaryDirectory } from '../../support/temporary-directory.js';
import type { Answer } from './mail-writer.js';
import { MailWriter } from './mail-writer.js';
import type { TracedCall } from './strace.js';
import { Strace } from './strace.js';
import type { FolderState } from './whole-mail.js';
import { readFolder, subjectOf } from './whole-mail.js';

const TWO_DAYS_MS = 2 * 86_400_000;

/** What is ordered, and the faults that make it fail. */
interface Scene {
  readonly name: string;
  readonly orders: readonly string[];
  /** How many mails that is. */
  readonly mails: number;
  readonly faults: readonly string[];
}

const SCENES: readonly Scene[] = [
  { name: 'written', orders: ['small s', 'large l 700000'], mails: 2, faults: [] },
  { name: 'failed at its flush', orders: ['small s'], mails: 1, faults: ['fsync:error=EIO:when=1'] },
  {
    name: 'failed at the flush of its directory',
    orders: ['small s'],
    mails: 1,
    faults: ['fsync:error=EIO:when=2'],
  },
  { name: 'written at the same time', orders: ['burst b 3'], mails: 3, faults: [] },
];

interface Run {
  readonly point: string;
  /** How many mails were ordered. */
  readonly mails: number;
  readonly folder: string;
  readonly killed: boolean;
  /** Subjects that the process reported as written before it died. */
  readonly reported: readonly string[];
  readonly state: FolderState;
  readonly calls: readonly TracedCall[];
}

const directories: TemporaryDirectory[] = [];
const runs: Run[] = [];

async function run(scene: Scene, point: string, kill: readonly string[]): Promise<Run> {
  const folder = temporaryDirectory();
  const log = temporaryDirectory();
  directories.push(folder, log);
  const writer = await MailWriter.start(folder.path);
  await writer.expectFile('small first');
  const strace = await Strace.attach(writer.poolThread(), join(log.path, 'calls'), [
    ...scene.faults,
    ...kill,
  ]);
  for (const order of scene.orders) writer.child.say(order);
  const reported = ['first'];
  let answered = 0;
  while (answered < scene.mails) {
    answered++;
    const { file } = JSON.parse((await writer.child.line()) ?? '{}') as Answer;
    if (file !== undefined) reported.push(await subjectOf(file));
  }
  const { signal } = await writer.child.finish();
  await strace.ended();
  return {
    point: `${scene.name}: ${point}`,
    mails: scene.mails,
    folder: folder.path,
    killed: signal === 'SIGKILL',
    reported,
    state: await readFolder(folder.path),
    calls: strace.calls(),
  };
}

/** One run without a kill shows the calls; then each of them kills a run of its own. */
async function killAtEveryCall(scene: Scene): Promise<readonly TracedCall[]> {
  const { calls } = await run(scene, 'not killed', []);
  const faulty = scene.faults.map(fault => fault.split(':')[0]);
  const points = calls.filter(({ name }) => !faulty.includes(name));
  const line = async (): Promise<void> => {
    for (let call = points.shift(); call; call = points.shift())
      runs.push(await run(scene, call.line, [`${call.name}:signal=SIGKILL:when=${call.nth}`]));
  };
  await Promise.all([line(), line()]);
  return calls;
}

function count(calls: readonly TracedCall[], ...names: string[]): number {
  return calls.filter(({ name }) => names.includes(name)).length;
}

describe('A process killed at every system call of a mail', () => {
  const seen = new Map<string, readonly TracedCall[]>();
  beforeAll(async () => {
    for (const scene of SCENES) seen.set(scene.name, await killAtEveryCall(scene));
  }, 600_000);
  afterAll(() => {
    for (const directory of directories) directory.remove();
  });

  it('dies at each write, flush, close, rename and removal that there is', () => {
    const [written = [], unflushed = [], unpublished = []] = seen.values();
    expect(count(written, 'rename', 'renameat', 'renameat2')).toBe(2);
    expect(count(written, 'fsync')).toBe(4);
    expect(written.filter(({ line }) => /^write\(.*= (?:\d{4,})$/.test(line)).length).toBeGreaterThan(4);
    expect(count(unflushed, 'unlink', 'unlinkat')).toBe(1);
    expect(count(unpublished, 'unlink', 'unlinkat')).toBe(1);
    expect(runs.length).toBeGreaterThan(60);
    // How often libuv wakes the main thread is not the same in every run.
    const survived = runs.filter(({ killed, point }) => !killed && !point.includes('[eventfd]'));
    expect(survived.map(({ point }) => point)).toEqual([]);
  });

  it('had each mail on the disk before it was published, and its name before it was reported', () => {
    const [written = []] = seen.values();
    // What is written into a file counts once.
    const names = written
      .filter(({ line }) => !line.includes('[eventfd]'))
      .map(({ name }) => name.replace(/at2?$/, ''))
      .filter((name, index, all) => name !== 'write' || all[index - 1] !== 'write');
    const small = ['open', 'write', 'fchmod', 'open', 'fsync', 'close', 'rename', 'fsync', 'close'];
    const large = ['open', 'write', 'fchmod', 'fsync', 'close', 'open', 'rename', 'fsync', 'close'];
    expect(names).toEqual([...small, ...large]);
  });

  it('never leaves half a mail with its final name, and nothing but our temporary files besides', () => {
    const problems = runs.flatMap(({ point, state }) =>
      state.problems.map(problem => `${point}: ${problem}`),
    );
    expect(problems).toEqual([]);
    expect(runs.filter(({ state }) => state.leftovers.length > 0).length).toBeGreaterThan(20);
    expect(runs.filter(({ mails, state }) => state.leftovers.length > mails)).toEqual([]);
  });

  it('has written every mail that it reported', () => {
    const lost = runs.filter(({ reported, state }) => reported.some(id => !state.mails.includes(id)));
    expect(lost.map(({ point }) => point)).toEqual([]);
    expect(runs.some(({ reported }) => reported.includes('s'))).toBe(true);
  });

  it('leaves files that a later start removes after a day, not before, and never publishes', async () => {
    const dirty = runs.filter(({ state }) => state.leftovers.length > 0);
    for (const { folder, state } of dirty) {
      const before = readdirSync(folder).toSorted();
      await startAndClose(folder);
      expect(readdirSync(folder).toSorted()).toEqual(before);
      const old = new Date(Date.now() - TWO_DAYS_MS);
      for (const name of before) utimesSync(join(folder, name), old, old);
      await startAndClose(folder);
      expect(readdirSync(folder).toSorted()).toEqual(before.filter(name => name.endsWith('.eml')));
      expect(await readFolder(folder)).toEqual({ mails: state.mails, leftovers: [], problems: [] });
    }
    expect(dirty.length).toBeGreaterThan(20);
  });
});

async function startAndClose(folder: string): Promise<void> {
  const app = await startMailApp({
    FromAddress: 'writer@contoso.com',
    UseSpecifiedPickupDirectory: true,
    PickupDirectory: folder,
  });
  await app.close();
}
