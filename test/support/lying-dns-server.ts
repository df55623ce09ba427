import callbacks from 'node:dns';
import promises from 'node:dns/promises';
import { DnsServer } from './dns-server.js';

/** How this process asks for addresses. A resolver keeps the servers of the system, whatever the process is told to ask. */
const RESOLVERS = [callbacks.Resolver.prototype, promises.Resolver.prototype];
const METHODS = ['resolve4', 'resolve6'] as const;

/**
 * A real name server that says of every host that it is at one address, and that every resolver of this process asks until
 * it is closed.
 */
export class LyingDnsServer {
  readonly #server: DnsServer;
  readonly #told = new WeakSet<object>();
  readonly #closers: (() => void)[] = [];

  private constructor(server: DnsServer) {
    this.#server = server;
    for (const resolver of RESOLVERS) for (const method of METHODS) this.#redirect(resolver, method);
  }

  /** @param address the IPv4 address that all hosts are said to be at */
  static async start(address: string): Promise<LyingDnsServer> {
    return new LyingDnsServer(await DnsServer.start(() => ({ addresses: [address] })));
  }

  /** The names that were asked for. */
  get questions(): readonly string[] {
    return this.#server.questions;
  }

  /** Stops it, and lets everybody ask the servers of the system again. */
  async close(): Promise<void> {
    for (const close of this.#closers.splice(0)) close();
    await this.#server.close();
  }

  #redirect(resolver: object, method: (typeof METHODS)[number]): void {
    const original: unknown = Reflect.get(resolver, method);
    if (typeof original !== 'function') throw new TypeError(`There is no ${method} to be redirected`);
    const { address } = this.#server;
    const told = this.#told;
    Object.assign(resolver, {
      [method](this: callbacks.Resolver, ...args: unknown[]): unknown {
        // One that waits for an answer cannot be told again.
        if (!told.has(this)) this.setServers([address]);
        told.add(this);
        return Reflect.apply(original, this, args);
      },
    });
    this.#closers.push(() => Object.assign(resolver, { [method]: original }));
  }
}
