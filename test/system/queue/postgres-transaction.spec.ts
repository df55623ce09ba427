import { setTimeout as sleep } from 'node:timers/promises';
import { inspect } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { ClientConfig } from 'pg';
import { Client, Pool } from 'pg';
import { MailMessageError } from '../../../lib/core/errors/mail-message-error.js';
import type { PostgresStore } from '../../../lib/queue/store/postgres/postgres-store.js';
import { StoreUnavailableError } from '../../../lib/queue/store/store-unavailable-error.js';
import { newJob, postgresStore } from '../../support/postgres-queue.js';
import { PostgresServer } from '../../support/postgres-server.js';

const SLACK_MS = 1500;

let server: PostgresServer;
let store: PostgresStore;
let schema: string;
let schemas = 0;
let client: Client;
const others: Client[] = [];
beforeAll(async () => {
  server = await PostgresServer.start();
  await server.sql('CREATE TABLE orders (id integer PRIMARY KEY)');
  await server.sql('CREATE DATABASE elsewhere');
});
beforeEach(async () => {
  schema = `t${(schemas += 1)}`;
  store = postgresStore(server, { schema });
  await store.queue(5000);
  await server.sql('TRUNCATE orders');
  client = await connect();
});
afterEach(async () => {
  await Promise.all(others.splice(0).map(other => other.end()));
  await store.close(1000);
});
afterAll(() => server?.close());

async function connect(config: ClientConfig = {}): Promise<Client> {
  const made = new Client({ connectionString: server.url, ...config });
  made.on('error', () => undefined);
  await made.connect();
  others.push(made);
  return made;
}

async function jobs(): Promise<string[]> {
  return (await server.sql(`SELECT id FROM "${schema}".job ORDER BY id`)).map(({ id }) => String(id));
}

async function orders(): Promise<number> {
  return (await server.sql('SELECT FROM orders')).length;
}

async function refusal(running: Promise<unknown>): Promise<Error> {
  const error: unknown = await running.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof Error)) throw new Error(`expected a refusal, got ${inspect(error)}`);
  return error;
}

async function settings(of: Client): Promise<unknown> {
  const { rows } = await of.query(
    `SELECT current_setting('search_path') AS path, current_setting('lock_timeout') AS lock,
       current_setting('statement_timeout') AS statement`,
  );
  return rows[0];
}

/** How many rows each table of the queue has. */
async function rowCounts(): Promise<Record<string, number>> {
  const tables = await server.sql(`SELECT tablename FROM pg_tables WHERE schemaname = '${schema}'`);
  const counts: Record<string, number> = {};
  for (const { tablename } of tables)
    counts[String(tablename)] = (await server.sql(`SELECT FROM "${schema}"."${String(tablename)}"`)).length;
  return counts;
}

describe("A mail that is queued in the caller's transaction", () => {
  it('is gone after ROLLBACK', async () => {
    await client.query('BEGIN');
    await client.query('INSERT INTO orders VALUES (1)');
    expect((await store.add(newJob('a', { transaction: client }), 5000)).added).toBe(true);
    await client.query('ROLLBACK');
    expect(await jobs()).toEqual([]);
    expect((await store.add(newJob('a'), 5000)).added).toBe(true);
  });

  it('is there after COMMIT and not before, and a worker takes it at once', async () => {
    const taken: { id: string | undefined; at: number }[] = [];
    const worker = await store.worker(
      async job => void taken.push({ id: job.id, at: performance.now() }),
      { drainDelay: 60 },
      new AbortController().signal,
    );
    void worker.run();
    try {
      await store.add(newJob('first'), 5000);
      while (taken.length < 1) await sleep(10);
      await client.query('BEGIN');
      await store.add(newJob('a', { transaction: client }), 5000);
      await sleep(500);
      expect(taken).toHaveLength(1);
      const at = performance.now();
      await client.query('COMMIT');
      while (taken.length < 2) await sleep(10);
      expect((taken[1]?.at ?? Infinity) - at).toBeLessThan(2000);
      expect(taken[1]?.id).toBe('a');
    } finally {
      await worker.close(true);
    }
  });

  it('may be several, with the bytes of large ones, by prepared statements and with other statements between them', async () => {
    await client.query('BEGIN');
    await client.query({ name: 'order', text: 'INSERT INTO orders VALUES ($1)', values: [1] });
    await store.add(newJob('a', { transaction: client, content: Buffer.alloc(3_000_000, 7) }), 5000);
    await client.query({ name: 'order', text: 'INSERT INTO orders VALUES ($1)', values: [2] });
    await store.add(newJob('b', { transaction: client }), 5000);
    expect(await store.contents.read('a')).toBeUndefined();
    await client.query('COMMIT');
    expect(await orders()).toBe(2);
    expect(await jobs()).toEqual(['a', 'b']);
    expect((await store.contents.read('a'))?.equals(Buffer.alloc(3_000_000, 7))).toBe(true);
  });

  it('is a double when one with its key was queued before, and the transaction goes on', async () => {
    const first = newJob('same');
    await store.add(first, 5000);
    await client.query('BEGIN');
    expect(await store.add(newJob('same', { transaction: client }), 5000)).toEqual({
      added: false,
      data: first.data,
    });
    await client.query('INSERT INTO orders VALUES (1)');
    await client.query('COMMIT');
    expect(await orders()).toBe(1);
  });

  it('may be one of several that are sent at once, with statements of the caller among them', async () => {
    await client.query('SET search_path TO public');
    await client.query('BEGIN');
    const ids = Array.from({ length: 10 }, (_, i) => `p${i}`);
    await Promise.all(
      ids.flatMap((id, i) => [
        store.add(newJob(id, { transaction: client }), 5000),
        // Finds its table by the search_path.
        sleep(i).then(() => client.query('INSERT INTO orders VALUES ($1)', [i])),
      ]),
    );
    await client.query('COMMIT');
    expect(await jobs()).toEqual(ids);
    expect(await orders()).toBe(10);
  });

  it('is a double of one in the same transaction', async () => {
    await client.query('BEGIN');
    const first = newJob('same', { transaction: client });
    await store.add(first, 5000);
    expect(await store.add(newJob('same', { transaction: client }), 5000)).toEqual({
      added: false,
      data: first.data,
    });
    await client.query('COMMIT');
    expect(await jobs()).toEqual(['same']);
  });
});

