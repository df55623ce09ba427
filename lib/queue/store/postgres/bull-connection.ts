import { EventEmitter } from 'node:events';
import type {
  BackendFactory,
  IQueueBackend,
  PgPool,
  PgPoolClient,
  PgQueryResult,
  RedisQueueBackend,
} from 'bullmq';
import { PostgresConnection, PostgresQueueBackend } from 'bullmq';
import type { Pool, PoolClient } from 'pg';
import { plainCause, reasonOf } from '../../../core/errors/plain-cause.js';
import type { Outages } from './outages.js';
import { isOutage, sqlState, wordsOf } from './postgres-trouble.js';
import { withLiterals } from './sql-literal.js';
import { withoutErrorEvents } from './with-client.js';

/** BullMQ waits and tries again after this code alone; after any other error it goes on at once, as fast as it can. */
const RETRIED = 'ECONNREFUSED';
/** Not to be tried again at once, either. */
const TOOK_TOO_LONG = '57014';

/** The pool that BullMQ works with: an outage is something to wait for, and is told once for each statement it fails. */
export class WaitingPool extends EventEmitter implements PgPool {
  readonly #pool: Pool;
  readonly #outages: Outages;

  constructor(pool: Pool, outages: Outages) {
    super();
    this.#pool = pool;
    this.#outages = outages;
  }

  async query<R>(text: string, params?: readonly unknown[]): Promise<PgQueryResult<R>> {
    const client = await this.#connect();
    const hear = withoutErrorEvents(client);
    try {
      const result = await client.query<R & object>(text, params && [...params]);
      hear();
      client.release();
      this.#outages.over();
      return result;
    } catch (error) {
      const outage = isOutage(error) || sqlState(error) === TOOK_TOO_LONG;
      client.release(outage);
      throw outage ? this.#retried(error) : error;
    }
  }

  connect(): Promise<PgPoolClient> {
    return this.#connect();
  }

  /** Whoever made the pool ends it. */
  async end(): Promise<void> {}

  async #connect(): Promise<PoolClient> {
    try {
      return await this.#pool.connect();
    } catch (error) {
      throw this.#retried(error);
    }
  }

  #retried(error: unknown): Error {
    this.#outages.failed(wordsOf(error));
    const told = Object.assign(new Error(reasonOf(error), { cause: plainCause(error) }), { code: RETRIED });
    if (this.listenerCount('error') > 0) this.emit('error', told);
    return told;
  }
}

/** A pool that carries out nothing: it keeps the one statement of a send, for somebody who does. */
export class StatementPool extends EventEmitter implements PgPool {
  readonly #id: string;
  #sql = '';

  /** @param id of the job, which is what BullMQ is answered */
  constructor(id: string) {
    super();
    this.#id = id;
  }

  /** With its values in it, and no semicolon after it. */
  get sql(): string {
    return this.#sql;
  }

  async query<R>(text: string, params: readonly unknown[] = []): Promise<PgQueryResult<R>> {
    // Nothing may be left out because BullMQ asks for more one day.
    if (this.#sql !== '')
      throw new Error('this version of BullMQ adds a job in another way; use another one');
    this.#sql = withLiterals(text, params).trim().replace(/;$/, '');
    const answer: unknown[] = [{ id: this.#id }];
    return { rows: answer as R[] };
  }

  connect(): Promise<PgPoolClient> {
    return Promise.reject(new Error('a send has a connection'));
  }

  async end(): Promise<void> {}
}

/** The connection of BullMQ on a pool whose schema has been looked at already, and need not be that of BullMQ's name. */
class BullConnection extends PostgresConnection {
  override readonly schema: string;
  readonly #end: () => Promise<void>;

  constructor(pool: PgPool, schema: string, end: () => Promise<void>) {
    super(pool);
    this.schema = schema;
    this.#end = end;
  }

  /** BullMQ would block for an hour, and a connection that has gone silently may be noticed late. Without it, ten seconds. */
  override get hasListenClientKeepAlive(): boolean {
    return false;
  }

  /** BullMQ would keep the first failure for good. */
  override async waitUntilReady(): Promise<void> {}

  override async close(): Promise<void> {
    await super.close();
    await this.#end();
  }
}

/**
 * Has a queue, a worker or the events of BullMQ work on a pool.
 *
 * @param end called when what was made with it is closed
 */
export function bullBackend(
  pool: PgPool,
  schema: string,
  end: () => Promise<void> = async () => undefined,
): BackendFactory<RedisQueueBackend> {
  return (name, options, { blocking, withBlockingConnection } = {}) => {
    // The names by which BullMQ finds its workers among the sessions of the database.
    const own: unknown = 'name' in options ? options.name : undefined;
    const worker = typeof own === 'string' && own !== '' ? `${name}:w:${own}` : name;
    const listener = withBlockingConnection ? worker : blocking ? `${name}:qe` : undefined;
    const backend: IQueueBackend = new PostgresQueueBackend(
      new BullConnection(pool, schema, end),
      name,
      { ...options, connection: pool },
      true,
      listener,
    );
    // The types of BullMQ say Redis unless eight of them are given; nobody here asks a queue for its backend.
    return backend as RedisQueueBackend;
  };
}
