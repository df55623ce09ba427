import type { Redis, RedisOptions } from 'ioredis';
import { atMost } from '../../../core/concurrency/at-most.js';
import type { StoreListener } from '../store-listener.js';
import { StoreUnavailableError } from '../store-unavailable-error.js';
import { failureWords } from './redis-failure.js';
import type { ConnectionUse } from './redis-options.js';
import { connectionOptions } from './redis-options.js';
import type { TimeLimit } from './time-limit.js';

type IORedis = Pick<typeof import('ioredis'), 'Redis'>;

/** Milliseconds before a connection that ioredis has given up is begun anew. */
const AGAIN_MS = 1000;
/** In these states there is a socket that says goodbye. */
const CONNECTED: ReadonlySet<string> = new Set(['connecting', 'connect', 'ready']);

/** What connections are made of. */
export interface RedisClientsParts {
  readonly ioredis: IORedis;
  readonly connection: RedisOptions | string;
  /** Milliseconds that a send has. */
  readonly timeoutMs: number;
  readonly listener: StoreListener;
}

/** One connection, and what was last wrong with it. */
interface Connection {
  words: string | undefined;
  waiting: { readonly ready: Promise<void>; settle(error?: Error): void } | undefined;
}

/** The connections of a queue to Redis. They are begun by who needs one, and come back by themselves. */
export class RedisClients {
  readonly #parts: RedisClientsParts;
  readonly #connections = new Map<Redis, Connection>();
  #outage = false;
  #closed = false;

  constructor(parts: RedisClientsParts) {
    this.#parts = parts;
  }

  /** A connection that is not begun yet. */
  create(use: ConnectionUse): Redis {
    const { ioredis, connection, timeoutMs } = this.#parts;
    const options = connectionOptions(connection, use, timeoutMs);
    const client = Array.isArray(options) ? new ioredis.Redis(...options) : new ioredis.Redis(options);
    const state: Connection = { words: undefined, waiting: undefined };
    this.#connections.set(client, state);
    client.on('error', (error: unknown) => this.#failed(state, error));
    client.on('ready', () => this.#ready(state));
    client.on('end', () => this.#again(client));
    return client;
  }

  /**
   * Waits for a connection, and begins it where nobody has.
   *
   * @throws StoreUnavailableError when there is none in time; nothing was sent
   */
  async untilReady(client: Redis, limit: TimeLimit): Promise<void> {
    limit.check();
    while (client.status !== 'ready') {
      if (this.#closed) throw closed();
      if (client.status === 'wait') client.connect().catch(() => {});
      const state = this.#connections.get(client);
      if (!state) throw closed();
      await limit.wait(waitingFor(state), false, () => state.words ?? notYet(client));
    }
  }

  /** Ends a connection that nobody needs any more. */
  discard(client: Redis): void {
    this.#connections.delete(client);
    client.disconnect();
  }

  /** Ends all of them, at the latest after so many milliseconds. */
  async close(limitMs: number): Promise<void> {
    this.#closed = true;
    const clients = [...this.#connections.keys()];
    const ended = clients
      .filter(({ status }) => CONNECTED.has(status))
      .map(client => new Promise(resolve => void client.once('end', resolve)));
    for (const state of this.#connections.values()) state.waiting?.settle(closed());
    for (const client of clients) client.disconnect();
    await atMost(limitMs, Promise.all(ended));
    for (const client of clients) if (client.status !== 'end') destroy(client);
  }

  #failed(state: Connection, error: unknown): void {
    state.words = failureWords(error);
    if (this.#outage || this.#closed) return;
    this.#outage = true;
    this.#parts.listener.onTrouble(state.words);
  }

  #ready(state: Connection): void {
    state.words = undefined;
    state.waiting?.settle();
    if (!this.#outage || [...this.#connections.values()].some(({ words }) => words !== undefined)) return;
    this.#outage = false;
    this.#parts.listener.onRecovered();
  }

  /** ioredis gives a connection up where Sentinels, or options of the application, say so. */
  #again(client: Redis): void {
    if (this.#closed || !this.#connections.has(client)) return;
    setTimeout(() => {
      if (!this.#closed && client.status === 'end') client.connect().catch(() => {});
    }, AGAIN_MS).unref();
  }
}

function waitingFor(state: Connection): Promise<void> {
  if (state.waiting) return state.waiting.ready;
  let settle: (error?: Error) => void = () => {};
  const ready = new Promise<void>((resolve, reject) => {
    settle = error => {
      state.waiting = undefined;
      if (error) reject(error);
      else resolve();
    };
  });
  // Whoever waits hears of it, unless his time was over before.
  ready.catch(() => {});
  state.waiting = { ready, settle };
  return ready;
}

function notYet({ status }: Redis): string {
  return status === 'connect'
    ? 'it takes connections but is not ready: it stands still, or is still reading its data'
    : 'it cannot be reached';
}

function closed(): StoreUnavailableError {
  return new StoreUnavailableError('the application is ending', { maybeWritten: false });
}

function destroy({ stream }: Partial<Pick<Redis, 'stream'>>): void {
  stream?.destroy();
}
