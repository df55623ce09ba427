import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';

/** What a proxy does with what a client says. */
export type ProxyVerdict = 'pass' | 'cut' | 'pass-and-cut' | 'swallow';

/** A TCP proxy in front of a server, which can cut connections at the octet that matters. */
export class CuttingProxy {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  /** Asked for all that a client says. */
  judge: (said: Buffer) => ProxyVerdict = () => 'pass';

  private constructor(server: Server) {
    this.#server = server;
  }

  /** Starts one on a free port. */
  static async start(to: { readonly host: string; readonly port: number }): Promise<CuttingProxy> {
    const server = createServer();
    const proxy = new CuttingProxy(server);
    server.on('connection', client => proxy.#join(client, connect(to.port, to.host)));
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get port(): number {
    const address = this.#server.address();
    return (address as AddressInfo).port;
  }

  /** Ends it and all connections. */
  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise(resolve => this.#server.close(resolve));
  }

  #join(client: Socket, server: Socket): void {
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ] as const) {
      this.#sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        this.#sockets.delete(socket);
        other.destroy();
      });
    }
    server.on('data', data => client.write(data));
    client.on('data', data => {
      const verdict = this.judge(data);
      if (verdict === 'pass') server.write(data);
      else if (verdict === 'cut') client.destroy();
      else if (verdict === 'pass-and-cut') {
        // The server gets it and the client no answer.
        server.removeAllListeners('data');
        server.resume();
        server.write(data, () => setTimeout(() => client.destroy(), 200));
      }
    });
  }
}
