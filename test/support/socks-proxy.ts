import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';

/** How a SOCKS proxy answers: by a tunnel, not at all, or by a reply code (RFC 1928 6). */
export type SocksAnswer = 'tunnel' | 'silence' | { readonly refuse: number };

/** A real SOCKS5 proxy inside the test process (RFC 1928), with a login where one is given (RFC 1929). */
export class SocksProxy {
  /** Where it was asked to lead, as `host:port`. */
  readonly targets: string[] = [];
  /** The logins that it was given, as `user:password`. */
  readonly logins: string[] = [];
  /** How requests are answered from now on. */
  answer: SocksAnswer = 'tunnel';
  /** Sends the target's first words in the same packet as its own reply. */
  joinsGreeting = false;
  readonly #sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    private readonly login: string | undefined,
  ) {
    server.on('connection', socket => {
      this.#sockets.add(socket);
      socket.on('error', () => {}).on('close', () => this.#sockets.delete(socket));
      void this.#serve(socket).catch(() => socket.destroy());
    });
  }

  /**
   * Starts one on a free port of 127.0.0.1.
   *
   * @param login `user:password` that it wants. @default it wants none
   */
  static async start(login?: string): Promise<SocksProxy> {
    const proxy = new SocksProxy(createServer(), login);
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

  async #serve(socket: Socket): Promise<void> {
    const read = reader(socket);
    const [, methods = 0] = await read(2);
    await read(methods);
    if (this.login === undefined) socket.write(Buffer.from([5, 0]));
    else {
      socket.write(Buffer.from([5, 2]));
      const [, userLength = 0] = await read(2);
      const user = await read(userLength);
      const [passwordLength = 0] = await read(1);
      const given = `${user.toString()}:${(await read(passwordLength)).toString()}`;
      this.logins.push(given);
      socket.write(Buffer.from([1, given === this.login ? 0 : 1]));
      if (given !== this.login) return void socket.end();
    }
    const [, , , type] = await read(4);
    const host =
      type === 1 ? [...(await read(4))].join('.') : (await read((await read(1))[0] ?? 0)).toString();
    const port = (await read(2)).readUInt16BE();
    this.targets.push(`${host}:${port}`);
    const { answer } = this;
    if (answer === 'silence') return void socket.resume();
    const reply = Buffer.from([5, answer === 'tunnel' ? 0 : answer.refuse, 0, 1, 127, 0, 0, 1, 0, 0]);
    if (answer !== 'tunnel') return void socket.end(reply);
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

/** Reads a number of octets at a time. */
function reader(socket: Socket): (length: number) => Promise<Buffer> {
  return async length => {
    if (length === 0) return Buffer.alloc(0);
    for (;;) {
      const octets: unknown = socket.read(length);
      if (Buffer.isBuffer(octets)) return octets;
      if (socket.readableEnded || socket.destroyed) throw new Error('The client has gone');
      await once(socket, 'readable');
    }
  };
}
