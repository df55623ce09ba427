import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from '@jest/globals';
import { WaitingLine } from '../../../lib/core/concurrency/wait-queue.js';

const never = new AbortController().signal;

describe('A waiting line', () => {
  it('serves in the order of arrival, also whoever comes after it was empty', async () => {
    const line = new WaitingLine();
    const served: string[] = [];
    const join = async (name: string): Promise<void> => {
      await line.join(never);
      served.push(name);
    };
    const first = ['a', 'b', 'c'].map(join);
    expect(line.serve()).toBe(true);
    const second = join('d');
    while (line.serve()) expect(line.length).toBeLessThan(3);
    expect(line.serve()).toBe(false);
    const third = ['e', 'f'].map(join);
    expect([line.serve(), line.serve(), line.serve()]).toEqual([true, true, false]);
    await Promise.all([...first, second, ...third]);
    expect(served.join('')).toBe('abcdef');
  });

  it('passes by whoever has left, at its head as well', async () => {
    let left = 0;
    const line = new WaitingLine(() => left++);
    const leaving = new AbortController();
    const gone = [line.join(leaving.signal), line.join(leaving.signal)];
    const stays = line.join(never);
    leaving.abort(new Error('left'));
    expect((await Promise.allSettled(gone)).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect({ left, length: line.length }).toEqual({ left: 2, length: 1 });
    expect(line.serve()).toBe(true);
    await expect(stays).resolves.toBeUndefined();
    expect(line.serve()).toBe(false);
  });

  it('counts right after it was dissolved, also when some had been served before', async () => {
    let left = 0;
    const line = new WaitingLine(() => left++);
    const waiting = ['a', 'b', 'c', 'd'].map(async () => line.join());
    line.serve();
    line.dissolve(new Error('closed'));
    expect((await Promise.allSettled(waiting)).map(({ status }) => status)).toEqual([
      'fulfilled',
      'rejected',
      'rejected',
      'rejected',
    ]);
    expect({ left, length: line.length, served: line.serve() }).toEqual({
      left: 1,
      length: 0,
      served: false,
    });
    line.dissolve(new Error('closed once more'));
    expect(left).toBe(1);
    const later = line.join();
    expect(line.length).toBe(1);
    expect(line.serve()).toBe(true);
    await expect(later).resolves.toBeUndefined();
  });

  it('holds on to nothing of those who have left, though nobody is served', async () => {
    const line = new WaitingLine();
    const patient = [line.join(), line.join()];
    const gone: WeakRef<AbortSignal>[] = [];
    for (let round = 0; round < 30; round++) gone.push(...(await comeAndGo(line, 100)));
    const collect = garbageCollector();
    await new Promise(resolve => setImmediate(resolve));
    collect();
    expect(gone.filter(signal => signal.deref() !== undefined).length).toBeLessThan(200);
    expect(line.length).toBe(2);
    expect([line.serve(), line.serve(), line.serve()]).toEqual([true, true, false]);
    await Promise.all(patient);
  });
});

/** Joins and leaves. */
async function comeAndGo(line: WaitingLine, count: number): Promise<WeakRef<AbortSignal>[]> {
  const leaving = Array.from({ length: count }, () => new AbortController());
  const waits = leaving.map(({ signal }) => line.join(signal));
  for (const controller of leaving) controller.abort(new Error('left'));
  await Promise.allSettled(waits);
  return leaving.map(({ signal }) => new WeakRef(signal));
}

function garbageCollector(): () => void {
  setFlagsFromString('--expose-gc');
  return runInNewContext('gc') as () => void;
}
