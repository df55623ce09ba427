import {
  assertSchemaCompatibility,
  LATEST_SCHEMA_VERSION,
  MIGRATION_ADVISORY_LOCK_KEY,
  MINIMUM_POSTGRES_VERSION,
  quoteSchemaName,
  runMigrations,
  SchemaMigrationRequiredError,
  SchemaVersionMismatchError,
  UnsupportedPostgresVersionError,
} from 'bullmq';
import type { ClientBase, Pool } from 'pg';
import { plainCause } from '../../../core/errors/plain-cause.js';
import { StoreUnavailableError } from '../store-unavailable-error.js';
import { Deadline } from './deadline.js';
import { sqlState, unavailable } from './postgres-trouble.js';
import { withClient } from './with-client.js';

/** Where the bytes of large mails are, beside the tables of BullMQ. */
export const CONTENT_TABLE = 'mailroom_content';

/** To make the tables takes a second at most, unless another process does so or holds them. */
const LOOK_LIMIT_MS = 60_000;

/** SQL of one row: which database this is, as `identity`. Two servers never start in the same microsecond with the same oid. */
export const IDENTITY = `pg_catalog.concat(
  pg_catalog.date_part('epoch', pg_catalog.pg_postmaster_start_time()), ' ',
  (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())) AS identity`;

/** The schema of the queue: looked at before it is used for the first time, and made or brought up to date only where it must be. */
export class PostgresSchema {
  readonly name: string;
  /** As it is written in SQL. */
  readonly quoted: string;
  readonly #pool: Pool;
  #identity: string | undefined;
  #looking: Promise<string> | undefined;
  #outdated = false;

  /** @throws Error when it is no name for a schema of BullMQ */
  constructor(pool: Pool, name: string) {
    this.#pool = pool;
    this.name = name;
    this.quoted = quoteSchemaName(name);
  }

  /** Whether BullMQ would change the schema, and the account may not. It works as it is. */
  get outdated(): boolean {
    return this.#outdated;
  }

  /**
   * Resolves once the schema can be used, with the identity of its database.
   *
   * @throws StoreUnavailableError
   */
  async ready(deadline: Deadline): Promise<string> {
    if (this.#identity !== undefined) return this.#identity;
    try {
      // All who wait share it; nobody else's time ends it.
      this.#looking ??= this.#look().finally(() => (this.#looking = undefined));
      return await deadline.within(this.#looking);
    } catch (error) {
      throw unavailable(error);
    }
  }

  /** Has the next use look again: the server was replaced, or somebody has dropped the schema. */
  forget(): void {
    this.#identity = undefined;
  }

  async #look(): Promise<string> {
    const deadline = new Deadline(LOOK_LIMIT_MS);
    try {
      this.#identity = await withClient(this.#pool, deadline, client =>
        deadline.within(this.#lookWith(client)),
      );
      return this.#identity;
    } catch (error) {
      throw this.#meaning(error);
    } finally {
      deadline.end();
    }
  }

  async #lookWith(client: ClientBase): Promise<string> {
    const version = await this.#version(client);
    this.#outdated = false;
    if (version === undefined || version < LATEST_SCHEMA_VERSION) await this.#migrate(client, version);
    if (!(await this.#has(client, CONTENT_TABLE))) await this.#makeContentTable(client);
    const { rows } = await client.query<{ identity: string }>(`SELECT ${IDENTITY}`);
    return rows[0]?.identity ?? '';
  }

  /** Reads only. Undefined when there is no schema. */
  async #version(client: ClientBase): Promise<number | undefined> {
    try {
      return await assertSchemaCompatibility(client, this.name);
    } catch (error) {
      if (error instanceof SchemaMigrationRequiredError) return undefined;
      throw error;
    }
  }

  /** Waits for open transactions and writes, which is why it is not done at each start. */
  async #migrate(client: ClientBase, version: number | undefined): Promise<void> {
    const { rows } = await client.query<{ there: boolean }>(
      'SELECT pg_catalog.to_regnamespace($1) IS NOT NULL AS there',
      [this.quoted],
    );
    const there = rows[0]?.there === true;
    try {
      await runMigrations(
        {
          query: async <R>(text: string, params?: readonly unknown[]) => {
            // PostgreSQL asks for the right to make schemas even where there is nothing to make.
            if (there && text.startsWith('CREATE SCHEMA')) return { rows: [] };
            return client.query<R & object>(text, params && [...params]);
          },
        },
        this.name,
      );
    } catch (error) {
      if (version === undefined || sqlState(error) !== '42501') throw error;
      this.#outdated = true;
    }
  }

  /** Asks the catalogue itself: to_regclass() may answer from before another process has made the table. */
  async #has(client: ClientBase, table: string): Promise<boolean> {
    const { rows } = await client.query(
      `SELECT FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
        WHERE n.nspname = $1 AND c.relname = $2`,
      [this.name, table],
    );
    return rows.length > 0;
  }

  async #makeContentTable(client: ClientBase): Promise<void> {
    await client.query('BEGIN');
    // Processes that start together do it one after the other.
    await client.query('SELECT pg_catalog.pg_advisory_xact_lock($1, pg_catalog.hashtext($2))', [
      MIGRATION_ADVISORY_LOCK_KEY,
      this.name,
    ]);
    if (!(await this.#has(client, CONTENT_TABLE))) {
      const table = `${this.quoted}.${CONTENT_TABLE}`;
      await client.query(
        `CREATE TABLE ${table} (
           queue text NOT NULL,
           name text NOT NULL,
           part integer NOT NULL,
           bytes bytea NOT NULL,
           created_at timestamptz NOT NULL DEFAULT pg_catalog.now(),
           PRIMARY KEY (queue, name, part)
         )`,
      );
      // Sealed bytes do not shrink; to try it costs more than all the rest.
      await client.query(`ALTER TABLE ${table} ALTER COLUMN bytes SET STORAGE EXTERNAL`);
    }
    await client.query('COMMIT');
  }

  #meaning(error: unknown): StoreUnavailableError {
    const say = (message: string): StoreUnavailableError =>
      new StoreUnavailableError(message, { maybeWritten: false, cause: plainCause(error) });
    if (error instanceof SchemaVersionMismatchError)
      return say(`its schema ${this.quoted} was changed by a newer BullMQ; update bullmq here as well`);
    if (error instanceof UnsupportedPostgresVersionError)
      return say(
        `PostgreSQL ${MINIMUM_POSTGRES_VERSION} or newer is needed, and this is ${error.serverVersion}`,
      );
    if (sqlState(error) === '42501')
      return say(
        `the account may not use or make the tables of the queue in schema ${this.quoted}; run "npx nest-mailroom queue status" ` +
          `once as an account that may make them, then GRANT USAGE ON SCHEMA, and ALL ON ALL TABLES and SEQUENCES in it, to this one`,
      );
    return unavailable(error);
  }
}
