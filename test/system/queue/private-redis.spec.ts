import { mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { PrivateRedis } from '../../../sample-app/demo/private-redis.js';
import type { TemporaryDirectory } from '../../support/temporary-directory.js';
import { temporaryDirectory } from '../../support/temporary-directory.js';

describe('The Redis of the demo', () => {
  let folder: TemporaryDirectory;
  beforeEach(() => {
    folder = temporaryDirectory();
  });
  afterEach(() => folder.remove());

  async function started(temporary = folder.path): Promise<PrivateRedis> {
    const redis = await PrivateRedis.start(process.env, temporary);
    if (!redis) throw new Error('These tests need redis-server: apt-get install redis-server');
    return redis;
  }

  it('answers whoever has its password, keeps what it is given, and throws nothing away', async () => {
    const redis = await started();
    const client = new Redis(redis.url);
    try {
      expect(await client.set('a', 'b')).toBe('OK');
      expect(await client.config('GET', 'maxmemory-policy')).toEqual(['maxmemory-policy', 'noeviction']);
      expect(await client.config('GET', 'appendonly')).toEqual(['appendonly', 'yes']);
      const stranger = new Redis(redis.url.replace(/:[0-9a-f]+@/, ':wrong@'), { retryStrategy: null });
      stranger.on('error', () => undefined);
      await expect(stranger.get('a')).rejects.toThrow();
      stranger.disconnect();
    } finally {
      client.disconnect();
      await redis.close();
    }
    expect(readdirSync(folder.path)).toEqual([]);
  });

  it('keeps its password in a file that nobody else reads, and not in its arguments', async () => {
    const redis = await started();
    try {
      const [own = ''] = readdirSync(folder.path);
      expect(statSync(join(folder.path, own, 'redis.conf')).mode & 0o777).toBe(0o600);
      const password = new URL(redis.url).password;
      const shown = readdirSync('/proc')
        .filter(name => /^\d+$/.test(name))
        .filter(name => {
          try {
            return readFileSync(`/proc/${name}/cmdline`, 'latin1').includes(password);
          } catch {
            return false;
          }
        });
      expect(shown).toEqual([]);
    } finally {
      await redis.close();
    }
  });

  it('works in a folder whose name holds blanks', async () => {
    const odd = join(folder.path, 'a folder');
    mkdirSync(odd);
    const redis = await started(odd);
    await redis.close();
    expect(readdirSync(odd)).toEqual([]);
  });

  it('is none where redis-server is not installed', async () => {
    expect(await PrivateRedis.start({ PATH: folder.path }, folder.path)).toBeUndefined();
    expect(readdirSync(folder.path)).toEqual([]);
  });
});
