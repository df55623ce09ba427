import type { JobsOptions } from 'bullmq';
import { Queue } from 'bullmq';
import type { ClientBase, QueryResult } from 'pg';
import type { MailJob } from '../../job/mail-job.js';
import type { NewJob } from '../queue-store.js';
import { bullBackend, StatementPool } from './bull-connection.js';
import type { PostgresSchema } from './postgres-schema.js';
import { CONTENT_TABLE } from './postgres-schema.js';
import { sqlLiteral } from './sql-literal.js';

/** What is asked of a connection, be it ours or the caller's. */
export type Queryable = Pick<ClientBase, 'query'>;

/** Octets in one row. */
const PIECE_SIZE = 1024 * 1024;

/** The rows of one queue that a send writes and reads, with the connection that it is given. */
export class JobRows {
  readonly queueName: string;
  readonly #schema: PostgresSchema;
  readonly #defaults: JobsOptions;

  /** @param defaults how long jobs are kept, and the like */
  constructor(schema: PostgresSchema, queueName: string, defaults: JobsOptions) {
    this.#schema = schema;
    this.queueName = queueName;
    this.#defaults = defaults;
  }

  /**
   * Has the job written, unless one with its id is there, with what is to be done before and after it. All of it goes in one
   * message: nobody else's statement on this connection comes between.
   *
   * @returns the token of the job that is there then, which tells whose it is; undefined when none is
   */
  async put(client: Queryable, job: NewJob, before: string, after?: string): Promise<string | undefined> {
    const insert = await this.#insert(job);
    const select = `SELECT data->>'token' AS token FROM ${this.#schema.quoted}.job WHERE queue = ${sqlLiteral(this.queueName)} AND id = ${sqlLiteral(job.id)}`;
    const all = [before, insert, select, ...(after === undefined ? [] : [after])];
    // Of several statements `pg` gives several results, which its types do not say.
    const results: QueryResult<Token> | QueryResult<Token>[] = await client.query<Token>(all.join(';\n'));
    const row = [results].flat().find(({ fields }) => fields[0]?.name === 'token')?.rows[0];
    return row && (row.token ?? '');
  }

  /** The data of the job that is there. */
  async data(client: Queryable, id: string): Promise<MailJob | undefined> {
    const { rows } = await client.query<{ data: string }>(
      `SELECT data::text AS data FROM ${this.#schema.quoted}.job WHERE queue = $1 AND id = $2`,
      [this.queueName, id],
    );
    if (!rows[0]) return undefined;
    const data: MailJob = JSON.parse(rows[0].data);
    return data;
  }

  /** The id of the last event of the queue; 0 when there was none. */
  async lastEvent(client: Queryable): Promise<string> {
    const { rows } = await client.query<{ last: string }>(
      `SELECT COALESCE(max(id), 0)::text AS last FROM ${this.#schema.quoted}.event WHERE queue = $1`,
      [this.queueName],
    );
    return rows[0]?.last ?? '0';
  }

  /**
   * Writes bytes beside the jobs, in the transaction of the connection, and replaces what is there.
   *
   * @param step waits for one statement
   */
  async writeContent(
    client: Queryable,
    name: string,
    bytes: Buffer,
    step: <T>(running: Promise<T>) => Promise<T>,
  ): Promise<void> {
    const table = `${this.#schema.quoted}.${CONTENT_TABLE}`;
    await step(client.query(`DELETE FROM ${table} WHERE queue = $1 AND name = $2`, [this.queueName, name]));
    // Bytes of no length are something else than none: they have one row.
    for (let at = 0, part = 0; part === 0 || at < bytes.length; at += PIECE_SIZE, part += 1)
      await step(
        client.query(`INSERT INTO ${table} (queue, name, part, bytes) VALUES ($1, $2, $3, $4)`, [
          this.queueName,
          name,
          part,
          bytes.subarray(at, at + PIECE_SIZE),
        ]),
      );
  }

  /** The statement by which BullMQ writes a job, as this version of it does. */
  async #insert(job: NewJob): Promise<string> {
    const { id, name, data, delayMs, priority } = job;
    const statement = new StatementPool(id);
    const queue = new Queue<MailJob>(
      this.queueName,
      { connection: {}, skipMetasUpdate: true, defaultJobOptions: this.#defaults },
      bullBackend(statement, this.#schema.name),
    );
    await queue.add(name, data, {
      jobId: id,
      ...(delayMs > 0 && { delay: delayMs }),
      ...(priority > 0 && { priority }),
    });
    return statement.sql;
  }
}

interface Token {
  readonly token: string | null;
}

/** What the bytes of a job are called beside it. */
export function contentNameOf(job: NewJob): string {
  return job.data.content?.name ?? job.id;
}

/** A transaction had failed before its end, and nothing of it was kept. */
export class RolledBackError extends Error {
  override readonly name = 'RolledBackError';
}

/** PostgreSQL answers a COMMIT of a transaction that has failed with ROLLBACK, and calls it no error. */
export function assertCommitted(result: QueryResult | undefined): void {
  if (result?.command !== 'COMMIT') throw new RolledBackError('the transaction was rolled back');
}
