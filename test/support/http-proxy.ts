import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { createServer as createTlsServer, Server as TlsServer } from 'node:tls';

/** How an HTTP proxy answers a request for a tunnel. */
export type ProxyAnswer = 'tunnel' | 'silence' | { readonly refuse: string };

/** A real HTTP proxy inside the test process (RFC 9110 9.3.6). */
export class HttpProxy {
  /** The requests, with their header fields. */
  readonly requests: string[] = [];
  /** How requests are answered from now on. */
  answer: ProxyAnswer = 'tunnel';
  /** How long it takes to answer. */
  delayMs = 0;
  /** Sends the target's first words in the same packet as its own answer. */
  joinsGreeting = false;
  readonly #sockets = new Set<Socket>();

  private constructor(private readonly server: Server) {
    server.on(server instanceof TlsServer ? 'secureConnection' : 'connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.on('error', () => {}).on('close', () => this.#sockets.delete(socket));
      socket.once('data', head => void this.#serve(socket, head.toString()));
    });
  }

  /**
   * Starts one on a free port of 127.0.0.1.
   *
   * @param tls certificate and key of one that is spoken to over TLS. @default it is spoken to in clear
   */
  static async start(tls?: { cert: string; key: string }): Promise<HttpProxy> {
    const proxy = new HttpProxy(tls ? createTlsServer(tls) : createServer());
    await once(proxy.server.listen(0, '127.0.0.1'), 'listening');
    return proxy;
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

  async #serve(socket: Socket, head: string): Promise<void> {
    this.requests.push(head);
    const { answer } = this;
    // Read on, or the end of the connection would not be seen.
    if (answer === 'silence') return void socket.resume();
    if (answer !== 'tunnel') return void socket.end(`HTTP/1.1 ${answer.refuse}\r\n\r\n`);
    await delay(this.delayMs);
    const target = connect(Number(/:(\d+) HTTP/.exec(head)?.[1]), '127.0.0.1');
    target.on('error', () => socket.destroy()).on('close', () => socket.destroy());
    socket.on('close', () => target.destroy());
    const accepted = Buffer.from('HTTP/1.1 200 Connection established\r\n\r\n');
    if (this.joinsGreeting) {
      const [greeting] = (await once(target, 'data')) as [Buffer];
      socket.write(Buffer.concat([accepted, greeting]));
    } else socket.write(accepted);
    socket.pipe(target).pipe(socket);
  }
}
