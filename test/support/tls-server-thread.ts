import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

/** What the server does when it has the final dot: says something, or goes away without a word. */
export type LastWord = string | undefined;

/** A mail server with TLS from the first byte in a thread of its own: it goes on while the thread of the test is busy. */
export class TlsServerThread {
  readonly port: number;
  readonly #worker: Worker;

  private constructor(worker: Worker, port: number) {
    this.#worker = worker;
    this.port = port;
  }

  static async start(
    certificate: { cert: string; key: string },
    lastWord: LastWord,
  ): Promise<TlsServerThread> {
    const worker = new Worker(SERVER, { eval: true, workerData: { ...certificate, lastWord } });
    const [port] = (await once(worker, 'message')) as [number];
    return new TlsServerThread(worker, port);
  }

  async stop(): Promise<void> {
    await this.#worker.terminate();
  }
}

const SERVER = `
const { createServer } = require('node:tls');
const { parentPort, workerData } = require('node:worker_threads');
const { cert, key, lastWord } = workerData;
const REPLIES = { EHLO: '250-here\\r\\n250 PIPELINING', DATA: '354 go on', QUIT: '221 bye' };
const server = createServer({ cert, key }, socket => {
  let text = '';
  let inMessage = false;
  socket.on('error', () => {});
  socket.write('220 here\\r\\n');
  socket.on('data', chunk => {
    text += chunk;
    for (let end = text.indexOf('\\r\\n'); end >= 0; end = text.indexOf('\\r\\n')) {
      const line = text.slice(0, end);
      text = text.slice(end + 2);
      if (inMessage && line !== '.') continue;
      if (inMessage && lastWord === undefined) return socket.destroy();
      socket.write((inMessage ? lastWord : REPLIES[line.slice(0, 4)] ?? '250 fine') + '\\r\\n');
      inMessage = line === 'DATA';
    }
  });
});
server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));
`;
