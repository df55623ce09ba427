import { describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { failureWords } from '../../../lib/queue/store/redis/redis-failure.js';
import { connectionOptions } from '../../../lib/queue/store/redis/redis-options.js';

/** What ioredis makes of an address. */
function optionsOf(address: string): Redis['options'] {
  const read = connectionOptions(address, 'commands', 5000);
  // Begins no connection: the options say so.
  const client = Array.isArray(read) ? new Redis(...read) : new Redis(read);
  return client.options;
}

describe('The address of a Redis', () => {
  it.each([
    [
      'redis://ann:p%40ss@cache:6380/2',
      { host: 'cache', port: 6380, username: 'ann', password: 'p@ss', db: 2 },
    ],
    ['rediss://cache?family=6', { host: 'cache', family: 6, tls: true }],
    ['/run/redis.sock', { path: '/run/redis.sock' }],
    ['/run/redis.sock?db=3&password=p%40ss', { path: '/run/redis.sock', db: 3, password: 'p@ss' }],
  ])('%s is that of ioredis', (address, expected) => {
    expect(optionsOf(address)).toMatchObject(expected);
  });

  it.each(['redis://cache', '/run/redis.sock'])(
    '%s does not change by its query what the promises of the queue rest on',
    address => {
      const query = 'enableOfflineQueue=true&autoResendUnfulfilledCommands=true&lazyConnect=false&db=1';
      expect(optionsOf(`${address}?${query}`)).toMatchObject({
        enableOfflineQueue: false,
        autoResendUnfulfilledCommands: false,
        lazyConnect: true,
        db: 1,
      });
    },
  );
});

describe('An answer that Redis before 7 gives to a script', () => {
  it.each([
    [
      "ERR Error running script (call to f_1a2b): @user_script:34: @user_script: 34: -OOM command not allowed when used memory > 'maxmemory'. ",
      /^Redis has used up its memory/,
      false,
    ],
    [
      "ERR Error running script (call to f_1a2b): @user_script:34: @user_script: 34: -READONLY You can't write against a read only replica. ",
      /^it is a read-only replica/,
      true,
    ],
  ])('is understood: %s', (message, words, reconnects) => {
    const error = Object.assign(new Error(message), { name: 'ReplyError' });
    expect(failureWords(error)).toMatch(words);
    expect(optionsOf('redis://cache').reconnectOnError?.(error)).toBe(reconnects);
  });
});
