import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import type { Certificate } from './certificates.js';
import { PolicyConnection } from './policy-connection.js';
import type { PolicyVisit, SmtpPolicy, TakenMessage } from './policy-connection.js';

export type { PolicyAnswer, PolicyVisit, SmtpPolicy, TakenMessage } from './policy-connection.js';

/** Details of a {@link PolicySmtpServer}. */
export interface PolicySmtpServerOptions {
  /** Extensions that EHLO offers. @default ['PIPELINING'] */
  readonly extensions?: readonly string[];
  /** Milliseconds between the final dot and its reply. @default 0 */
  readonly delayDotMs?: number;
  /** Key and certificate of a server that talks TLS from the first octet. @default none */
  readonly certificate?: Certificate;
  /** Key and certificate of a server that offers STARTTLS, and a login only after it. @default none */
  readonly startTls?: Certificate;
  /** Port to listen at. @default a free one */
  readonly port?: number;
}

/** A small SMTP server that keeps the rules of RFC 5321, except where its policy says otherwise. */
export class PolicySmtpServer {
  /** The address to connect to. */
  readonly host = '127.0.0.1';
  /** The messages that were answered with 250, in that order. */
  readonly messages: TakenMessage[] = [];
  /** Every connection that was accepted, in that order. */
  readonly visits: PolicyVisit[] = [];

  readonly #sockets = new Set<Socket>();
  readonly #server: Server;

  private constructor(policy: SmtpPolicy, options: PolicySmtpServerOptions) {
    const { extensions = ['PIPELINING'], delayDotMs = 0, certificate, startTls } = options;
    this.#server = createServer(socket => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
      const take = (message: TakenMessage): void => void this.messages.push(message);
      const index = this.visits.length;
      const connection = new PolicyConnection(socket, {
        index,
        policy,
        extensions,
        delayDotMs,
        certificate,
        startTls,
        take,
      });
      this.visits.push(connection.visit);
      connection.greet();
    });
  }

  /** Starts a server at 127.0.0.1. */
  static async start(
    policy: SmtpPolicy = {},
    options: PolicySmtpServerOptions = {},
  ): Promise<PolicySmtpServer> {
    const server = new PolicySmtpServer(policy, options);
    await once(server.#server.listen(options.port ?? 0, server.host), 'listening');
    return server;
  }

  /** The port to connect to. */
  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** How many connections were ever accepted. */
  get connections(): number {
    return this.visits.length;
  }

  /** How many connections are open now. */
  get openConnections(): number {
    return this.#sockets.size;
  }

  /** What was received on all connections that begins with a word, in the order of the connections. */
  commands(word: string): string[] {
    return this.visits.flatMap(visit => visit.lines.filter(line => line.startsWith(word)));
  }

  /** Cuts every connection, and goes on listening. */
  cutConnections(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Stops listening and cuts every connection. */
  async close(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.cutConnections();
    await closed;
  }
}
