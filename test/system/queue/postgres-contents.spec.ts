import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { PostgresStore } from '../../../lib/queue/store/postgres/postgres-store.js';
import { newJob, postgresStore } from '../../support/postgres-queue.js';
import { PostgresServer } from '../../support/postgres-server.js';

const MIB = 1024 * 1024;

let server: PostgresServer;
let store: PostgresStore;
beforeAll(async () => {
  server = await PostgresServer.start();
  store = postgresStore(server);
});
afterAll(async () => {
  await store?.close(1000);
  await server?.close();
});

async function names(ageMs: number, of = store): Promise<string[]> {
  const found: string[] = [];
  for await (const name of of.contents.olderThan(ageMs)) found.push(name);
  return found;
}

describe('Bytes of large mails in PostgreSQL', () => {
  it.each([0, 1, MIB, MIB + 1, 3 * MIB])('come back as they were written: %d octets', async size => {
    const bytes = randomBytes(size);
    await store.contents.write('sized', bytes);
    expect((await store.contents.read('sized'))?.equals(bytes)).toBe(true);
  });

  it('are replaced by a shorter text as a whole, and are nothing once they are removed', async () => {
    await store.contents.write('r', randomBytes(2 * MIB));
    await store.contents.write('r', Buffer.from('short'));
    expect(String(await store.contents.read('r'))).toBe('short');
    await store.contents.remove('r');
    await store.contents.remove('r');
    expect(await store.contents.read('r')).toBeUndefined();
  });

  it('are seen as a whole while they are replaced', async () => {
    const versions = ['a', 'b'].map(letter => Buffer.alloc(3 * MIB, letter));
    await store.contents.write('v', versions[0] ?? Buffer.alloc(0));
    const writing = (async () => {
      for (let i = 1; i < 10; i += 1) await store.contents.write('v', versions[i % 2] ?? Buffer.alloc(0));
    })();
    for (let i = 0; i < 10; i += 1) {
      const read = await store.contents.read('v');
      expect(versions.some(version => read?.equals(version))).toBe(true);
    }
    await writing;
  });

  it('are found again by their age, those of this queue alone', async () => {
    const sweep = postgresStore(server, { name: 'sweep' });
    const written = Array.from({ length: 1203 }, (_, i) => `n${String(i).padStart(4, '0')}`);
    await sweep.contents.write('n0000', Buffer.from('x'));
    await server.sql(`INSERT INTO bullmq.mailroom_content (queue, name, part, bytes)
      SELECT 'sweep', 'n' || lpad(i::text, 4, '0'), 0, 'x' FROM generate_series(1, 1202) AS i`);
    await sleep(20);
    expect(await names(10, sweep)).toEqual(written);
    expect(await names(60_000, sweep)).toEqual([]);
    await sweep.close(1000);
  });

  it('of 100 MB go with their job in a few seconds, and take little more memory than themselves', async () => {
    const bytes = randomBytes(100_000_000);
    const before = process.memoryUsage().rss;
    let most = 0;
    const watching = setInterval(() => (most = Math.max(most, process.memoryUsage().rss)), 20);
    try {
      await store.add(
        newJob('large', { content: bytes }, { content: { place: 'store', name: 'large-1' } }),
        20_000,
      );
      expect((await store.contents.read('large-1'))?.equals(bytes)).toBe(true);
    } finally {
      clearInterval(watching);
    }
    // What is read: its pieces, all of it once more, and what the collector has not looked at yet.
    expect(most - before).toBeLessThan(450_000_000);
  });

  it('are not waited for once the signal has fired', async () => {
    const at = performance.now();
    await expect(
      store.contents.write('late', randomBytes(50 * MIB), AbortSignal.timeout(50)),
    ).rejects.toMatchObject({ name: 'StoreUnavailableError' });
    expect(performance.now() - at).toBeLessThan(2000);
    expect(await store.contents.read('late')).toBeUndefined();
  });

  it('cannot be read while the server is away, which is something else than that there are none', async () => {
    await store.contents.write('kept', Buffer.from('x'));
    await server.kill();
    await expect(store.contents.read('kept')).rejects.toMatchObject({ name: 'StoreUnavailableError' });
    await server.restart();
    expect(String(await store.contents.read('kept'))).toBe('x');
  });
});
