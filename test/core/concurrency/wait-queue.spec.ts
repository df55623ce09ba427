import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from '@jest/globals';
import { WaitQueue } from '../../../lib/core/concurrency/wait-queue.js';

const never = new AbortController().signal;

describe('A waiting line', () => {
  it('serves in the order of arrival, also whoever comes after it was empty', async () => {
    const line = new WaitQueue();
    const served: string[] = [];
    const join = async (name: string): Promise<void> => {
      await line.wait(never);
      served.push(name);
    };
    const first = ['a', 'b', 'c'].map(join);
    expect(line.serveNext()).toBe(true);
    const second = join('d');
    while (line.serveNext()) expect(line.length).toBeLessThan(3);
    expect(line.serveNext()).toBe(false);
    const third = ['e', 'f'].map(join);
    expect([line.serveNext(), line.serveNext(), line.serveNext()]).toEqual([true, true, false]);
    await Promise.all([...first, second, ...third]);
    expect(served.join('')).toBe('abcdef');
  });

  it('passes by whoever has left, at its head as well', async () => {
    let left = 0;
    const line = new WaitQueue(() => left++);
    const leaving = new AbortController();
    const gone = [line.wait(leaving.signal), line.wait(leaving.signal)];
    const stays = line.wait(never);
    leaving.abort(new Error('left'));
    expect((await Promise.allSettled(gone)).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect({ left, length: line.length }).toEqual({ left: 2, length: 1 });
    expect(line.serveNext()).toBe(true);
    await expect(stays).resolves.toBeUndefined();
    expect(line.serveNext()).toBe(false);
  });

  it('counts right after it was dissolved, also when some had been served before', async () => {
    let left = 0;
    const line = new WaitQueue(() => left++);
    const waiting = ['a', 'b', 'c', 'd'].map(async () => line.wait());
    line.serveNext();
    line.rejectAll(new Error('closed'));
    expect((await Promise.allSettled(waiting)).map(({ status }) => status)).toEqual([
      'fulfilled',
      'rejected',
      'rejected',
      'rejected',
    ]);
    expect({ left, length: line.length, served: line.serveNext() }).toEqual({
      left: 1,
      length: 0,
      served: false,
    });
    line.rejectAll(new Error('closed once more'));
    expect(left).toBe(1);
    const later = line.wait();
    expect(line.length).toBe(1);
    expect(line.serveNext()).toBe(true);
    await expect(later).resolves.toBeUndefined();
  });

  it('holds on to nothing of those who have left, though nobody is served', async () => {
    const line = new WaitQueue();
    const patient = [line.wait(), line.wait()];
    const gone: WeakRef<AbortSignal>[] = [];
    for (let round = 0; round < 30; round++) gone.push(...(await comeAndGo(line, 100)));
    const collect = garbageCollector();
    await new Promise(resolve => setImmediate(resolve));
    collect();
    expect(gone.filter(signal => signal.deref() !== undefined).length).toBeLessThan(200);
    expect(line.length).toBe(2);
    expect([line.serveNext(), line.serveNext(), line.serveNext()]).toEqual([true, true, false]);
    await Promise.all(patient);
  });
});

/** Joins and leaves. */
async function comeAndGo(line: WaitQueue, count: number): Promise<WeakRef<AbortSignal>[]> {
  const leaving = Array.from({ length: count }, () => new AbortController());
  const waits = leaving.map(({ signal }) => line.wait(signal));
  for (const controller of leaving) controller.abort(new Error('left'));
  await Promise.allSettled(waits);
  return leaving.map(({ signal }) => new WeakRef(signal));
}

function garbageCollector(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
}
