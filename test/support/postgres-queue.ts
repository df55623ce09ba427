import { randomUUID } from 'node:crypto';
import pg from 'pg';
import type { MailJob } from '../../lib/queue/job/mail-job.js';
import type { PostgresStoreSettings } from '../../lib/queue/store/postgres/postgres-store.js';
import { PostgresStore } from '../../lib/queue/store/postgres/postgres-store.js';
import type { NewJob } from '../../lib/queue/store/queue-store.js';
import type { StoreListener } from '../../lib/queue/store/store-listener.js';
import type { PostgresServer } from './postgres-server.js';

/** A store on a server, for a test. */
export function postgresStore(
  server: Pick<PostgresServer, 'url'>,
  settings: Partial<PostgresStoreSettings> = {},
  listener?: StoreListener,
): PostgresStore {
  const defaults = {
    name: 'mail',
    connection: server.url,
    timeoutMs: 5000,
    jobs: { attempts: 1, removeOnComplete: { age: 86_400, count: 10_000 } },
  };
  return new PostgresStore(pg, { ...defaults, ...settings }, listener);
}

/** A job as a send makes one. Each has a token of its own. */
export function newJob(
  id: string,
  changes: Partial<NewJob> = {},
  data: Partial<MailJob> = {},
): NewJob & { readonly data: MailJob } {
  const now = Date.now();
  return {
    id,
    name: 'mail',
    delayMs: 0,
    priority: 0,
    ...changes,
    data: {
      format: 1,
      messageId: `<${id}@example.com>`,
      size: 2048,
      recipients: ['a***@example.com'],
      queuedAt: now,
      dueAt: now,
      token: randomUUID(),
      content: { bytes: Buffer.alloc(2048, 'x').toString('base64') },
      ...data,
    },
  };
}
