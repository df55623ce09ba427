import { chmodSync } from 'node:fs';
import { inspect } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Client } from 'pg';
import type { PostgresStore } from '../../../lib/queue/store/postgres/postgres-store.js';
import { StoreUnavailableError } from '../../../lib/queue/store/store-unavailable-error.js';
import { CuttingProxy } from '../../support/cutting-proxy.js';
import { newJob, postgresStore } from '../../support/postgres-queue.js';
import { PostgresServer } from '../../support/postgres-server.js';
import { temporaryDirectory } from '../../support/temporary-directory.js';

/** What is expected of all that ends in time: the time, and what a busy machine adds. */
const SLACK_MS = 1500;

let server: PostgresServer;
let schema: string;
let stores: PostgresStore[] = [];
let schemas = 0;
beforeAll(async () => {
  server = await PostgresServer.start();
  await server.sql(`CREATE ROLE weak LOGIN; CREATE ROLE reader LOGIN; ALTER ROLE reader SET default_transaction_read_only = on;
    CREATE ROLE crowded LOGIN CONNECTION LIMIT 0`);
});
beforeEach(() => {
  schema = `s${(schemas += 1)}`;
});
afterEach(async () => {
  await Promise.all(stores.map(store => store.close(1000)));
  stores = [];
});
afterAll(() => server?.close());

function open(settings: Parameters<typeof postgresStore>[1] = {}): PostgresStore {
  const store = postgresStore(server, { schema, ...settings });
  stores.push(store);
  return store;
}

async function jobs(of = schema): Promise<string[]> {
  const rows = await server.sql(`SELECT id FROM "${of}".job ORDER BY id`);
  return rows.map(({ id }) => String(id));
}

async function refusal(running: Promise<unknown>): Promise<StoreUnavailableError> {
  const error: unknown = await running.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof StoreUnavailableError)) throw new Error(`expected a refusal, got ${inspect(error)}`);
  return error;
}

/** A transaction of somebody else that has put a job with this id and is still open. */
async function openTransactionWith(id: string): Promise<Client> {
  const client = new Client(server.url);
  await client.connect();
  await client.query('BEGIN');
  await client.query(
    `INSERT INTO "${schema}".job (queue, id, seq, name, state, added_at_ms) VALUES ('mail', $1, 1, 'mail', 'waiting', 0)`,
    [id],
  );
  return client;
}

describe('A job that is put into PostgreSQL', () => {
  it('is that of a queue of BullMQ, with its priority or its delay', async () => {
    const store = open();
    const plain = newJob('plain');
    expect(await store.add(plain, 5000)).toEqual({ added: true, data: plain.data });
    await store.add(newJob('urgent', { priority: 3 }), 5000);
    await store.add(newJob('later', { delayMs: 365 * 86_400_000 }), 5000);
    const queue = await store.queue(5000);
    expect(await queue.getJobCounts('waiting', 'prioritized', 'delayed')).toEqual({
      waiting: 1,
      prioritized: 1,
      delayed: 1,
    });
    expect((await queue.getJob('plain'))?.data).toEqual(plain.data);
    expect((await queue.getJob('urgent'))?.opts.priority).toBe(3);
  });

  it('is there once when its id comes twice, and the second is told what the first holds', async () => {
    const store = open();
    const first = newJob(
      'same',
      { content: Buffer.from('first') },
      { content: { place: 'store', name: 'n1' } },
    );
    await store.add(first, 5000);
    const second = newJob(
      'same',
      { content: Buffer.from('second') },
      { content: { place: 'store', name: 'n1' } },
    );
    expect(await store.add(second, 5000)).toEqual({ added: false, data: first.data });
    expect(await jobs()).toEqual(['same']);
    expect(String(await store.contents.read('n1'))).toBe('first');
  });

  it('is told apart from its double when both are put at the same time', async () => {
    const [one, two] = [open(), open()];
    await one.queue(5000);
    for (let round = 0; round < 20; round += 1) {
      const doubles = [newJob(`r${round}`), newJob(`r${round}`)] as const;
      const told = await Promise.all([one.add(doubles[0], 5000), two.add(doubles[1], 5000)]);
      expect(told.filter(({ added }) => added)).toHaveLength(1);
      expect(told[0].data).toEqual(told[1].data);
    }
  });

  it('goes into the schema that the prefix says, also when the address of the server has options of its own', async () => {
    const store = open({ connection: `${server.url}?options=-c%20search_path%3Dpublic` });
    await store.add(newJob('a'), 5000);
    expect(await jobs()).toEqual(['a']);
  });

  it('is committed to the disk, or not at all, together with the bytes of a large mail', async () => {
    const store = open();
    await store.queue(5000);
    await server.sql(`ALTER TABLE "${schema}".mailroom_content ADD CHECK (octet_length(bytes) < 1000)`);
    const error = await refusal(
      store.add(newJob('big', { content: Buffer.alloc(2000) }, { content: { place: 'store' } }), 5000),
    );
    expect(error.maybeWritten).toBe(false);
    expect(await jobs()).toEqual([]);
    // What a row would have held is quoted by PostgreSQL in the detail of its error.
    expect(inspect(error, { depth: 9 })).not.toContain('Failing row');
  });
});

