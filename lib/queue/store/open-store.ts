import type { ResolvedQueueOptions } from '../options/read-queue-options.js';
import { jobOptions } from './job-options.js';
import { loadPackage } from './missing-package.js';
import type { QueueStore } from './queue-store.js';
import type { StoreListener } from './store-listener.js';

/** The options that a store is made of. */
export type StoreOptions = Pick<
  ResolvedQueueOptions,
  'connection' | 'prefix' | 'name' | 'keepCompleted' | 'keepFailed' | 'timeoutMs'
>;

const FOR_REDIS = 'bullmq ioredis';
const FOR_POSTGRES = 'bullmq pg';

/**
 * Makes the store of a queue. Begins no connection. The packages that it needs are loaded here, and nowhere else.
 *
 * @throws MissingPackageError saying what to install
 */
export async function openStore(options: StoreOptions, listener: StoreListener): Promise<QueueStore> {
  const { connection, prefix, name, keepCompleted, keepFailed, timeoutMs } = options;
  const jobs = jobOptions(keepCompleted, keepFailed);
  if (connection.kind === 'postgres') {
    await loadPackage('bullmq', FOR_POSTGRES, () => import('bullmq'));
    const { default: pg } = await loadPackage('pg', FOR_POSTGRES, () => import('pg'));
    const { PostgresStore } = await import('./postgres/postgres-store.js');
    return new PostgresStore(
      pg,
      { connection: connection.options.reveal(), schema: prefix, name, timeoutMs, jobs },
      listener,
    );
  }
  const bullmq = await loadPackage('bullmq', FOR_REDIS, () => import('bullmq'));
  const ioredis = await loadPackage('ioredis', FOR_REDIS, () => import('ioredis'));
  const { RedisStore } = await import('./redis/redis-store.js');
  return new RedisStore(
    { bullmq, ioredis },
    { connection: connection.options.reveal(), place: connection.label, prefix, name, jobs, timeoutMs },
    listener,
  );
}
