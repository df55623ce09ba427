import { describe, expect, it } from '@jest/globals';
import { WaitingLine } from '../../lib/delivery/waiting-line.js';

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
});
