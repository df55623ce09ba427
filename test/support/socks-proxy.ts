import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Socket } from 'node:net';
import { TunnelProxy } from './tunnel-proxy.js';

/** How a SOCKS proxy answers: by a tunnel, not at all, or by a reply code (RFC 1928 6). */
export type SocksAnswer = 'tunnel' | 'silence' | { readonly refuse: number };

/** A real SOCKS5 proxy inside the test process (RFC 1928), with a login where one is given (RFC 1929). */
export class SocksProxy extends TunnelProxy {
  /** Where it was asked to lead, as `host:port`. */
  readonly targets: string[] = [];
  /** The logins that it was given, as `user:password`. */
  readonly logins: string[] = [];
  /** How requests are answered from now on. */
  answer: SocksAnswer = 'tunnel';
  #login: string | undefined;

  /**
   * Starts one on a free port of 127.0.0.1.
   *
   * @param login `user:password` that it wants. @default it wants none
   */
  static start(login?: string): Promise<SocksProxy> {
    const proxy = new SocksProxy(createServer());
    proxy.#login = login;
    return proxy.listen();
  }

  protected override async serve(socket: Socket): Promise<void> {
    const read = reader(socket);
    const [, methods = 0] = await read(2);
    await read(methods);
    if (this.#login === undefined) socket.write(Buffer.from([5, 0]));
    else {
      socket.write(Buffer.from([5, 2]));
      const [, userLength = 0] = await read(2);
      const user = await read(userLength);
      const [passwordLength = 0] = await read(1);
      const given = `${user.toString()}:${(await read(passwordLength)).toString()}`;
      this.logins.push(given);
      socket.write(Buffer.from([1, given === this.#login ? 0 : 1]));
      if (given !== this.#login) return void socket.end();
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
    await this.lead(socket, port, reply);
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
