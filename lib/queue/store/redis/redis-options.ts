import type { RedisOptions } from 'ioredis';
import { answerOf } from './redis-failure.js';

/** Longest wait in milliseconds before another try to connect. */
const LONGEST_WAIT_MS = 2000;
const SHORTEST_WAIT_MS = 200;
/** Milliseconds that an ended connection may take to say goodbye. */
const GOODBYE_MS = 200;
/** Shortest limit of a connection in milliseconds: a handshake over TLS takes some round trips. */
const LEAST_CONNECT_MS = 1000;

/** What a connection is used for. */
export type ConnectionUse = 'commands' | 'worker';

/**
 * The options of one connection: what the application says, but for what the promises of the queue rest on.
 *
 * @param timeoutMs of a send
 */
export function connectionOptions(
  connection: RedisOptions | string,
  use: ConnectionUse,
  timeoutMs: number,
): RedisOptions | [url: string, options: RedisOptions] {
  const own = ownOptions(use, timeoutMs);
  if (typeof connection !== 'string') return { connectTimeout: timeoutMs, ...connection, ...own };
  return [withoutOwn(connection, own), own];
}

function ownOptions(use: ConnectionUse, timeoutMs: number): RedisOptions {
  const shared: RedisOptions = {
    lazyConnect: true,
    retryStrategy: times => Math.min(SHORTEST_WAIT_MS * times, LONGEST_WAIT_MS),
    disconnectTimeout: GOODBYE_MS,
    // After a failover a connection may still lead to the old master, which is a replica now.
    reconnectOnError: error => answerOf(error.message) === 'READONLY',
    connectionName: 'nest-mailroom',
  };
  if (use === 'worker')
    // As BullMQ wants it: a worker waits for Redis as long as it takes.
    return { ...shared, maxRetriesPerRequest: null, enableOfflineQueue: true };
  return {
    ...shared,
    connectTimeout: Math.max(timeoutMs, LEAST_CONNECT_MS),
    // What cannot be sent now is refused, and never carried out later.
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    // What was sent when the connection was lost is refused at once; with null its promise would never settle.
    maxRetriesPerRequest: 0,
    // A server that stands still keeps its connections open: one without an answer is given up, so that later sends fail before
    // they are handed over to it.
    socketTimeout: Math.max(timeoutMs, LEAST_CONNECT_MS),
  };
}

/** An address may hold options in its query, and those of an address go before all others. */
function withoutOwn(address: string, own: RedisOptions): string {
  const [place = '', query] = address.split('?', 2);
  if (query === undefined) return place;
  const options = new URLSearchParams(query);
  for (const name of Object.keys(own)) options.delete(name);
  return `${place}?${options.toString()}`;
}
