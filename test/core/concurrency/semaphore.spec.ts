import { describe, expect, it } from '@jest/globals';
import { Semaphore } from '../../../lib/core/concurrency/semaphore.js';

/** Acquires, and notes the name when it has. */
function acquiring(semaphore: Semaphore, served: string[]): (name: string, first?: boolean) => Promise<void> {
  return async (name, first = false) => {
    await (first ? semaphore.acquireFirst() : semaphore.acquire());
    served.push(name);
  };
}

const soon = (): Promise<void> => new Promise(resolve => setImmediate(resolve));

describe('The semaphore', () => {
  it('serves those who come first, and before them those who are to be first', async () => {
    const semaphore = new Semaphore(1);
    const served: string[] = [];
    const acquire = acquiring(semaphore, served);
    await acquire('holder');
    void acquire('one');
    void acquire('two');
    void acquire('urgent', true);
    void acquire('more urgent', true);
    expect(semaphore.waiting).toBe(4);
    for (let releases = 0; releases < 4; releases++) {
      semaphore.release();
      await soon();
    }
    expect(served).toEqual(['holder', 'more urgent', 'urgent', 'one', 'two']);
    semaphore.release();
    expect(semaphore).toMatchObject({ held: 0, waiting: 0 });
  });

  it('with fewer permits than are held serves nobody until enough were released', async () => {
    const semaphore = new Semaphore(3);
    const served: string[] = [];
    const acquire = acquiring(semaphore, served);
    await Promise.all([acquire('a'), acquire('b'), acquire('c')]);
    void acquire('waiting');
    semaphore.resize(1);
    semaphore.release();
    semaphore.release();
    await soon();
    expect(served).not.toContain('waiting');
    expect(semaphore.held).toBe(1);
    semaphore.release();
    await soon();
    expect(served).toContain('waiting');
    expect(semaphore.held).toBe(1);
  });

  it('with more permits serves those who wait at once', async () => {
    const semaphore = new Semaphore(1);
    const served: string[] = [];
    const acquire = acquiring(semaphore, served);
    await acquire('a');
    for (const name of ['b', 'c', 'd']) void acquire(name);
    semaphore.resize(3);
    await soon();
    expect(served).toEqual(['a', 'b', 'c']);
    expect(semaphore).toMatchObject({ held: 3, waiting: 1 });
  });
});
