import { expect, it } from '@jest/globals';
import { WorkCount } from '../../../lib/core/concurrency/work-count.js';

it('Work that is counted tells all who wait when the last of it is over, and at once where there is none', async () => {
  const work = new WorkCount();
  await work.untilIdle();
  const told: string[] = [];
  work.begin();
  work.begin();
  const waiting = ['one', 'two'].map(name => work.untilIdle().then(() => told.push(name)));
  work.end();
  expect(work.count).toBe(1);
  await new Promise(resolve => setImmediate(resolve));
  expect(told).toEqual([]);
  work.end();
  await Promise.all(waiting);
  expect([told, work.count]).toEqual([['one', 'two'], 0]);
});
