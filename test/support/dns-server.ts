import type { Socket } from 'node:dgram';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';

const A = 1;
const TXT = 16;
const NOT_THERE = 3;

/**
 * How a name server answers a question: with the texts of TXT records, with IPv4 addresses, with a code of failure (RFC 1035 4.1.1), or not at all.
 */
export type DnsAnswer =
  readonly string[] | { readonly addresses: readonly string[] } | { readonly code: number } | 'silence';

/** A real name server inside the test process. */
export class DnsServer {
  /** The names that were asked for. */
  readonly questions: string[] = [];

  private constructor(
    private readonly socket: Socket,
    private readonly answerOf: (name: string) => DnsAnswer | undefined,
  ) {
    socket.on('message', (query, { address, port }) => {
      const reply = this.#reply(query);
      if (reply) socket.send(reply, port, address);
    });
  }

  /**
   * Starts one on a free port of 127.0.0.1.
   *
   * @param answerOf the answer for a name; undefined: there is no such name
   */
  static async start(answerOf: (name: string) => DnsAnswer | undefined): Promise<DnsServer> {
    const socket = createSocket('udp4');
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    return new DnsServer(socket, answerOf);
  }

  /** Where it is asked. */
  get address(): string {
    return `127.0.0.1:${this.socket.address().port}`;
  }

  /** Stops it. */
  async close(): Promise<void> {
    this.socket.close();
    await once(this.socket, 'close');
  }

  #reply(query: Buffer): Buffer | undefined {
    const labels: string[] = [];
    let at = 12;
    for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
      labels.push(query.toString('latin1', at + 1, at + 1 + length));
      at += length + 1;
    }
    const name = labels.join('.');
    this.questions.push(name);
    const answer = this.answerOf(name);
    if (answer === 'silence') return undefined;
    const question = query.subarray(12, at + 5);
    const records = answer ? recordsOf(answer, query.readUInt16BE(at + 1)) : [];
    const header = Buffer.from(query.subarray(0, 12));
    const code = !answer ? NOT_THERE : 'code' in answer ? answer.code : 0;
    header.writeUInt16BE(0x8180 | code, 2);
    header.writeUInt16BE(records.length, 6);
    header.writeUInt32BE(0, 8);
    return Buffer.concat([header, question, ...records]);
  }
}

/** The records of an answer that a question of this type asks for. */
function recordsOf(answer: Exclude<DnsAnswer, 'silence'>, type: number): Buffer[] {
  if ('code' in answer) return [];
  if (!('addresses' in answer)) return answer.map(txtRecord);
  return type === A
    ? answer.addresses.map(address => record(A, Buffer.from(address.split('.').map(Number))))
    : [];
}

/** A record in strings of at most 255 octets. */
function txtRecord(text: string): Buffer {
  const strings = text.match(/.{1,255}/g) ?? [''];
  const data = Buffer.concat(strings.map(part => Buffer.from(`\0${part}`, 'latin1')));
  let at = 0;
  for (const part of strings) {
    data[at] = part.length;
    at += part.length + 1;
  }
  return record(TXT, data);
}

/** A record for the name of the question. */
function record(type: number, data: Buffer): Buffer {
  const head = Buffer.alloc(12);
  head.writeUInt16BE(0xc00c, 0);
  head.writeUInt16BE(type, 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt16BE(data.length, 10);
  return Buffer.concat([head, data]);
}
