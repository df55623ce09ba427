import type { JobsOptions, Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import type { MailJob } from '../../job/mail-job.js';
import type { AddedJob, NewJob } from '../queue-store.js';
import { StoreUnavailableError } from '../store-unavailable-error.js';
import { failureWords } from './redis-failure.js';
import type { TimeLimit } from './time-limit.js';

/** What a job is put into Redis with. */
export interface RedisAddition {
  readonly queue: Queue<MailJob>;
  /** A connection that is ready, and the one of the queue. */
  readonly client: Redis;
  readonly limit: TimeLimit;
  readonly options: JobsOptions;
}

/** Times that a job is put in whose place was taken by one that is gone by the time it is looked at. */
const MOST_TRIES = 3;

/**
 * Puts a job into Redis and finds out whether it is the one that is there now: BullMQ says nothing of a duplicate. The options
 * of the job hold its token, which are small, and are read in the same tick, so that both go out together.
 *
 * @throws StoreUnavailableError
 */
export async function addToRedis(addition: RedisAddition, job: NewJob): Promise<AddedJob> {
  const { queue, client, limit } = addition;
  const key = queue.toKey(job.id);
  const options: JobsOptions & { token: string } = { ...addition.options, token: job.data.token };
  for (let tries = 0; tries < MOST_TRIES; tries++) {
    limit.check();
    holdBack(client);
    const adding = queue.add(job.name, job.data, options);
    const reading = handedOver().then(() => client.hget(key, 'opts'));
    // Not waited for when the first one fails.
    reading.catch(() => {});
    const seen = await limit.wait(
      adding.then(() => afterAdding(() => reading)),
      true,
    );
    if (tokenOf(seen) === job.data.token) return { added: true, data: job.data };
    const added = await afterAdding(() => lookAgain(job, client, key, limit));
    if (added) return added;
    // Nothing is there. Where delivered mails are not kept, it is ours that was delivered; else a former one has just been removed.
    if (keepsNothing(options)) return { added: true, data: job.data };
  }
  throw new StoreUnavailableError('a mail with the same key comes and goes', { maybeWritten: true });
}

/** It was read before ours was in, where Redis had forgotten the script and it was sent once more; or another's is there. */
async function lookAgain(
  job: NewJob,
  client: Redis,
  key: string,
  limit: TimeLimit,
): Promise<AddedJob | undefined> {
  const stored = await limit.wait(client.hget(key, 'data'), true);
  if (stored === null) return undefined;
  const isOurs = tokenOf(stored) === job.data.token;
  return isOurs ? { added: true, data: job.data } : { added: false, data: parsed(stored) };
}

/** Whatever goes wrong now: a job of this id is there, be it this one or another. */
async function afterAdding<T>(look: () => Promise<T>): Promise<T> {
  try {
    return await look();
  } catch (error) {
    throw new StoreUnavailableError(failureWords(error), { maybeWritten: true, cause: error });
  }
}

function tokenOf(json: string | null): unknown {
  const value = json === null ? undefined : parsed(json);
  return typeof value === 'object' && value !== null && 'token' in value ? value.token : undefined;
}

/** Undefined where somebody has written there what is no JSON. */
function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

function keepsNothing({ removeOnComplete: keep }: JobsOptions): boolean {
  return typeof keep === 'object' && (keep.count === 0 || ('age' in keep && keep.age === 0));
}

/**
 * Keeps what a connection is given until everything has run that can run now, so that all of it goes out in one call of the system:
 * both commands of a job, and those of other jobs that are added meanwhile.
 */
function holdBack({ stream }: Partial<Pick<Redis, 'stream'>>): void {
  if (!stream) return;
  stream.cork();
  setImmediate(() => stream.uncork());
}

/** Resolves when the command that was begun in this tick has been handed to the connection. */
function handedOver(): Promise<void> {
  return new Promise(resolve => process.nextTick(resolve));
}
