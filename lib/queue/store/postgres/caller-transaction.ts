import { randomBytes } from 'node:crypto';
import { MailMessageError } from '../../../core/errors/mail-message-error.js';
import { plainCause } from '../../../core/errors/plain-cause.js';
import type { AddedJob, NewJob } from '../queue-store.js';
import type { Deadline } from './deadline.js';
import type { JobRows, Queryable } from './job-rows.js';
import { contentNameOf } from './job-rows.js';
import type { PostgresSchema } from './postgres-schema.js';
import { IDENTITY } from './postgres-schema.js';
import { sqlState, unavailable } from './postgres-trouble.js';
import { sqlLiteral } from './sql-literal.js';

/** A job that was there may go while it is looked at. */
const TRIES = 2;

/** What is changed for the statements of the queue, and was before. */
interface Session {
  readonly identity: string;
  readonly readOnly: string;
  readonly path: string;
  readonly lock: string;
  readonly statement: string;
}

const LOOK = `SELECT ${IDENTITY},
  pg_catalog.current_setting('transaction_read_only') AS "readOnly",
  pg_catalog.current_setting('search_path') AS path,
  pg_catalog.current_setting('lock_timeout') AS lock,
  pg_catalog.current_setting('statement_timeout') AS statement`;

/**
 * Puts jobs into transactions that callers have begun on connections of their own, below a savepoint: what goes wrong leaves the
 * transaction as it was.
 */
export class CallerTransaction {
  readonly #schema: PostgresSchema;
  readonly #jobs: JobRows;
  /** What is under way on each connection: savepoints end in the reverse order of their beginning. */
  readonly #turns = new WeakMap<object, Promise<unknown>>();

  constructor(schema: PostgresSchema, jobs: JobRows) {
    this.#schema = schema;
    this.#jobs = jobs;
  }

  /**
   * @throws MailMessageError when it is no transaction that can hold the job
   * @throws StoreUnavailableError
   */
  async add(job: NewJob, transaction: object, deadline: Deadline): Promise<AddedJob> {
    const client = queryable(transaction);
    const before = this.#turns.get(transaction) ?? Promise.resolve();
    const turn = deadline.within(before).then(
      () => this.#add(job, client, deadline),
      (error: unknown) => {
        throw unavailable(error);
      },
    );
    this.#turns.set(transaction, Promise.allSettled([before, turn]));
    return turn;
  }

  async #add(job: NewJob, client: Queryable, deadline: Deadline): Promise<AddedJob> {
    const savepoint = `mailroom_${randomBytes(8).toString('hex')}`;
    let begun = false;
    try {
      const before = await this.#look(client, deadline);
      begun = true;
      return await this.#put(client, job, savepoint, before, deadline);
    } catch (error) {
      if (begun && !(error instanceof MailMessageError)) await undo(client, savepoint, error, deadline);
      throw meaningOf(error);
    }
  }

  async #look(client: Queryable, deadline: Deadline): Promise<Session> {
    const result: unknown = await deadline.within(look(client));
    const session = firstRow(result);
    if (!session)
      throw problem(
        'has a query() that does not answer as that of pg does; give a client of pg (Client or PoolClient)',
      );
    if (session.readOnly === 'on') throw problem('is read-only, and a mail cannot be queued in it');
    if (session.identity === (await this.#schema.ready(deadline))) return session;
    // The server may have been started anew since.
    this.#schema.forget();
    if (session.identity === (await this.#schema.ready(deadline))) return session;
    throw problem(
      'is one of another database than that of the queue; a mail in it would be delivered by nobody',
    );
  }

  async #put(
    client: Queryable,
    job: NewJob,
    savepoint: string,
    before: Session,
    deadline: Deadline,
  ): Promise<AddedJob> {
    for (let tried = 0; tried < TRIES; tried += 1) {
      const begin = beginning(savepoint, this.#schema.quoted, deadline);
      const token = await deadline.within(this.#jobs.put(client, job, begin, restoring(before)));
      const ours = token === job.data.token;
      if (ours && job.content)
        await this.#jobs.writeContent(client, contentNameOf(job), job.content, step => deadline.within(step));
      const data = ours ? job.data : await deadline.within(this.#jobs.data(client, job.id));
      if (data) {
        await deadline.within(client.query(`RELEASE SAVEPOINT ${savepoint}`));
        return { added: ours, data };
      }
      await deadline.within(client.query(backTo(savepoint)));
    }
    // Temporary tables stand before all others for the functions of BullMQ.
    throw problem('has a temporary table called "job", "event" or "meta", which hides that of the queue');
  }
}

/** What the query() of another library returns need not be a promise. */
async function look(client: Queryable): Promise<unknown> {
  return client.query(LOOK);
}

function beginning(savepoint: string, schema: string, deadline: Deadline): string {
  const ms = deadline.serverMs;
  return [
    `SAVEPOINT ${savepoint}`,
    `SET LOCAL search_path TO ${schema}`,
    `SET LOCAL statement_timeout TO ${ms}`,
    `SET LOCAL lock_timeout TO ${Math.max(1, Math.floor(ms * 0.9))}`,
  ].join('; ');
}

/** Restored by their values: to release a savepoint keeps what was set after it. */
function restoring(before: Session): string {
  const back = (name: string, value: string): string =>
    `pg_catalog.set_config('${name}', ${sqlLiteral(value)}, true)`;
  const all = [
    back('search_path', before.path),
    back('lock_timeout', before.lock),
    back('statement_timeout', before.statement),
  ];
  return `SELECT ${all.join(', ')}`;
}

function backTo(savepoint: string): string {
  return `ROLLBACK TO SAVEPOINT ${savepoint}; RELEASE SAVEPOINT ${savepoint}`;
}

/**
 * Takes back what was done, the settings included. Statements of one connection are carried out in their order: even when there
 * is no time to wait for it, nothing comes after it.
 */
async function undo(client: Queryable, savepoint: string, error: unknown, deadline: Deadline): Promise<void> {
  const state = sqlState(error);
  // There was no savepoint.
  if (state === '25P01' || state === '25P02') return;
  try {
    await deadline.within(client.query(backTo(savepoint)));
  } catch {
    // The first error says what is wrong; the transaction that could not be restored cannot be committed.
  }
}

function meaningOf(error: unknown): Error {
  if (error instanceof MailMessageError) return error;
  switch (sqlState(error)) {
    case '25P01':
      return problem(
        'is not in a transaction; begin one, and give the client that has begun it, not its pool',
        error,
      );
    case '25P02':
      return problem('has failed before; roll it back', error);
    default:
      return unavailable(error);
  }
}

function problem(words: string, error?: unknown): MailMessageError {
  return new MailMessageError('EMAILMESSAGE', 'transaction', words, {
    ...(error !== undefined && { cause: plainCause(error) }),
  });
}

function queryable(transaction: object): Queryable {
  if (!isQueryable(transaction))
    throw problem(
      'is no client of pg: it has no query(); give the Client or PoolClient on which the transaction was begun',
    );
  return transaction;
}

function isQueryable(value: object): value is Queryable {
  return 'query' in value && typeof value.query === 'function';
}

function firstRow(result: unknown): Session | undefined {
  if (typeof result !== 'object' || result === null || !('rows' in result) || !Array.isArray(result.rows))
    return undefined;
  const row: unknown = result.rows[0];
  return isSession(row) ? row : undefined;
}

function isSession(row: unknown): row is Session {
  if (typeof row !== 'object' || row === null) return false;
  return ['identity', 'readOnly', 'path', 'lock', 'statement'].every(
    name => typeof Reflect.get(row, name) === 'string',
  );
}
