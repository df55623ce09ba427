import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { HANG_MS } from './hang-guard.js';
import { PromptSmtpServer } from './prompt-smtp-server.js';

/** A real SMTP server that answers the final dot of a message only when it is told to. */
export class HesitantSmtpServer {
  /** The address to connect to. */
  readonly host = '127.0.0.1';
  /** Messages for which DATA was answered, ended or not. */
  begun = 0;
  /** Messages whose final dot has come. */
  ended = 0;
  /** The largest number of final dots that waited for their reply at the same time. */
  mostUnanswered = 0;

  readonly #server: PromptSmtpServer;
  readonly #unanswered: (() => void)[] = [];

  private constructor() {
    this.#server = new PromptSmtpServer({
      disabledCommands: ['AUTH', 'STARTTLS'],
      disableReverseLookup: true,
      closeTimeout: 1,
      onData: (stream, _session, callback) => {
        this.begun++;
        stream.resume();
        stream.once('end', () => {
          this.ended++;
          this.#unanswered.push(() => callback());
          this.mostUnanswered = Math.max(this.mostUnanswered, this.#unanswered.length);
        });
      },
    });
    this.#server.on('error', () => {});
  }

  /** Starts a server on a free port of 127.0.0.1. */
  static async start(): Promise<HesitantSmtpServer> {
    const server = new HesitantSmtpServer();
    await once(server.#server.listen(0, server.host), 'listening');
    return server;
  }

  /** The port to connect to. */
  get port(): number {
    return (this.#server.server.address() as AddressInfo).port;
  }

  /** Takes the message that has waited longest, and says 250. */
  answer(): void {
    this.#unanswered.shift()?.();
  }

  /** Waits until something holds; rejects when that takes too long. */
  async until(what: string, holds: (server: this) => boolean, timeoutMs = HANG_MS): Promise<void> {
    for (const end = Date.now() + timeoutMs; !holds(this); await delay(5))
      if (Date.now() > end)
        throw new Error(`not within ${timeoutMs} ms: ${what}; ${this.begun} begun, ${this.ended} ended`);
  }

  /** Stops listening and cuts every connection. */
  async close(): Promise<void> {
    const closed = new Promise<void>(resolve => this.#server.close(() => resolve()));
    for (const { _socket: socket } of this.#server.connections as Set<{ _socket?: { destroy(): void } }>)
      socket?.destroy();
    await closed;
  }
}
