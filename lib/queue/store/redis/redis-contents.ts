import type { Redis } from 'ioredis';
import { ContentStore } from '../content-store.js';
import { StoreUnavailableError } from '../store-unavailable-error.js';
import type { RedisClients } from './redis-clients.js';
import { unavailable } from './redis-failure.js';
import { TimeLimit } from './time-limit.js';

/** Octets that are sent or read at once, so that others get their turn. */
const PIECE = 4 * 1024 * 1024;
/** Milliseconds after which what was not written whole removes itself. */
const UNFINISHED_MS = 86_400_000;
/** Names that the sweep reads at once. */
const PAGE = 1000;

/** Where the bytes of large mails are in Redis, beside the keys of BullMQ. */
export interface RedisContentsParts {
  readonly clients: RedisClients;
  readonly client: Redis;
  /** `<prefix>:<queue>`. */
  readonly base: string;
  readonly timeoutMs: number;
}

/**
 * The bytes of large mails in Redis: a key for each, and one sorted set of their names by the time of their writing, in the time
 * of the server.
 */
export class RedisContents extends ContentStore {
  readonly #parts: RedisContentsParts;

  constructor(parts: RedisContentsParts) {
    super();
    this.#parts = parts;
  }

  override async write(name: string, bytes: Buffer, signal?: AbortSignal): Promise<void> {
    await this.writeWithin(name, bytes, new TimeLimit(this.#parts.timeoutMs, signal));
  }

  /**
   * Writes as {@link write} does. The time begins anew with each piece that Redis has taken: a large mail takes long over a slow
   * line, and a server that does not answer fails it within the limit all the same.
   *
   * @throws StoreUnavailableError nothing of the name is there then
   */
  async writeWithin(name: string, bytes: Buffer, limit: TimeLimit): Promise<void> {
    const { clients, client } = this.#parts;
    await clients.untilReady(client, limit);
    const unfinished = `${this.#key(name)}:unfinished`;
    try {
      const [seconds = '0'] = await limit.wait(
        client.time().then(time => time.map(String)),
        false,
      );
      await limit.wait(client.set(unfinished, bytes.subarray(0, PIECE), 'PX', UNFINISHED_MS), false);
      for (let at = PIECE; at < bytes.length; at += PIECE) {
        limit.restart();
        limit.check();
        await limit.wait(client.append(unfinished, bytes.subarray(at, at + PIECE)), false);
      }
      limit.restart();
      limit.check();
      const answers = await limit.wait(
        client
          .multi()
          .strlen(unfinished)
          .rename(unfinished, this.#key(name))
          .persist(this.#key(name))
          .zadd(this.#names, Number(seconds) * 1000, name)
          .exec(),
        false,
      );
      const failed = answers?.find(([error]) => error)?.[0];
      if (failed) throw failed;
      if (answers?.[0]?.[1] !== bytes.length)
        throw new StoreUnavailableError('Redis lost a part of a large mail while it was written', {
          maybeWritten: false,
        });
    } catch (error) {
      this.#forget(name, unfinished);
      throw unavailable(error, false);
    }
  }

  override async read(name: string, signal?: AbortSignal): Promise<Buffer | undefined> {
    const { clients, client, timeoutMs } = this.#parts;
    const limit = new TimeLimit(timeoutMs, signal);
    await clients.untilReady(client, limit);
    const key = this.#key(name);
    const length = await limit.wait(client.strlen(key), false);
    if (length === 0) return undefined;
    const bytes = Buffer.allocUnsafe(length);
    for (let at = 0; at < length;) {
      limit.restart();
      limit.check();
      const piece = await limit.wait(client.getrangeBuffer(key, at, at + PIECE - 1), false);
      // Removed meanwhile.
      if (piece.length === 0) return undefined;
      at += piece.copy(bytes, at);
    }
    return bytes;
  }

  override async remove(name: string): Promise<void> {
    const { clients, client, timeoutMs } = this.#parts;
    const limit = new TimeLimit(timeoutMs);
    await clients.untilReady(client, limit);
    // UNLINK: a large one is freed beside the other work of the server.
    const answers = await limit.wait(
      client.multi().unlink(this.#key(name)).zrem(this.#names, name).exec(),
      false,
    );
    const failed = answers?.find(([error]) => error)?.[0];
    if (failed) throw unavailable(failed, false);
  }

  override async *olderThan(ageMs: number): AsyncIterable<string> {
    const { clients, client, timeoutMs } = this.#parts;
    const found: string[] = [];
    let until: number | undefined;
    // All are read before the first is given: who reads may remove it, and those behind it would change their places.
    for (let page: string[] | undefined; page?.length !== 0; found.push(...page)) {
      const limit = new TimeLimit(timeoutMs);
      await clients.untilReady(client, limit);
      until ??= Number((await limit.wait(client.time(), false))[0]) * 1000 - ageMs;
      page = await limit.wait(
        client.zrangebyscore(this.#names, '-inf', until, 'LIMIT', found.length, PAGE),
        false,
      );
    }
    yield* found;
  }

  /** Best effort, and nobody waits for it: what is left removes itself, or is swept. */
  #forget(name: string, unfinished: string): void {
    const { client } = this.#parts;
    if (client.status !== 'ready') return;
    const key = this.#key(name);
    client
      .multi()
      .unlink(unfinished)
      .unlink(key)
      .zrem(this.#names, name)
      .exec()
      .catch(() => {});
  }

  get #names(): string {
    return `${this.#parts.base}:contents`;
  }

  #key(name: string): string {
    return `${this.#parts.base}:content:${name}`;
  }
}
