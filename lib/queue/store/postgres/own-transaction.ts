import type { Pool, PoolClient } from 'pg';
import type { AddedJob, NewJob } from '../queue-store.js';
import type { Deadline } from './deadline.js';
import type { JobRows } from './job-rows.js';
import { assertCommitted, contentNameOf, RolledBackError } from './job-rows.js';
import { sqlState, unavailable } from './postgres-trouble.js';
import { withClient } from './with-client.js';

/** A job that was there may go while it is looked at; not time and again. */
const TRIES = 3;

/** Puts jobs into the queue, each in a transaction of its own: until COMMIT is sent, whatever goes wrong leaves nothing behind. */
export class OwnTransaction {
  readonly #pool: Pool;
  readonly #jobs: JobRows;

  constructor(pool: Pool, jobs: JobRows) {
    this.#pool = pool;
    this.#jobs = jobs;
  }

  /** @throws StoreUnavailableError */
  async add(job: NewJob, deadline: Deadline): Promise<AddedJob> {
    let ending = false;
    try {
      return await withClient(this.#pool, deadline, client =>
        this.#put(client, job, deadline, now => (ending = now)),
      );
    } catch (error) {
      throw unavailable(error, ending && mayHaveEnded(error));
    }
  }

  async #put(
    client: PoolClient,
    job: NewJob,
    deadline: Deadline,
    ending: (now: boolean) => void,
  ): Promise<AddedJob> {
    for (let tried = 0; tried < TRIES; tried += 1) {
      const token = await deadline.within(this.#jobs.put(client, job, begin(deadline)));
      const ours = token === job.data.token;
      if (ours && job.content)
        await this.#jobs.writeContent(client, contentNameOf(job), job.content, step => deadline.within(step));
      const data = ours ? job.data : await deadline.within(this.#jobs.data(client, job.id));
      ending(ours);
      assertCommitted(await deadline.within(client.query('COMMIT')));
      ending(false);
      if (data) return { added: ours, data };
    }
    throw new Error('a mail with the same key comes and goes');
  }
}

/** The server itself ends what takes too long: what it has ended is certainly not done. */
function begin(deadline: Deadline): string {
  const ms = deadline.serverMs;
  return [
    'BEGIN ISOLATION LEVEL READ COMMITTED',
    `SET LOCAL statement_timeout TO ${ms}`,
    `SET LOCAL lock_timeout TO ${Math.max(1, Math.floor(ms * 0.9))}`,
  ].join('; ');
}

/** A server that refuses a COMMIT has rolled back, unless it was shut down while it waited for its standby. */
function mayHaveEnded(error: unknown): boolean {
  if (error instanceof RolledBackError) return false;
  const state = sqlState(error);
  return state === undefined || state.startsWith('57P');
}