describe("The caller's transaction", () => {
  it.each([
    ['by default', async () => client],
    [
      'for the session',
      async () => {
        await client.query(`SET search_path TO "my schema", 'it''s', public; SET lock_timeout TO '7s'`);
        return client;
      },
    ],
    [
      'by its role',
      async () => {
        await server.sql(`DROP ROLE IF EXISTS app; CREATE ROLE app SUPERUSER LOGIN;
          ALTER ROLE app SET search_path TO app_schema, public; ALTER ROLE app SET statement_timeout TO '42s'`);
        return connect({ connectionString: server.url.replace('postgres@', 'app@') });
      },
    ],
    ['at the start of the connection', async () => connect({ options: '-c search_path=x\\\\y,public' })],
  ])('keeps its search_path and its limits of time, set %s', async (_how, make) => {
    const mine = await make();
    const outside = await settings(mine);
    await mine.query('BEGIN');
    await store.add(newJob('a', { transaction: mine }), 5000);
    expect(await settings(mine)).toEqual(outside);
    await mine.query('COMMIT');
    expect(await settings(mine)).toEqual(outside);
  });

  it('keeps a search_path that was set for it alone, or in it for the session', async () => {
    await client.query('BEGIN');
    await client.query(`SET LOCAL search_path TO "only here"; SET LOCAL lock_timeout TO '3s'`);
    const inside = await settings(client);
    await store.add(newJob('a', { transaction: client }), 5000);
    expect(await settings(client)).toEqual(inside);
    await client.query(`SET search_path TO "from now on"`);
    await store.add(newJob('b', { transaction: client }), 5000);
    expect(await settings(client)).toMatchObject({ path: '"from now on"' });
    await client.query('COMMIT');
    expect(await settings(client)).toEqual({ path: '"from now on"', lock: '0', statement: '0' });
    await client.query('BEGIN; SET LOCAL search_path TO "once"');
    await store.add(newJob('c', { transaction: client }), 5000);
    await client.query('COMMIT');
    expect(await settings(client)).toMatchObject({ path: '"from now on"' });
  });

  it('gets the job and its two events, and nothing else; no table is locked against others', async () => {
    const before = await rowCounts();
    const [{ version } = { version: 0 }] = await server.sql(
      `SELECT max(version) AS version FROM "${schema}".migration`,
    );
    await client.query('BEGIN');
    await store.add(newJob('a', { transaction: client, content: Buffer.from('b') }), 5000);
    const locks = await server.sql(
      `SELECT DISTINCT mode FROM pg_locks WHERE locktype = 'relation' AND pid = ${String(Reflect.get(client, 'processID'))}`,
    );
    expect(locks.map(({ mode }) => mode).toSorted()).toEqual(['AccessShareLock', 'RowExclusiveLock']);
    // The next send, a worker and a start of another process need not wait.
    expect((await store.add(newJob('b'), 2000)).added).toBe(true);
    const later = postgresStore(server, { schema });
    expect((await later.add(newJob('c'), 2000)).added).toBe(true);
    await later.close(1000);
    const between = await rowCounts();
    await client.query('COMMIT');
    const after = await rowCounts();
    expect(before).toMatchObject({ job: 0, event: 0, meta: 0, mailroom_content: 0 });
    const mine = Object.entries(after).map(([table, rows]) => [table, rows - (between[table] ?? 0)]);
    expect(Object.fromEntries(mine.filter(([, rows]) => rows !== 0))).toEqual({
      job: 1,
      event: 2,
      mailroom_content: 1,
    });
    expect(await server.sql(`SELECT max(version) AS version FROM "${schema}".migration`)).toEqual([
      { version },
    ]);
  });

  it('can go on after a send has failed because another open transaction has a mail with the same key', async () => {
    const other = await connect();
    await other.query('BEGIN');
    await store.add(newJob('same', { transaction: other }), 5000);
    await client.query('BEGIN');
    await client.query('INSERT INTO orders VALUES (1)');
    const outside = await settings(client);
    const at = performance.now();
    const error = await refusal(store.add(newJob('same', { transaction: client }), 1000));
    expect(performance.now() - at).toBeLessThan(1000 + SLACK_MS);
    expect(error).toBeInstanceOf(StoreUnavailableError);
    expect(error).toMatchObject({ maybeWritten: false });
    expect(error.message).toContain('a transaction that is still open has queued a mail with the same key');
    expect(await settings(client)).toEqual(outside);
    await client.query('INSERT INTO orders VALUES (2)');
    await client.query('COMMIT');
    await other.query('ROLLBACK');
    expect(await orders()).toBe(2);
    expect(await jobs()).toEqual([]);
  });

  it('holds no mail when the server had no answer in time, whatever it did later', async () => {
    await client.query('BEGIN');
    await client.query('INSERT INTO orders VALUES (1)');
    server.stop();
    let error: Error;
    try {
      const at = performance.now();
      error = await refusal(store.add(newJob('a', { transaction: client }), 500));
      expect(performance.now() - at).toBeLessThan(500 + SLACK_MS);
    } finally {
      server.cont();
    }
    expect(error).toMatchObject({ maybeWritten: false });
    await client.query('COMMIT');
    expect(await jobs()).toEqual([]);
    expect(await orders()).toBe(1);
  });

  it('takes mails after the server was started anew', async () => {
    await server.kill();
    await server.restart();
    const mine = await connect();
    await mine.query('BEGIN');
    expect((await store.add(newJob('a', { transaction: mine }), 5000)).added).toBe(true);
    await mine.query('COMMIT');
    expect(await jobs()).toEqual(['a']);
  });

  it.each(['REPEATABLE READ', 'SERIALIZABLE'])(
    'may be %s; what it cannot see fails in words',
    async level => {
      await client.query(`BEGIN ISOLATION LEVEL ${level}`);
      await client.query('SELECT FROM orders');
      await store.add(newJob('a', { transaction: client }), 5000);
      await store.add(newJob('b'), 5000);
      const error = await refusal(store.add(newJob('b', { transaction: client }), 5000));
      expect(error.message).toContain('the transaction cannot be serialized; try all of it again');
      await client.query('COMMIT');
      expect(await jobs()).toEqual(['a', 'b']);
    },
  );
});

