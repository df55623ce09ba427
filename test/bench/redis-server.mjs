import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { heldChild, temporaryFolder } from './cleanup.mjs';
import { freePort } from './free-port.mjs';
import { realDisk } from './real-disk.mjs';

const PLACES = ['/usr/bin', '/usr/local/bin', '/opt/homebrew/bin'];

/** What a row says where there is no server. */
export const NO_REDIS = 'redis-server is missing (Debian package redis-server): nothing was measured.';

/**
 * @typedef {object} RedisServer a private Redis that all contestants of a row use
 * @property {number} port where it listens
 * @property {string} name what a note calls it
 * @property {(queue: string) => Promise<number>} waiting jobs of a queue that wait
 * @property {() => Promise<void>} empty forgets everything
 */

/**
 * Starts a Redis as operators of queues are told to run it: append-only file, flushed every second, no eviction.
 *
 * @returns {Promise<RedisServer | undefined>} listening; undefined when the program is not installed
 */
export async function startRedis() {
  const program = PLACES.map(place => join(place, 'redis-server')).find(path => existsSync(path));
  if (program === undefined) return undefined;
  const { folder: disk, fileSystem } = await realDisk();
  const port = await freePort();
  const flags = { port, bind: '127.0.0.1', dir: temporaryFolder(disk), save: '', appendonly: 'yes' };
  const child = heldChild(
    spawn(
      program,
      Object.entries(flags).flatMap(([name, value]) => [`--${name}`, String(value)]),
      { stdio: ['ignore', 'ignore', 2] },
    ),
  );
  const ended = once(child, 'exit').then(([code, signal]) => {
    throw new Error(`redis-server has ended (${signal ?? `exit code ${code}`}).`);
  });
  ended.catch(() => {});
  const client = new Redis({ host: '127.0.0.1', port, lazyConnect: true, retryStrategy: () => 20 });
  client.on('error', () => {});
  await Promise.race([ended, sleep(10_000, undefined, { ref: false }).then(late), client.ping()]);
  const [, version] = /redis_version:(\S+)/.exec(await client.info('server')) ?? [];
  return {
    port,
    name: `Redis ${version}, append-only file on ${fileSystem}, flushed every second`,
    waiting: async queue =>
      (await client.llen(`bull:${queue}:wait`)) + (await client.zcard(`bull:${queue}:prioritized`)),
    empty: async () => void (await client.flushall()),
  };
}

function late() {
  throw new Error('redis-server has not answered within ten seconds.');
}
