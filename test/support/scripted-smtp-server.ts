import { AssertionError } from 'node:assert';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';
import { ScriptedConnection } from './scripted-connection.js';
import type { Script } from './scripted-connection.js';

export type { Script, ScriptStep } from './scripted-connection.js';

/** A server that says on every connection exactly what a script says, faults included. */
export class ScriptedSmtpServer {
  /** The address to connect to. */
  readonly host = '127.0.0.1';
  /** Where clients did not say what the script expected. */
  readonly problems: string[] = [];

  readonly #connections: ScriptedConnection[] = [];

  private constructor(private readonly server: Server) {}

  /** Starts a server on 127.0.0.1, on a free port unless one is given; a function chooses the script by the connection's index. */
  static async start(
    script: Script | ((connectionIndex: number) => Script),
    { port = 0 }: { port?: number } = {},
  ): Promise<ScriptedSmtpServer> {
    const scripted = new ScriptedSmtpServer(createServer());
    scripted.server.on('connection', socket => {
      const connection = new ScriptedConnection(socket);
      const index = scripted.#connections.push(connection) - 1;
      connection.run(typeof script === 'function' ? script(index) : script).then(
        problem => problem !== undefined && scripted.problems.push(`connection ${index}: ${problem}`),
        (error: unknown) => scripted.problems.push(`connection ${index}: ${String(error)}`),
      );
    });
    await once(scripted.server.listen(port, scripted.host), 'listening');
    return scripted;
  }

  /** The port to connect to. */
  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** How many connections were ever accepted. */
  get connections(): number {
    return this.#connections.length;
  }

  /** How many connections are open now. */
  get openConnections(): number {
    return this.#connections.filter(connection => !connection.closed).length;
  }

  /** Every line received on a connection (decrypted, without line ends; mail data too). */
  received(connectionIndex = 0): string[] {
    const text = this.receivedBytes(connectionIndex).toString();
    return text === '' ? [] : text.replace(/\r?\n$/, '').split(/\r?\n/);
  }

  /** Every octet received on a connection (decrypted). */
  receivedBytes(connectionIndex = 0): Buffer {
    return this.#connections[connectionIndex]?.receivedBytes ?? Buffer.alloc(0);
  }

  /** Stops listening and cuts every connection. Throws when a client did not follow its script. */
  async close(): Promise<void> {
    if (this.server.listening) {
      const closed = once(this.server, 'close');
      this.server.close();
      for (const connection of this.#connections) connection.destroy();
      await closed;
    }
    const problems = this.problems.splice(0);
    if (problems.length > 0) throw new AssertionError({ message: problems.join('\n') });
  }
}
