import type { Pool, PoolClient } from 'pg';
import { ContentStore } from '../content-store.js';
import { Deadline } from './deadline.js';
import type { JobRows } from './job-rows.js';
import { assertCommitted } from './job-rows.js';
import type { PostgresSchema } from './postgres-schema.js';
import { CONTENT_TABLE } from './postgres-schema.js';
import { unavailable } from './postgres-trouble.js';
import { withClient } from './with-client.js';

/** Names that are read at a time. */
const PAGE = 500;
/** For all of one mail; each statement has less. Without it a server that stands still would be waited for without end. */
const LIMIT_MS = 120_000;

/** The bytes of large mails in rows of their own, in pieces. */
export class PostgresContents extends ContentStore {
  readonly #pool: Pool;
  readonly #schema: PostgresSchema;
  readonly #jobs: JobRows;

  constructor(pool: Pool, schema: PostgresSchema, jobs: JobRows) {
    super();
    this.#pool = pool;
    this.#schema = schema;
    this.#jobs = jobs;
  }

  async write(name: string, bytes: Buffer, signal?: AbortSignal): Promise<void> {
    await this.#with(async (client, deadline) => {
      await deadline.within(client.query('BEGIN'));
      await this.#jobs.writeContent(client, name, bytes, step => deadline.within(step));
      assertCommitted(await deadline.within(client.query('COMMIT')));
    }, signal);
  }

  async read(name: string, signal?: AbortSignal): Promise<Buffer | undefined> {
    return this.#with(async (client, deadline) => {
      // All pieces are those of one moment.
      await deadline.within(client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY'));
      const pieces: Buffer[] = [];
      for (let part = 0; ; part += 1) {
        const { rows } = await deadline.within(
          client.query<{ bytes: Buffer }>(
            `SELECT bytes FROM ${this.#table} WHERE queue = $1 AND name = $2 AND part = $3`,
            [this.#jobs.queueName, name, part],
          ),
        );
        if (!rows[0]) break;
        pieces.push(rows[0].bytes);
      }
      await deadline.within(client.query('COMMIT'));
      return pieces.length === 0 ? undefined : Buffer.concat(pieces);
    }, signal);
  }

  async remove(name: string): Promise<void> {
    await this.#with((client, deadline) =>
      deadline.within(
        client.query(`DELETE FROM ${this.#table} WHERE queue = $1 AND name = $2`, [
          this.#jobs.queueName,
          name,
        ]),
      ),
    );
  }

  async *olderThan(ageMs: number): AsyncGenerator<string> {
    let after = '';
    for (;;) {
      const names = await this.#page(ageMs, after);
      yield* names;
      const last = names.at(-1);
      if (last === undefined) return;
      after = last;
    }
  }

  async #page(ageMs: number, after: string): Promise<string[]> {
    return this.#with(async (client, deadline) => {
      const { rows } = await deadline.within(
        client.query<{ name: string }>(
          // By the clock of the server, which has written them.
          `SELECT name FROM ${this.#table}
            WHERE queue = $1 AND part = 0 AND name > $2
              AND created_at <= pg_catalog.now() - $3 * interval '1 millisecond'
            ORDER BY name LIMIT ${PAGE}`,
          [this.#jobs.queueName, after, ageMs],
        ),
      );
      return rows.map(({ name }) => name);
    });
  }

  get #table(): string {
    return `${this.#schema.quoted}.${CONTENT_TABLE}`;
  }

  async #with<T>(
    work: (client: PoolClient, deadline: Deadline) => Promise<T>,
    signal?: AbortSignal,
  ): Promise<T> {
    const deadline = new Deadline(LIMIT_MS, signal);
    try {
      await this.#schema.ready(deadline);
      return await withClient(this.#pool, deadline, client => work(client, deadline));
    } catch (error) {
      throw unavailable(error);
    } finally {
      deadline.end();
    }
  }
}
