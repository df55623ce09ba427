import { once } from 'node:events';
import { createServer } from 'node:net';

const END = Buffer.from('\r\n.\r\n');
const GREETING = '220 sink.example ESMTP\r\n';
const HELLO = '250-sink.example\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n';

/**
 * A mail server that takes everything.
 *
 * @param {{ keep?: boolean }} [options] whether it keeps the mails
 * @returns {Promise<{ port: number, count(): number, taken(): { recipients: string[], raw: string }[], stop(): void }>} listening
 */
export async function startSinkServer({ keep = false } = {}) {
  let count = 0;
  const mails = [];
  const finished = mail => {
    count++;
    if (mail) mails.push(mail);
  };
  const server = createServer(socket => void new Session(socket, keep, finished));
  server.listen(0, '127.0.0.1', 1000);
  await once(server, 'listening');
  const { port } = server.address();
  return { port, count: () => count, taken: () => mails.splice(0), stop: () => void server.close() };
}

/** One connection: lines of commands until DATA, then everything up to the dot. */
class Session {
  #socket;
  #rest = Buffer.alloc(0);
  /** Pieces of the mail that is on its way; undefined between mails. */
  #data;
  #recipients = [];

  #finished;
  #keeps;

  constructor(socket, keeps, finished) {
    this.#socket = socket;
    this.#keeps = keeps;
    this.#finished = finished;
    socket.setNoDelay(true);
    socket.on('error', () => {});
    socket.on('data', chunk => this.#take(chunk));
    socket.write(GREETING);
  }

  #take(chunk) {
    let rest = this.#rest.length > 0 ? Buffer.concat([this.#rest, chunk]) : chunk;
    let replies = '';
    for (;;) {
      const mark = this.#data ? END : '\r\n';
      const at = rest.indexOf(mark);
      if (at < 0) break;
      const piece = rest.subarray(0, at);
      rest = rest.subarray(at + mark.length);
      if (!this.#data) {
        replies += this.#command(piece.toString());
        // The dot may follow DATA at once; the empty line before it is then the end of DATA.
        if (this.#data) rest = Buffer.concat([Buffer.from('\r\n'), rest]);
        continue;
      }
      this.#finish(piece);
      replies += '250 2.0.0 taken\r\n';
    }
    if (this.#data && rest.length > END.length) {
      // What cannot belong to the end is done with, so that a large mail is not looked through again and again.
      const done = rest.subarray(0, rest.length - END.length);
      if (this.#keeps) this.#data.push(Buffer.from(done));
      rest = rest.subarray(done.length);
    }
    this.#rest = rest;
    if (replies !== '') this.#socket.write(replies);
  }

  #command(line) {
    const verb = line.slice(0, 4).toUpperCase();
    if (verb === 'EHLO') return HELLO;
    if (verb === 'RCPT') this.#recipients.push(line.slice(line.indexOf('<') + 1, line.indexOf('>')));
    if (verb === 'DATA') {
      this.#data = [];
      return '354 go on\r\n';
    }
    if (verb === 'QUIT') {
      this.#socket.end('221 bye\r\n');
      return '';
    }
    return '250 ok\r\n';
  }

  #finish(last) {
    const recipients = this.#recipients;
    if (this.#keeps) {
      const raw = Buffer.concat([...this.#data, last]).toString('latin1');
      this.#finished({ recipients, raw: raw.slice(2).replaceAll('\r\n..', '\r\n.') });
    } else this.#finished();
    this.#data = undefined;
    this.#recipients = [];
  }
}
