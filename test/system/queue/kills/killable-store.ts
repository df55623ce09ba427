import type { MailQueueOptions } from '../../../../lib/queue/index.js';
import { PostgresServer } from '../../../support/postgres-server.js';
import { RedisServer } from '../../../support/redis-server.js';

/** A private store that can be killed and started again with what it holds. */
export interface KillableStore {
  readonly connection: MailQueueOptions['connection'];
  kill(): Promise<void>;
  restart(): Promise<void>;
  close(): Promise<void>;
}

/** Each of them has on disk what it has confirmed. */
export const KILLABLE_STORES = {
  async Redis(): Promise<KillableStore> {
    const server = await RedisServer.start({ aof: 'always' });
    return {
      connection: server.url,
      kill: () => server.kill(),
      restart: () => server.restart(),
      close: () => server.close(),
    };
  },
  async PostgreSQL(): Promise<KillableStore> {
    const server = await PostgresServer.start({ fsync: true });
    return {
      connection: { postgres: server.url },
      kill: () => server.kill(),
      restart: () => server.restart(),
      close: () => server.close(),
    };
  },
} as const;

/** Their names, for `describe.each`. */
export const KILLABLE_STORE_NAMES = ['Redis', 'PostgreSQL'] as const;
