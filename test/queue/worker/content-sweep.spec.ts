import { describe, expect, it } from '@jest/globals';
import type { MailJob } from '../../../lib/queue/job/mail-job.js';
import { contentName } from '../../../lib/queue/store/content-name.js';
import { ContentStore } from '../../../lib/queue/store/content-store.js';
import { ContentSweep } from '../../../lib/queue/worker/content-sweep.js';
import { storedJob } from '../../support/stored-job.js';

/** Bytes in the order in which they were written. */
class Contents extends ContentStore {
  readonly names: string[] = [];

  override async write(name: string): Promise<void> {
    this.names.push(name);
  }

  override async read(): Promise<Buffer | undefined> {
    return undefined;
  }

  override async remove(name: string): Promise<void> {
    this.names.splice(this.names.indexOf(name), 1);
  }

  override async *olderThan(): AsyncIterable<string> {
    yield* this.names.slice();
  }
}

const TOKEN = '5b6d3a52-7c1d-4e58-9a3b-0f2f6f1f3c11';
const idOf = (number: number): string => `m${String(number).padStart(43, '0')}`;
const nameOf = (number: number): string => contentName(idOf(number), TOKEN);

function jobWith(number: number): MailJob {
  return storedJob({ token: TOKEN, content: { place: 'store', name: nameOf(number) } });
}

describe('The sweep of bytes without a job', () => {
  it('goes on where it has stopped, so that mails that need theirs hide none behind them', async () => {
    const contents = new Contents();
    for (let number = 0; number < 10; number++) await contents.write(nameOf(number));
    // The first seven belong to mails that wait; the last three to nobody.
    const jobs = new Map(Array.from({ length: 7 }, (_, number) => [idOf(number), jobWith(number)]));
    const stored = {
      read: async (id: string) => {
        const data = jobs.get(id);
        return data && { data, update: async () => {} };
      },
    };
    const sweep = new ContentSweep({
      places: [contents],
      stored,
      stopping: new AbortController().signal,
      emit: event => {
        throw new Error(JSON.stringify(event));
      },
      ageMs: 0,
      most: 4,
    });
    await sweep.sweep();
    expect(contents.names).toHaveLength(10);
    await sweep.sweep();
    expect(contents.names).toHaveLength(9);
    await sweep.sweep();
    expect(contents.names).toEqual(Array.from({ length: 7 }, (_, number) => nameOf(number)));
    // From the beginning again.
    jobs.delete(idOf(0));
    await sweep.sweep();
    expect(contents.names).not.toContain(nameOf(0));
  });
});