describe('The schema of a queue', () => {
  it('is made once by many that start at the same moment', async () => {
    const told = await Promise.all(Array.from({ length: 8 }, (_, i) => open().add(newJob(`n${i}`), 20_000)));
    expect(told.every(({ added }) => added)).toBe(true);
    expect(await jobs()).toHaveLength(8);
  });

  it('is only read by a later start, which waits for no transaction and writes nothing', async () => {
    await open().queue(5000);
    const client = new Client(server.url);
    await client.connect();
    await client.query('BEGIN');
    await client.query(
      `LOCK TABLE "${schema}".migration, "${schema}".meta, "${schema}".mailroom_content IN SHARE MODE`,
    );
    try {
      expect((await open().add(newJob('a'), 3000)).added).toBe(true);
      await (await open().queue(3000)).getJobCounts();
    } finally {
      await client.end();
    }
    expect(await server.sql(`SELECT * FROM "${schema}".meta`)).toEqual([]);
  });

  it('serves an account that may use it and not change it', async () => {
    await open().queue(5000);
    await server.sql(`GRANT USAGE ON SCHEMA "${schema}" TO weak; GRANT ALL ON ALL TABLES IN SCHEMA "${schema}" TO weak;
      GRANT ALL ON ALL SEQUENCES IN SCHEMA "${schema}" TO weak`);
    const store = open({ connection: server.url.replace('postgres@', 'weak@') });
    expect((await store.add(newJob('a'), 5000)).added).toBe(true);
    // An older schema that this version of BullMQ understands, and would change if it might.
    await server.sql(
      `DELETE FROM "${schema}".migration WHERE version = (SELECT max(version) FROM "${schema}".migration)`,
    );
    const later = open({ connection: server.url.replace('postgres@', 'weak@') });
    expect((await later.add(newJob('b'), 5000)).added).toBe(true);
    expect((await later.warnings(5000)).join(' ')).toContain('is older than this version of BullMQ');
  });

  it('is asked of an administrator in words where the account may not make it', async () => {
    const error = await refusal(
      open({ connection: server.url.replace('postgres@', 'weak@') }).add(newJob('a'), 5000),
    );
    expect(error.message).toContain('run "npx nest-mailroom queue status" once as an account that may');
    expect(error.maybeWritten).toBe(false);
  });

  it('can belong to an account that may not make schemas', async () => {
    await server.sql(`CREATE SCHEMA "${schema}" AUTHORIZATION weak`);
    const store = open({ connection: server.url.replace('postgres@', 'weak@') });
    expect((await store.add(newJob('a'), 5000)).added).toBe(true);
  });

  it('is made again after somebody has dropped it', async () => {
    const store = open();
    await store.add(newJob('a'), 5000);
    await server.sql(`DROP SCHEMA "${schema}" CASCADE`);
    expect((await refusal(store.add(newJob('b'), 5000))).maybeWritten).toBe(false);
    expect((await store.add(newJob('c'), 5000)).added).toBe(true);
  });

  it('of a newer BullMQ is refused in words', async () => {
    await open().queue(5000);
    await server.sql(`UPDATE "${schema}".migration SET min_client_version = 99`);
    expect((await refusal(open().add(newJob('a'), 5000))).message).toContain('changed by a newer BullMQ');
  });
});

