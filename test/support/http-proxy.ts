import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { createServer as createTlsServer } from 'node:tls';
import { TunnelProxy } from './tunnel-proxy.js';

/** How an HTTP proxy answers a request for a tunnel. */
export type ProxyAnswer = 'tunnel' | 'silence' | { readonly refuse: string };

/** A real HTTP proxy inside the test process (RFC 9110 9.3.6). */
export class HttpProxy extends TunnelProxy {
  /** The requests, with their header fields. */
  readonly requests: string[] = [];
  /** How requests are answered from now on. */
  answer: ProxyAnswer = 'tunnel';
  /** How long it takes to answer. */
  delayMs = 0;

  /**
   * Starts one on a free port of 127.0.0.1.
   *
   * @param tls certificate and key of one that is spoken to over TLS. @default it is spoken to in clear
   */
  static start(tls?: { cert: string; key: string }): Promise<HttpProxy> {
    const proxy = tls
      ? new HttpProxy(createTlsServer(tls), 'secureConnection')
      : new HttpProxy(createServer());
    return proxy.listen();
  }

  protected override async serve(socket: Socket): Promise<void> {
    const [head] = (await once(socket, 'data')) as [Buffer];
    const request = head.toString();
    this.requests.push(request);
    const { answer } = this;
    // Read on, or the end of the connection would not be seen.
    if (answer === 'silence') return void socket.resume();
    if (answer !== 'tunnel') return void socket.end(`HTTP/1.1 ${answer.refuse}\r\n\r\n`);
    await delay(this.delayMs);
    const accepted = Buffer.from('HTTP/1.1 200 Connection established\r\n\r\n');
    await this.lead(socket, Number(/:(\d+) HTTP/.exec(request)?.[1]), accepted);
  }
}
