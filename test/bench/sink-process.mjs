/**
 * A mail server that takes everything and keeps nothing, unless it is asked to: started as `sink-process.mjs [keep]`.
 * Says `{ port }` when it listens; asked anything, it answers `{ count, mails }`.
 */
import { createServer } from 'node:net';

const keeps = process.argv[2] === 'keep';
const END = Buffer.from('\r\n.\r\n');
const GREETING = '220 sink.example ESMTP\r\n';
const HELLO = '250-sink.example\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 SMTPUTF8\r\n';

let count = 0;
const mails = [];

/** One connection: lines of commands until DATA, then everything up to the dot. */
class Session {
  #socket;
  #rest = Buffer.alloc(0);
  /** Pieces of the mail that is on its way; undefined between mails. */
  #data;
  #recipients = [];

  constructor(socket) {
    this.#socket = socket;
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
      if (keeps) this.#data.push(Buffer.from(done));
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
    count++;
    if (keeps) {
      const raw = Buffer.concat([...this.#data, last]).toString('latin1');
      mails.push({ recipients: this.#recipients, raw: raw.slice(2).replaceAll('\r\n..', '\r\n.') });
    }
    this.#data = undefined;
    this.#recipients = [];
  }
}

process.on('SIGINT', () => {});
process.on('disconnect', () => process.exit());
process.on('message', () => process.send({ count, mails: mails.splice(0) }));
const server = createServer(socket => void new Session(socket)).listen(0, '127.0.0.1', 1000, () =>
  process.send({ port: server.address().port }),
);
