import { randomBytes } from 'node:crypto';
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { MailSettingsError } from '../../../lib/core/errors/mail-settings-error.js';
import { readQueueOptions, resolveQueueOptions } from '../../../lib/queue/options/read-queue-options.js';
import { rejection } from '../../support/rejection.js';
import type { TemporaryDirectory } from '../../support/temporary-directory.js';
import { temporaryDirectory } from '../../support/temporary-directory.js';

const connection = 'redis://localhost';
const newKey = (): string => randomBytes(32).toString('base64');

async function problemsOf(options: unknown): Promise<readonly string[]> {
  const error = await rejection(resolveQueueOptions(options));
  if (!(error instanceof MailSettingsError)) throw error;
  return error.problems.map(({ key, message }) => `${key} ${message}`);
}

async function labelOf(given: unknown): Promise<string> {
  return (await resolveQueueOptions({ connection: given })).connection.label;
}

describe('The options of a queue', () => {
  it('have the documented defaults', async () => {
    const { connection: read, keys, warnings, ...rest } = await resolveQueueOptions({ connection });
    expect(rest).toEqual({
      prefix: 'bull',
      name: 'mail',
      keepCompleted: { seconds: 86_400, count: 10_000 },
      keepFailed: { seconds: 1_209_600 },
      claimCheck: { above: 131_072 },
      timeoutMs: 5000,
    });
    expect(read).toMatchObject({ kind: 'redis', label: 'localhost:6379' });
    expect(read.options.reveal()).toBe(connection);
    expect(keys.ids).toEqual([]);
    expect(warnings).toEqual([expect.stringMatching(/^The queue has no keys, so mails are stored in clear/)]);
  });

  it('are taken as they are given', async () => {
    const given = {
      connection: { postgres: { host: 'db', database: 'app', password: 'hunter2' } },
      prefix: 'mails',
      name: 'news.letter-1',
      keys: [newKey(), newKey().replaceAll('+', '-').replaceAll('/', '_')],
      keepCompleted: { count: 5 },
      keepFailed: { seconds: 60 },
      claimCheck: { above: 0 },
      timeoutMs: 100,
    };
    const { connection: read, keys, ...rest } = await resolveQueueOptions(given);
    expect(rest).toEqual({
      prefix: 'mails',
      name: 'news.letter-1',
      keepCompleted: { count: 5 },
      keepFailed: { seconds: 60 },
      claimCheck: { above: 0 },
      timeoutMs: 100,
      warnings: [],
    });
    expect(read).toMatchObject({ kind: 'postgres', label: 'db:5432/app' });
    expect(read.options.reveal()).toEqual(given.connection.postgres);
    expect(keys.ids).toHaveLength(2);
  });

  it('are a schema in PostgreSQL by default', async () => {
    const { prefix } = await resolveQueueOptions({ connection: { postgres: 'postgres://db/app' } });
    expect(prefix).toBe('bullmq');
  });

  it('are told with every problem at once', async () => {
    expect(
      await problemsOf({
        conection: connection,
        name: 'a:b',
        prefix: 'a b',
        keys: ['x'],
        keepCompleted: { count: undefined },
        keepFailed: { second: 1 },
        claimCheck: { above: -1, directory: '/no/such/folder' },
        timeoutMs: 0,
      }),
    ).toEqual([
      'prefix must be a text of 1 to 100 characters without blanks, but is a text',
      'name must be a text of 1 to 100 letters, digits and the characters ".", "-" and "_", but is a text',
      'keys[0] is base64 of 0 octets, and a key has 32; make a key with: openssl rand -base64 32',
      'keepCompleted is empty; give seconds, count, or both, or leave it out',
      'keepFailed.second is not known; did you mean seconds?',
      'claimCheck.above must be a whole number from 0 to 16777216, but is -1',
      'timeoutMs must be a number from 1 to 600000, but is 0',
      'conection is not known; did you mean connection?',
      "connection is missing; give 'redis://localhost:6379', or { postgres: 'postgres://user@host/database' }",
      'claimCheck.directory /no/such/folder does not exist; create it with the access rights that those who send and the workers need',
    ]);
  });

  it('say of an option of a worker where it belongs', async () => {
    expect(await problemsOf({ connection, concurrency: 5 })).toEqual([
      'concurrency is an option of MailQueueWorkerModule; write it there',
    ]);
  });

  it.each([[undefined], [null], ['redis://localhost'], [[]]])('are an object, and not %j', async options => {
    expect(await problemsOf(options)).toEqual([expect.stringMatching(/^options must be an object/)]);
  });

  it('never crash the reader, whatever they are', () => {
    fc.assert(
      fc.property(
        fc.record({ connection: fc.anything(), keys: fc.anything(), name: fc.anything() }),
        options => {
          readQueueOptions(options);
        },
      ),
    );
  });
});

