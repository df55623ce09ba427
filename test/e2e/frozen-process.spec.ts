import { once } from 'node:events';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { SMTPServer } from 'smtp-server';
import { TalkingChild } from '../support/talking-child.js';

const SCRIPT = join(import.meta.dirname, 'frozen-child/send-lines.mjs');

/** Ends sessions that do nothing, as servers do after minutes, and keeps what it was given. */
class ImpatientServer {
  readonly subjects: string[] = [];
  readonly sockets = new Set<Socket>();
  /** What the reply to the next mails waits for. */
  gate: Promise<void> | undefined;
  /** Called when a mail has come whose reply waits. */
  atGate: (() => void) | undefined;
  readonly #server: SMTPServer;

  constructor(idleMs: number) {
    this.#server = new SMTPServer({
      disabledCommands: ['AUTH', 'STARTTLS'],
      socketTimeout: idleMs,
      closeTimeout: 1,
      disableReverseLookup: true,
      onData: (stream, _session, callback) => {
        void text(stream).then(async mail => {
          this.atGate?.();
          await this.gate;
          this.subjects.push(/^Subject: (.*)$/m.exec(mail)?.[1]?.trim() ?? '');
          callback();
        });
      },
    });
    this.#server.server.on('connection', (socket: Socket) => {
      this.sockets.add(socket);
      socket.on('close', () => this.sockets.delete(socket));
    });
  }

  async listen(): Promise<number> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server.server, 'listening');
    const address = this.#server.server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  /** Waits until the server has ended every session. */
  async untilNobodyIsConnected(): Promise<void> {
    while (this.sockets.size > 0) await delay(10);
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise<void>(resolve => this.#server.close(() => resolve()));
  }
}

let server: ImpatientServer | undefined;
let child: TalkingChild | undefined;
afterEach(async () => {
  if (child) {
    process.kill(child.pid, 'SIGCONT');
    await child.kill();
  }
  await server?.close();
  [child, server] = [undefined, undefined];
});

/** An application in a process of its own, and its server. */
async function start(idleMs: number, settings: object): Promise<[TalkingChild, ImpatientServer]> {
  const impatient = new ImpatientServer(idleMs);
  server = impatient;
  const port = await impatient.listen();
  const all = { Host: '127.0.0.1', Port: port, FromAddress: 'a@contoso.test', ...settings };
  const talking = await TalkingChild.start(process.execPath, [SCRIPT, JSON.stringify(all)]);
  child = talking;
  expect(await talking.expectLine()).toBe('ready');
  return [talking, impatient];
}

describe('An application that was frozen for longer than its server waits', () => {
  it.each([
    ['one connection', { MaxConnections: 1 }],
    ['the usual ones', {}],
    ['a connection that it would have given up by itself', { MaxConnections: 1, ConnectionTimeout: 1 }],
  ])('loses no mail and doubles none, over %s', async (_kind, settings) => {
    const [talking, impatient] = await start(400, settings);
    for (let round = 0; round < 3; round++) {
      talking.say(`a${round}`);
      expect(await talking.expectLine()).toBe(`a${round} accepted`);
      process.kill(talking.pid, 'SIGSTOP');
      await impatient.untilNobodyIsConnected();
      // What the next invocation asks for is there as soon as the process goes on.
      talking.say(`b${round}`);
      process.kill(talking.pid, 'SIGCONT');
      expect(await talking.expectLine()).toBe(`b${round} accepted`);
    }
    expect(impatient.subjects).toEqual(['a0', 'b0', 'a1', 'b1', 'a2', 'b2']);
  });

  it('loses no mail and doubles none when the connection was reset', async () => {
    const [talking, impatient] = await start(60_000, { MaxConnections: 1 });
    talking.say('one');
    expect(await talking.expectLine()).toBe('one accepted');
    process.kill(talking.pid, 'SIGSTOP');
    for (const socket of impatient.sockets) socket.resetAndDestroy();
    await impatient.untilNobodyIsConnected();
    talking.say('two');
    talking.say('three');
    process.kill(talking.pid, 'SIGCONT');
    expect([await talking.expectLine(), await talking.expectLine()].toSorted()).toEqual([
      'three accepted',
      'two accepted',
    ]);
    expect(impatient.subjects.toSorted()).toEqual(['one', 'three', 'two']);
  });

  it('reads the reply to a mail that was under way, and does not send it again', async () => {
    const [talking, impatient] = await start(60_000, { MaxConnections: 1 });
    let open = (): void => {};
    impatient.gate = new Promise(resolve => (open = resolve));
    const waiting = new Promise<void>(resolve => (impatient.atGate = resolve));
    talking.say('one');
    await waiting;
    process.kill(talking.pid, 'SIGSTOP');
    open();
    while (impatient.subjects.length === 0) await delay(10);
    await delay(50);
    for (const socket of impatient.sockets) socket.end();
    process.kill(talking.pid, 'SIGCONT');
    expect(await talking.expectLine()).toBe('one accepted');
    expect(impatient.subjects).toEqual(['one']);
  });
});
