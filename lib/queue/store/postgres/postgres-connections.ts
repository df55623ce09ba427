import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Client, Pool, PoolClient, PoolConfig } from 'pg';
import { atMost } from '../../../core/concurrency/at-most.js';
import { plainCause } from '../../../core/errors/plain-cause.js';
import { withoutErrorEvents } from './with-client.js';

/** What is used of the package `pg`, which is loaded only where a queue lives in PostgreSQL. */
export interface PgModule {
  readonly Pool: new (config: PoolConfig) => Pool;
  readonly Client: new (config: PoolConfig) => Client;
}

/** Most connections of a pool, where the application does not say. */
const POOL_SIZE = 10;
/** After that time a connection whose other end has vanished is noticed. */
const KEEP_ALIVE_MS = 10_000;
/** No statement of the queue takes that long on a server that works. */
const STATEMENT_TIMEOUT_MS = 30_000;
/** The server should have said so before. */
const QUERY_TIMEOUT_MS = STATEMENT_TIMEOUT_MS + 5000;
/** A process that stands still in the middle of a send holds the key of its mail no longer than that. */
const IDLE_IN_TRANSACTION_MS = 60_000;

/** Where a queue is and how long a connection to it may take. */
export interface ConnectionSettings {
  readonly connection: string | PoolConfig;
  /** The schema, quoted. */
  readonly schema: string;
  readonly queueName: string;
  readonly timeoutMs: number;
}

/** All connections of one queue to PostgreSQL: pools whose sessions find the tables of the queue, and the end of them. */
export class PostgresConnections {
  readonly #pg: PgModule;
  readonly #settings: ConnectionSettings;
  readonly #config: PoolConfig;
  readonly #pools = new Set<Pool>();
  readonly #sockets = new Set<Duplex>();
  #closed = false;
  /** Host, port and database, without user and password. */
  readonly place: string;

  /** @throws TypeError when `connection` cannot be understood */
  constructor(pg: PgModule, settings: ConnectionSettings) {
    this.#pg = pg;
    this.#settings = settings;
    const { connection } = settings;
    this.#config = typeof connection === 'string' ? { connectionString: connection } : connection;
    this.place = placeOf(pg, this.#config);
  }

  /**
   * Makes a pool; it connects when it is used.
   *
   * @param max most connections; the application's own limit wins
   * @param more connections beyond that, which are held as long as the pool lives
   * @throws Error when all was closed
   */
  pool(max = POOL_SIZE, more = 0): Pool {
    if (this.#closed) throw new Error('its connections were closed');
    const config = this.#config;
    const limit = Math.min(max, config.max ?? POOL_SIZE);
    const pool = new this.#pg.Pool({
      connectionTimeoutMillis: this.#settings.timeoutMs,
      keepAlive: true,
      keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
      query_timeout: QUERY_TIMEOUT_MS,
      ...config,
      application_name: this.#applicationName(config.application_name),
      max: limit + more,
      stream: () => this.#stream(config.stream),
      verify: (client, done) => this.#prepare(client, done),
    });
    // An idle connection that the server has closed: the next use makes another one.
    pool.on('error', () => undefined);
    this.#pools.add(pool);
    return pool;
  }

  /** Ends a pool, within so many milliseconds. */
  async end(pool: Pool, limitMs: number): Promise<void> {
    if (!this.#pools.delete(pool)) return;
    await atMost(limitMs, endOf(pool));
  }

  /** Ends all pools, and after that time all connections as well. */
  async close(limitMs: number): Promise<void> {
    this.#closed = true;
    const pools = [...this.#pools];
    this.#pools.clear();
    await atMost(limitMs, Promise.all(pools.map(endOf)));
    for (const socket of this.#sockets) socket.destroy();
  }

  /** BullMQ counts the sessions that are called like the queue as its workers. */
  #applicationName(wanted: string | undefined): string {
    const { queueName } = this.#settings;
    const taken = wanted === undefined || wanted === queueName || wanted.startsWith(`${queueName}:`);
    return taken ? `nest-mailroom ${queueName}` : wanted;
  }

  /** A socket that can be cut, whatever `pg` waits for. */
  #stream(given: PoolConfig['stream']): Duplex {
    const socket = given?.() ?? new Socket();
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
    return socket;
  }

  /** Not by parameters of the start: those in a connection string would win, and a proxy may not know them. */
  #prepare(client: PoolClient, done: (error?: Error) => void): void {
    const { verify } = this.#config;
    const sets = [
      `search_path TO ${this.#settings.schema}`,
      // What the functions of BullMQ are written for.
      `default_transaction_isolation TO 'read committed'`,
      `idle_in_transaction_session_timeout TO ${IDLE_IN_TRANSACTION_MS}`,
      ...(this.#config.statement_timeout === undefined
        ? [`statement_timeout TO ${STATEMENT_TIMEOUT_MS}`]
        : []),
    ];
    // The pool listens to no errors of a connection that it hands out.
    const hear = withoutErrorEvents(client);
    const end = (error?: Error): void => {
      done(error);
      hear();
    };
    client.query(sets.map(set => `SET ${set}`).join('; ')).then(
      () => (verify ? verify(client, end) : end()),
      (error: unknown) => end(error instanceof Error ? error : plainCause(error)),
    );
  }
}

async function endOf(pool: Pool): Promise<void> {
  // One that cannot be ended is cut.
  await pool.end().catch(() => undefined);
}

function placeOf(pg: PgModule, config: PoolConfig): string {
  try {
    // It connects only when asked to, and knows the variables of the environment.
    const { host, port, database } = new pg.Client(config);
    return `${host.startsWith('/') ? host : `${host.includes(':') ? `[${host}]` : host}:${port}`}/${database ?? ''}`;
  } catch {
    // What it says may quote the address with the password in it.
    throw new TypeError(
      'connection.postgres: cannot be understood; give options of pg, or postgres://user:password@host:port/database',
    );
  }
}