describe('A send that PostgreSQL does not take', () => {
  it.each([
    ['weak', 'nowhere', 'the database does not exist'],
    ['crowded', 'postgres', 'takes no more connections'],
    ['nobody_here', 'postgres', 'the login was refused'],
  ])('says so as %s in %s: %s', async (user, database, words) => {
    const store = open({ connection: `postgres://${user}:secret@127.0.0.1:${server.port}/${database}` });
    const error = await refusal(store.add(newJob('a'), 5000));
    expect(error.message).toContain(words);
    expect(error.maybeWritten).toBe(false);
    expect(inspect([error, store, store.label], { depth: 9, showHidden: true })).not.toContain('secret');
  });

  it('says that it is read-only, as a standby is', async () => {
    await open().queue(5000);
    await server.sql(`GRANT USAGE ON SCHEMA "${schema}" TO reader; GRANT ALL ON ALL TABLES IN SCHEMA "${schema}" TO reader;
      GRANT ALL ON ALL SEQUENCES IN SCHEMA "${schema}" TO reader`);
    const error = await refusal(
      open({ connection: server.url.replace('postgres@', 'reader@') }).add(newJob('a'), 5000),
    );
    expect(error.message).toContain('it is read-only, as a standby is');
  });

  it('says at once that nobody listens, and names no password', async () => {
    const proxy = await CuttingProxy.start({ host: '127.0.0.1', port: server.port });
    const { port } = proxy;
    await proxy.close();
    const store = open({ connection: `postgres://u:secret@127.0.0.1:${port}/d` });
    expect(store.label).toBe(`"mail" in PostgreSQL at 127.0.0.1:${port}/d`);
    const error = await refusal(store.add(newJob('a'), 5000));
    expect(error.message).toContain('ECONNREFUSED');
    expect(error.maybeWritten).toBe(false);
    expect(inspect([store, error], { depth: 9, showHidden: true })).not.toContain('secret');
  });

  it('that cannot be understood as an address quotes nothing of it', () => {
    expect(() => open({ connection: 'postgres://u:secret@host:port/d' })).toThrow(
      'connection.postgres: cannot be understood',
    );
    try {
      open({ connection: 'postgres://u:secret@host:port/d' });
    } catch (error) {
      expect(inspect(error, { depth: 9 })).not.toContain('secret');
    }
  });

  it('because the password is wrong says so', async () => {
    const directory = temporaryDirectory();
    chmodSync(directory.path, 0o755);
    const hba = directory.write(
      'pg_hba.conf',
      'host all guarded all scram-sha-256\nhost all all all trust\n',
    );
    const guarded = await PostgresServer.start({ parameters: { hba_file: hba } });
    try {
      await guarded.sql(`CREATE ROLE guarded LOGIN PASSWORD 'right'`);
      const store = postgresStore({ url: guarded.url.replace('postgres@', 'guarded:wr0ng@') });
      stores.push(store);
      const error = await refusal(store.add(newJob('a'), 5000));
      expect(error.message).toContain('the login was refused; check user and password');
      expect(inspect([error, store], { depth: 9, showHidden: true })).not.toContain('wr0ng');
    } finally {
      await guarded.close();
      directory.remove();
    }
  });
});

describe('A send that would have to wait', () => {
  it('fails in time when another open transaction holds a mail with its key, and is not queued later', async () => {
    const store = open();
    await store.queue(5000);
    const other = await openTransactionWith('same');
    const at = performance.now();
    const error = await refusal(store.add(newJob('same'), 1000));
    expect(performance.now() - at).toBeLessThan(1000 + SLACK_MS);
    expect(error.message).toContain('a transaction that is still open has queued a mail with the same key');
    expect(error.maybeWritten).toBe(false);
    await other.query('ROLLBACK');
    await other.end();
    expect((await store.add(newJob('other'), 5000)).added).toBe(true);
    expect(await jobs()).toEqual(['other']);
  });

  it('fails in time when the server stands still, and is not queued when it goes on', async () => {
    const store = open();
    await store.add(newJob('before'), 5000);
    server.stop();
    try {
      const at = performance.now();
      const refusals = await Promise.all(
        Array.from({ length: 15 }, (_, i) => refusal(store.add(newJob(`lost${i}`), 700))),
      );
      expect(performance.now() - at).toBeLessThan(700 + SLACK_MS);
      expect(refusals.map(({ maybeWritten }) => maybeWritten)).not.toContain(true);
    } finally {
      server.cont();
    }
    expect((await store.add(newJob('after'), 5000)).added).toBe(true);
    expect(await jobs()).toEqual(['after', 'before']);
  });

  it('ends when its signal fires', async () => {
    const store = open();
    await store.queue(5000);
    const other = await openTransactionWith('same');
    const at = performance.now();
    const error = await refusal(store.add(newJob('same'), 5000, AbortSignal.timeout(200)));
    expect(performance.now() - at).toBeLessThan(200 + SLACK_MS);
    expect(error.maybeWritten).toBe(false);
    await other.query('COMMIT');
    await other.end();
    expect(await jobs()).toEqual(['same']);
  });

  it('fails in time when all connections are in use, and leaves its place in the line', async () => {
    const store = open({ connection: { connectionString: server.url, max: 1 } });
    await store.queue(5000);
    const other = await openTransactionWith('same');
    const holding = refusal(store.add(newJob('same'), 1500));
    const error = await refusal(store.add(newJob('waits'), 300));
    expect(error.maybeWritten).toBe(false);
    await holding;
    await other.end();
    expect((await store.add(newJob('next'), 5000)).added).toBe(true);
    expect(await jobs()).toEqual(['next']);
  });
});