describe('The keys of a queue', () => {
  const key = newKey();
  const hex = randomBytes(32).toString('hex');

  it.each([
    ['no list', key, 'keys must be a list of keys, each base64 of 32 octets, but is a text'],
    [
      'none',
      [],
      'keys is empty; give a key (make a key with: openssl rand -base64 32), or leave the option out',
    ],
    ['an empty one', [''], 'keys[0] is empty; make a key with: openssl rand -base64 32'],
    ['a number', [7], 'keys[0] must be a text, but is 7'],
    [
      'hexadecimal',
      [hex],
      'keys[0] is hexadecimal; keys are written in base64 (make a key with: openssl rand -base64 32)',
    ],
    [
      'no base64',
      [`${key.slice(0, 10)}!${key.slice(11)}`],
      'keys[0] is not base64; make a key with: openssl rand -base64 32',
    ],
    [
      'a short one',
      [randomBytes(16).toString('base64')],
      'keys[0] is base64 of 16 octets, and a key has 32; make a key with: openssl rand -base64 32',
    ],
    [
      'zeros',
      [Buffer.alloc(32).toString('base64')],
      'keys[0] is one octet, repeated; make a key with: openssl rand -base64 32',
    ],
    ['one twice', [key, newKey(), key], 'keys[2] is the same key as keys[0]; leave one of them out'],
  ])('cannot be %s, and what is said shows nothing of them', async (_, keys, message) => {
    const problems = await problemsOf({ connection, keys });
    expect(problems).toEqual([message]);
    for (const secret of [key, hex]) expect(problems.join()).not.toContain(secret.slice(0, 10));
  });

  it('may have a line end around them, as files of secrets have', async () => {
    const { keys } = await resolveQueueOptions({ connection, keys: [`${key}\n`] });
    const same = await resolveQueueOptions({ connection, keys: [key] });
    expect(keys.ids).toEqual(same.keys.ids);
  });
});

