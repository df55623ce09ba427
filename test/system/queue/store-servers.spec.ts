import { afterEach, describe, expect, it } from '@jest/globals';
import { PostgresServer } from '../../support/postgres-server.js';
import { RedisServer } from '../../support/redis-server.js';

let server: RedisServer | PostgresServer | undefined;
afterEach(async () => {
  await server?.close();
});

describe('The private Redis', () => {
  it('keeps what was written when it is killed, with an append-only file that is always on disk', async () => {
    const redis = await RedisServer.start({ aof: 'always', password: 'p w' });
    server = redis;
    await redis.cli('SET', 'a', '1');
    const { pid, port } = redis;
    await redis.kill();
    expect(await redis.answers()).toBe(false);
    await redis.restart();
    expect(await redis.cli('GET', 'a')).toBe('1');
    expect(redis.pid).not.toBe(pid);
    expect(redis.url).toBe(`redis://:p%20w@127.0.0.1:${port}`);
  });

  it('forgets everything without one, stands still and goes on, and ends when it is told', async () => {
    const redis = await RedisServer.start({ maxmemory: '8mb', policy: 'allkeys-lru' });
    server = redis;
    await redis.cli('SET', 'a', '1');
    expect(await redis.cli('CONFIG', 'GET', 'maxmemory-policy')).toContain('allkeys-lru');
    redis.stop();
    expect(await redis.answers()).toBe(false);
    redis.cont();
    expect(await redis.cli('GET', 'a')).toBe('1');
    await redis.kill('SIGTERM');
    await redis.restart();
    expect(await redis.cli('GET', 'a')).toBe('');
  });

  it('says what a command was refused for, and why it does not start', async () => {
    const redis = await RedisServer.start();
    server = redis;
    await expect(redis.cli('SET', 'a')).rejects.toThrow('wrong number of arguments');
    await expect(RedisServer.start({ port: redis.port })).rejects.toThrow('Address already in use');
    await expect(RedisServer.start({ policy: 'no-such-policy' })).rejects.toThrow(/maxmemory-policy/);
  });
});

describe('The private PostgreSQL', () => {
  it('keeps what was committed when it is killed, stands still and goes on', async () => {
    const postgres = await PostgresServer.start({ parameters: { max_connections: '17' } });
    server = postgres;
    await postgres.sql('CREATE TABLE a (b int); INSERT INTO a VALUES (1)');
    const { pid } = postgres;
    await postgres.kill();
    await expect(postgres.sql('SELECT 1')).rejects.toThrow('ECONNREFUSED');
    await postgres.restart();
    expect(await postgres.sql('SELECT b FROM a')).toEqual([{ b: 1 }]);
    expect(await postgres.sql('SHOW max_connections')).toEqual([{ max_connections: '17' }]);
    expect(postgres.pid).not.toBe(pid);
    postgres.stop();
    const late = postgres.sql('SELECT 2 AS two');
    postgres.cont();
    expect(await late).toEqual([{ two: 2 }]);
    await postgres.close();
    await postgres.close();
  });
});