describe('A connection that breaks in the middle of a send', () => {
  let proxy: CuttingProxy;
  beforeEach(async () => {
    proxy = await CuttingProxy.start({ host: '127.0.0.1', port: server.port });
  });
  afterEach(() => proxy.close());

  /** Which of the two messages of a send it is. */
  function message(said: Buffer): string | undefined {
    if (said.includes('add_job')) return 'add_job';
    return said.includes('COMMIT\0') ? 'COMMIT' : undefined;
  }

  it.each([
    ['before the job is sent', 'add_job', 'cut', false, []],
    ['after the job was sent, without an answer', 'add_job', 'pass-and-cut', false, []],
    ['before COMMIT is sent', 'COMMIT', 'cut', true, []],
    ['after COMMIT was sent, without an answer', 'COMMIT', 'pass-and-cut', true, ['a']],
  ] as const)('%s: says whether the mail may be queued', async (_when, at, verdict, maybeWritten, left) => {
    const store = open({ connection: server.url.replace(String(server.port), String(proxy.port)) });
    await store.queue(5000);
    proxy.judge = said => (message(said) === at ? verdict : 'pass');
    const error = await refusal(store.add(newJob('a'), 5000));
    expect(error.maybeWritten).toBe(maybeWritten);
    proxy.judge = () => 'pass';
    expect((await store.add(newJob('b'), 5000)).added).toBe(true);
    expect(await jobs()).toEqual([...left, 'b']);
  });

  it('says that the mail may be queued when the time is over before COMMIT was answered', async () => {
    const store = open({ connection: server.url.replace(String(server.port), String(proxy.port)) });
    await store.queue(5000);
    proxy.judge = said => (message(said) === 'COMMIT' ? 'swallow' : 'pass');
    const error = await refusal(store.add(newJob('a'), 500));
    expect(error).toMatchObject({ maybeWritten: true });
    expect(error.message).toBe('there was no answer in time; the mail may have been queued');
  });
});

describe('PostgreSQL that is killed and started again', () => {
  it('fails sends meanwhile and takes them afterwards, with the same store', async () => {
    const store = open();
    await store.add(newJob('before'), 5000);
    await server.kill();
    const error = await refusal(store.add(newJob('lost'), 1000));
    expect(error.maybeWritten).toBe(false);
    await server.restart();
    expect((await store.add(newJob('after'), 5000)).added).toBe(true);
    expect(await jobs()).toEqual(['after', 'before']);
  });
});

describe('The log', () => {
  it('is told once of an outage and once of its end, and of no key that somebody else holds', async () => {
    const told: string[] = [];
    const store = postgresStore(
      server,
      { schema },
      { onTrouble: words => void told.push(words), onRecovered: () => void told.push('recovered') },
    );
    stores.push(store);
    await store.queue(5000);
    const other = await openTransactionWith('same');
    await refusal(store.add(newJob('same'), 300));
    await refusal(store.add(newJob('same'), 5000, AbortSignal.timeout(50)));
    await other.end();
    expect(told).toEqual([]);
    await server.kill();
    for (const id of ['a', 'b', 'c']) await refusal(store.add(newJob(id), 500));
    await server.restart();
    for (const id of ['d', 'e']) await store.add(newJob(id), 5000);
    expect(told).toEqual([expect.any(String), 'recovered']);
  });
});

describe('What an administrator is told at the start', () => {
  it('is that a server without fsync loses mails when its machine fails', async () => {
    const sentences = await open().warnings(5000);
    expect(sentences).toEqual([expect.stringContaining('fsync=off')]);
  });

  it('is that a role with synchronous_commit off loses the last mails, and that tables are unlogged', async () => {
    await open().queue(5000);
    await server.sql(`ALTER TABLE "${schema}".job_log SET UNLOGGED; ALTER TABLE "${schema}".job_dependency SET UNLOGGED;
      ALTER TABLE "${schema}".job SET UNLOGGED`);
    const sentences = await open({
      connection: `${server.url}?options=-c%20synchronous_commit%3Doff`,
    }).warnings(5000);
    expect(sentences.join('\n')).toMatch(/fsync=off[^]*synchronous_commit=off[^]*UNLOGGED/);
  });
});

describe('The end of a store', () => {
  it('does not wait for a server that stands still', async () => {
    const store = open();
    await store.add(newJob('a'), 5000);
    const worker = await store.worker(async () => undefined, {}, new AbortController().signal);
    void worker.run();
    await (await store.queue(5000)).getJobCounts();
    server.stop();
    try {
      const at = performance.now();
      await store.close(300);
      await store.close(300);
      expect(performance.now() - at).toBeLessThan(300 + SLACK_MS);
    } finally {
      server.cont();
    }
    expect((await refusal(store.add(newJob('b'), 1000))).maybeWritten).toBe(false);
  });
});