describe('The connection of a queue', () => {
  it.each([
    ['redis://ann:hunter2@cache.example:6380/2', 'cache.example:6380/2'],
    ['rediss://:hunter2@cache.example', 'cache.example:6379'],
    ['redis://[::1]:6379', '[::1]:6379'],
    ['/run/redis/redis.sock', '/run/redis/redis.sock'],
    ['/run/redis.sock?db=2&password=hunter2', '/run/redis.sock'],
    [{ host: undefined, path: '/run/redis.sock' }, '/run/redis.sock'],
    [{}, 'localhost:6379'],
    [{ host: 'cache', port: 6380, db: 3, password: 'hunter2' }, 'cache:6380/3'],
    [{ path: '/run/redis.sock' }, '/run/redis.sock'],
    [{ sentinels: [{ host: 'a', port: 1 }], name: 'mymaster' }, 'Sentinel "mymaster"'],
    [{ postgres: 'postgres://ann:hunter2@db.example:5433/app?sslmode=require' }, 'db.example:5433/app'],
    [{ postgres: 'postgresql:///app?host=/run/postgresql' }, '/run/postgresql:5432/app'],
    [{ postgres: { connectionString: 'postgres://ann:hunter2@db/app', max: 5 } }, 'db:5432/app'],
    [{ postgres: { host: 'db', port: 5433, database: 'app', password: 'hunter2' } }, 'db:5433/app'],
  ])('%j is called %s, without user and password', async (given, label) => {
    expect(await labelOf(given)).toBe(label);
  });

  it.each([
    ['', /^connection is empty; give 'redis/],
    [7, /^connection must be 'redis:\/\/localhost:6379', or \{ postgres: .*\}, but is 7$/],
    ['localhost:6379', /^connection must begin with redis:\/\//],
    ['http://hunter2@cache', /^connection must begin with redis:\/\//],
    [
      'postgres://ann:hunter2@db/app',
      /^connection is the URL of PostgreSQL, which is written as \{ postgres: 'postgres/,
    ],
    ['redis://ann:hunter2#x@cache:6379', /^connection cannot be read as a URL; a user name or a password/],
    ['redis://ann:12#hunter2@cache:6379', /^connection cannot be read as a URL/],
    ['redis://ann:12?hunter2@cache:6379', /^connection cannot be read as a URL/],
    ['redis://ann:12/hunter2@cache:6379', /^connection cannot be read as a URL/],
    [{ postgres: 'postgres://ann:12/hunter2@db/app' }, /^connection\.postgres cannot be read as a URL/],
    ['redis://cache/mails', /^connection names a database that is no number/],
    [
      'redis://cache?keyPrefix=x',
      /^connection has keyPrefix, which BullMQ cannot work with; use the option prefix$/,
    ],
    [{ keyPrefix: 'x', password: 'hunter2' }, /^connection has keyPrefix/],
    [
      { url: 'redis://:hunter2@cache' },
      /^connection\.url is no option of ioredis; give the URL itself as connection$/,
    ],
    [{ host: '' }, /^connection\.host must be a host name/],
    [
      { host: undefined, port: 6379 },
      /^connection\.host is undefined; give a host name, or leave it out for the Redis of this machine$/,
    ],
    [{ port: 70_000 }, /^connection\.port must be a port from 1 to 65535/],
    [{ duplicate: () => {} }, /^connection is a client; give the options or the URL/],
    [{ query: () => {} }, /^connection is a client or a pool of PostgreSQL/],
    [
      { postgresql: 'postgres://hunter2@db' },
      /^connection\.postgresql is not known; did you mean postgres\?$/,
    ],
    [{ postgres: undefined }, /^connection\.postgres is undefined; give 'postgres/],
    [{ postgres: 7 }, /^connection\.postgres must be a URL or options of pg, but is 7$/],
    [{ postgres: 'redis://cache' }, /^connection\.postgres must begin with postgres:\/\//],
    [{ postgres: 'postgres://ann:hunter2#x@db:5432/app' }, /^connection\.postgres cannot be read as a URL/],
    [
      { postgres: { connectionString: 'mysql://hunter2@db' } },
      /^connection\.postgres\.connectionString must begin with/,
    ],
    [
      { postgres: { connectionString: undefined, max: 5 } },
      /^connection\.postgres\.connectionString is undefined; give 'postgres/,
    ],
    ['/run/redis.sock?keyPrefix=x&password=hunter2', /^connection has keyPrefix/],
    [{ postgres: { connect: () => {} } }, /^connection\.postgres is a client or a pool/],
    [{ postgres: 'postgres://db/app', max: 5 }, /^connection has other fields beside postgres/],
  ])('cannot be %p', async (given, words) => {
    const problems = await problemsOf({ connection: given });
    expect(problems).toEqual([expect.stringMatching(words)]);
    expect(problems.join()).not.toContain('hunter2');
  });

  it('is no schema of PostgreSQL where the prefix cannot be one', async () => {
    const given = { postgres: 'postgres://db/app' };
    expect(await problemsOf({ connection: given, prefix: '{mail}' })).toEqual([
      expect.stringMatching(/^prefix is the schema in PostgreSQL/),
    ]);
    expect((await resolveQueueOptions({ connection, prefix: '{mail}' })).prefix).toBe('{mail}');
  });

  it('shows no password when the options are printed', async () => {
    const key = newKey();
    for (const given of [
      'redis://ann:hunter2@cache',
      { password: 'hunter2' },
      { postgres: 'postgres://ann:hunter2@db/app' },
      { postgres: { password: 'hunter2' } },
    ]) {
      const options = await resolveQueueOptions({ connection: given, keys: [key] });
      const shown = inspect(options, { depth: 9, showHidden: true }) + JSON.stringify(options);
      expect(shown).not.toContain('hunter2');
      expect(shown).not.toContain(key);
    }
  });
});

describe('The folder for large mails', () => {
  let folder: TemporaryDirectory;
  beforeEach(() => {
    folder = temporaryDirectory();
  });
  afterEach(() => folder.remove());

  it('is resolved to an absolute path', async () => {
    const { claimCheck } = await resolveQueueOptions({ connection, claimCheck: { directory: folder.path } });
    expect(claimCheck).toEqual({ directory: folder.path, above: 131_072 });
  });

  it('is no file', async () => {
    const directory = folder.write('file', '');
    expect(await problemsOf({ connection, claimCheck: { directory } })).toEqual([
      `claimCheck.directory ${directory} is not a directory`,
    ]);
  });

  it('brings a warning when everybody may write there', async () => {
    chmodSync(folder.path, 0o777);
    const { warnings } = await resolveQueueOptions({
      connection,
      keys: [newKey()],
      claimCheck: { directory: join(folder.path, '.') },
    });
    expect(warnings).toEqual([
      `Everybody on this machine may write to ${folder.path} (claimCheck.directory), and so replace or remove the bytes of large mails; take that right away (chmod o-w)`,
    ]);
  });
});
