import { once } from 'node:events';
import type { Socket } from 'node:net';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';

/** Listens, and blocks its thread until it is let go on; then takes every mail. */
const SERVER = `
const { createServer } = require('node:net');
const { parentPort, workerData } = require('node:worker_threads');
const server = createServer(socket => {
  socket.on('error', () => {});
  socket.write('220 hi\\r\\n');
  let inData = false;
  let text = '';
  socket.on('data', chunk => {
    text += chunk;
    for (let at; (at = text.indexOf(inData ? '\\r\\n.\\r\\n' : '\\r\\n')) >= 0; ) {
      const line = text.slice(0, at);
      text = text.slice(at + (inData ? 5 : 2));
      const data = !inData && line === 'DATA';
      inData = data;
      socket.write(data ? '354 go\\r\\n' : line === 'QUIT' ? '221 bye\\r\\n' : '250 ok\\r\\n');
      if (line === 'QUIT') socket.end();
    }
  });
});
server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => {
  parentPort.postMessage(server.address().port);
  Atomics.wait(workerData, 0, 0);
});
`;

/** A server that connections to do not come about with: its backlog is full and it takes none from it. */
export class BlackHole {
  /** The address to connect to. */
  readonly host = '127.0.0.1';
  readonly #fillers: Socket[] = [];

  private constructor(
    private readonly worker: Worker,
    private readonly gate: Int32Array,
    /** The port to connect to. */
    readonly port: number,
  ) {}

  /** Opens one. */
  static async open(): Promise<BlackHole> {
    const gate = new Int32Array(new SharedArrayBuffer(4));
    const worker = new Worker(SERVER, { eval: true, workerData: gate });
    const [port] = (await once(worker, 'message')) as [number];
    const hole = new BlackHole(worker, gate, port);
    while (await hole.#takesOneMore());
    return hole;
  }

  /** Becomes a mail server that takes every mail. */
  fillUp(): void {
    for (const socket of this.#fillers.splice(0)) socket.destroy();
    Atomics.store(this.gate, 0, 1);
    Atomics.notify(this.gate, 0);
  }

  /** Ends it. */
  async close(): Promise<void> {
    this.fillUp();
    await this.worker.terminate();
  }

  async #takesOneMore(): Promise<boolean> {
    const socket = connect(this.port, this.host);
    socket.on('error', () => {});
    this.#fillers.push(socket);
    return Promise.race([once(socket, 'connect').then(() => true), delay(200, false)]);
  }
}
