import { once } from 'node:events';
import { connect } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';

/** What proxies inside the test process have in common: they lead their clients to ports of this machine. */
export abstract class TunnelProxy {
  /** Sends the target's first words in the same packet as its own reply. */
  joinsGreeting = false;
  readonly #sockets = new Set<Socket>();

  protected constructor(
    private readonly server: Server,
    connection: 'connection' | 'secureConnection' = 'connection',
  ) {
    server.on(connection, (socket: Socket) => {
      this.#sockets.add(socket);
      socket.on('error', () => {}).on('close', () => this.#sockets.delete(socket));
      void this.serve(socket).catch(() => socket.destroy());
    });
  }

  /** Its address, without scheme and login. */
  get address(): string {
    return `127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** How many clients are connected. */
  get openConnections(): number {
    return this.#sockets.size;
  }

  /** Cuts every connection and stops. */
  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise(resolve => this.server.close(resolve));
  }

  /** Listens on a free port of 127.0.0.1. */
  protected async listen(): Promise<this> {
    await once(this.server.listen(0, '127.0.0.1'), 'listening');
    return this;
  }

  /** Talks to one client. */
  protected abstract serve(socket: Socket): Promise<void>;

  /**
   * Leads a client to a port.
   *
   * @param reply what the client is told first
   */
  protected async lead(socket: Socket, port: number, reply: Buffer): Promise<void> {
    const target = connect(port, '127.0.0.1');
    target.on('error', () => socket.destroy()).on('close', () => socket.destroy());
    socket.on('close', () => target.destroy());
    if (this.joinsGreeting) {
      const [greeting] = (await once(target, 'data')) as [Buffer];
      socket.write(Buffer.concat([reply, greeting]));
    } else socket.write(reply);
    socket.pipe(target).pipe(socket);
  }
}
