import { once } from 'node:events';
import { connect } from 'node:net';
import { bursts } from '../burst.mjs';
import { attachedBytes } from '../mail/attachments.mjs';
import { FROM, recipientsOf } from '../mail/reset-mail.mjs';

const CONNECTIONS = 5;
const OCTETS_PER_LINE = 57;
const CHARACTERS_PER_LINE = 76;
/** Octets that are encoded at once: what is made of them stays in the cache. */
const OCTETS_AT_ONCE = OCTETS_PER_LINE * 1024;
const HEAD = [
  `From: ${FROM}`,
  'Subject: The limit',
  'MIME-Version: 1.0',
  'Content-Type: application/octet-stream; name=report.bin',
  'Content-Transfer-Encoding: base64',
  'Content-Disposition: attachment; filename=report.bin',
  '',
  '',
].join('\r\n');

/**
 * The limit: bytes that are in memory encoded as base64 in lines and written to a socket, in the least of a message and of a
 * dialogue. No stream, no template, no pool and no bounds, and one buffer for all.
 *
 * @param {import('../smtp-load.mjs').SmtpLoad} load what is sent where
 */
export async function open(load) {
  const content = attachedBytes(load);
  const free = await Promise.all(Array.from({ length: CONNECTIONS }, () => Connection.open(load.port)));
  const all = [...free];
  const waiting = [];
  const send = async n => {
    const connection = free.pop() ?? (await new Promise(resolve => void waiting.push(resolve)));
    await connection.send(recipientsOf(n, load.recipients), content);
    const next = waiting.shift();
    if (next) next(connection);
    else free.push(connection);
  };
  return {
    run: (count, options) => bursts(count, send, options),
    async close() {
      for (const connection of all) connection.close();
    },
  };
}

/** One connection; commands in turn, each with its reply. */
class Connection {
  #socket;
  #buffer = Buffer.allocUnsafeSlow((OCTETS_AT_ONCE / OCTETS_PER_LINE) * (CHARACTERS_PER_LINE + 2));
  #reply;
  #fail;
  #said = '';

  constructor(socket) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.on('error', error => this.#fail?.(error));
    socket.setEncoding('latin1');
    socket.on('data', text => {
      this.#said += text;
      if (/^\d{3} [^\n]*\n$/m.test(this.#said)) {
        const said = this.#said;
        this.#said = '';
        this.#reply?.(said);
      }
    });
  }

  static async open(port) {
    const socket = connect(port, '127.0.0.1');
    const connection = new Connection(socket);
    const greeting = connection.#answer();
    await once(socket, 'connect');
    await greeting;
    await connection.#say('EHLO bench.example\r\n', 250);
    return connection;
  }

  async send(recipients, content) {
    await this.#say(`MAIL FROM:<${FROM}>\r\n`, 250);
    for (const recipient of recipients) await this.#say(`RCPT TO:<${recipient}>\r\n`, 250);
    await this.#say('DATA\r\n', 354);
    await this.#write(HEAD);
    for (let start = 0; start < content.length; start += OCTETS_AT_ONCE)
      await this.#write(this.#buffer.subarray(0, this.#encode(content, start)));
    await this.#say('.\r\n', 250);
  }

  close() {
    this.#socket.end('QUIT\r\n');
  }

  /** Slices of a text share its memory, and joining them copies nothing: the text is written once, with its line ends. */
  #encode(content, start) {
    const text = content.toString('base64', start, start + OCTETS_AT_ONCE);
    let lines = '';
    for (let at = 0; at < text.length; at += CHARACTERS_PER_LINE)
      lines += `${text.slice(at, at + CHARACTERS_PER_LINE)}\r\n`;
    return this.#buffer.write(lines, 0, 'latin1');
  }

  /** Resolves when the bytes are the system's. */
  #write(bytes) {
    return new Promise((resolve, reject) => {
      this.#socket.write(bytes, error => (error ? reject(error) : resolve()));
    });
  }

  async #say(line, code) {
    const answer = this.#answer();
    this.#socket.write(line);
    const said = await answer;
    if (!said.startsWith(String(code))) throw new Error(`The sink answers ${said.trim()}`);
  }

  #answer() {
    return new Promise((resolve, reject) => {
      this.#reply = resolve;
      this.#fail = reject;
    });
  }
}