describe('What is no transaction for a mail', () => {
  async function words(transaction: object): Promise<string> {
    const error = await refusal(store.add(newJob('a', { transaction }), 5000));
    expect(error).toBeInstanceOf(MailMessageError);
    expect(error).toMatchObject({ field: 'transaction' });
    expect(await jobs()).toEqual([]);
    return error.message;
  }

  it('is a client that has begun none', async () => {
    expect(await words(client)).toContain('is not in a transaction; begin one');
    expect(await settings(client)).toMatchObject({ path: '"$user", public' });
  });

  it('is a pool', async () => {
    const pool = new Pool({ connectionString: server.url });
    expect(await words(pool)).toContain('give the client that has begun it, not its pool');
    await pool.end();
  });

  it('is one that has failed before', async () => {
    await client.query('BEGIN');
    await client.query('SELECT 1/0').catch(() => undefined);
    expect(await words(client)).toContain('has failed before; roll it back');
    await client.query('ROLLBACK');
  });

  it('is one of another database, though that has the same schema', async () => {
    const elsewhere = postgresStore({ url: server.urlOf('elsewhere') }, { schema });
    await elsewhere.queue(5000);
    await elsewhere.close(1000);
    const stranger = await connect({ connectionString: server.urlOf('elsewhere') });
    await stranger.query('BEGIN');
    expect(await words(stranger)).toContain('is one of another database than that of the queue');
    await stranger.query('COMMIT');
    expect(await server.sql(`SELECT FROM "${schema}".job`, 'elsewhere')).toEqual([]);
  });

  it('is one that is read-only', async () => {
    await client.query('BEGIN READ ONLY');
    expect(await words(client)).toContain('is read-only');
    await client.query('COMMIT');
  });

  it('is one whose temporary table hides that of the queue', async () => {
    await client.query(`CREATE TEMPORARY TABLE job (LIKE "${schema}".job INCLUDING ALL)`);
    await client.query('BEGIN');
    expect(await words(client)).toContain('has a temporary table called "job"');
    await client.query('COMMIT');
    expect((await client.query('SELECT FROM pg_temp.job')).rows).toEqual([]);
  });

  it('is an object of another library', async () => {
    expect(await words({ raw: () => undefined })).toContain('it has no query()');
    expect(await words({ query: async () => [{ path: 'public' }] })).toContain(
      'does not answer as that of pg does',
    );
    expect(await words({ query: () => undefined })).toContain('does not answer as that of pg does');
  });
});
