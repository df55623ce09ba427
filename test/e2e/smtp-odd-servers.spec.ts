import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { TLSSocket } from 'node:tls';
import { describe, expect, it } from '@jest/globals';
import type { MailMessage } from 'nest-mailroom';
import { createCertificateAuthority } from '../support/certificates.js';
import type { MailApp } from '../support/mail-app.js';
import { useMailBench } from '../support/mail-bench.js';
import { rejection } from '../support/rejection.js';
import type { Script } from '../support/scripted-smtp-server.js';
import { ScriptedSmtpServer } from '../support/scripted-smtp-server.js';
import type { Offer } from './smtp-stages/stages.js';
import { GOODBYE, goodScript, PASSWORD, transaction, upTo } from './smtp-stages/stages.js';

const bench = useMailBench();

type Server = { host: string; port: number; close(): Promise<void> };

async function against(server: Server, more: object = {}, smtp: object = {}): Promise<MailApp> {
  bench.closing(server);
  return bench.app(
    {
      Host: server.host,
      Port: server.port,
      FromAddress: 'no-reply@contoso.com',
      SecureSocketOption: 'None',
      Username: 'ann',
      Password: PASSWORD,
      MaxConnections: 1,
      ...more,
    },
    { smtp },
  );
}

/** A server whose first connection goes wrong and whose later ones do not. */
function failingOnce(offer: Offer, script: Script): Promise<ScriptedSmtpServer> {
  return ScriptedSmtpServer.start(index => (index === 0 ? script : goodScript(offer)));
}

const MESSAGE: MailMessage = { subject: 's', to: 'ann@contoso.com', text: 't' };
const EACH_WAY: readonly [string, Offer][] = [
  ['one by one', { pipelining: false }],
  ['with PIPELINING', { pipelining: true }],
];

describe.each(EACH_WAY)('A server that answers with a code of the wrong kind, %s,', (_, offer) => {
  it.each(['mail', 'rcpt'] as const)(
    '354 to %s, has not refused for good and is not talked to again',
    async name => {
      const server = await failingOnce(offer, [
        ...upTo(name, offer),
        { send: `354 go\r\n${offer.pipelining ? '503 no\r\n503 no\r\n' : ''}` },
      ]);
      const app = await against(server);
      expect(await rejection(app.mail.send(MESSAGE))).toMatchObject({
        code: 'EMAILENVELOPE',
        phase: 'envelope',
        retryable: true,
        responseCode: 354,
      });
      expect((await app.mail.send(MESSAGE)).response).toBe('250 2.0.0 taken');
      expect(server.connections).toBe(2);
    },
  );

  it('354 after the dot, has decided nothing', async () => {
    const server = await failingOnce(offer, [...upTo('after-dot', offer), { send: '354 go on\r\n' }]);
    const app = await against(server);
    expect(await rejection(app.mail.send(MESSAGE))).toMatchObject({
      code: 'EMAILUNKNOWN',
      phase: 'after-data',
      retryable: 'unknown',
      responseCode: 354,
    });
    expect((await app.mail.send(MESSAGE)).response).toBe('250 2.0.0 taken');
    expect(server.connections).toBe(2);
  });

  it.each(['200', '250', '251', '334', '353', '355', '399'])(
    '%s to DATA, has not asked for the message and gets nothing of it',
    async code => {
      const server = await failingOnce(offer, [...upTo('data', offer), { send: `${code} go\r\n` }]);
      const app = await against(server);
      expect(await rejection(app.mail.send({ ...MESSAGE, text: 'the-body' }))).toMatchObject({
        code: 'EMAILDATA',
        phase: 'data',
        retryable: true,
        responseCode: Number(code),
      });
      expect((await app.mail.send(MESSAGE)).response).toBe('250 2.0.0 taken');
      expect(server.connections).toBe(2);
      expect(server.received(0).join('\n')).not.toMatch(/the-body|RSET/);
    },
  );

  it('250 in the middle of the message, cannot have it', async () => {
    const server = await failingOnce(offer, [...upTo('message', offer), { send: '250 taken\r\n' }]);
    const app = await against(server);
    expect(await rejection(app.mail.send(withAttachment(slowly(100, 5000))))).toMatchObject({
      code: 'EMAILUNKNOWN',
      phase: 'data',
      retryable: 'unknown',
    });
    expect((await app.mail.send(MESSAGE)).response).toBe('250 2.0.0 taken');
    expect(server.connections).toBe(2);
  });

  it('garbage and then 250 after the dot, leaves open whether it has the mail', async () => {
    const server = await failingOnce(offer, [
      ...upTo('after-dot', offer),
      { send: 'debug: queue\r\n250 taken\r\n' },
    ]);
    const app = await against(server);
    expect(await rejection(app.mail.send(MESSAGE))).toMatchObject({
      code: 'EMAILUNKNOWN',
      retryable: 'unknown',
      message: expect.stringContaining('debug: queue'),
    });
    expect((await app.mail.send(MESSAGE)).status).toBe('accepted');
  });

  it('one reply too many, does not shift the answers of the next message', async () => {
    const server = await failingOnce(offer, [
      ...upTo('after-dot', offer),
      { send: '250 taken\r\n250 taken again\r\n' },
    ]);
    const app = await against(server);
    expect((await app.mail.send(MESSAGE)).response).toBe('250 taken');
    await delay(50);
    expect((await app.mail.send(MESSAGE)).response).toBe('250 2.0.0 taken');
    expect(server.connections).toBe(2);
  });
});

it.each(EACH_WAY)(
  'A stray reply at MAIL blames no recipient for what another one got, %s',
  async (_, offer) => {
    const server = await failingOnce(offer, [
      ...upTo('mail', offer),
      { send: '250 stray\r\n250 sender ok\r\n' },
      { expect: /^RCPT/, send: '550 5.1.1 gone\r\n' },
      { expect: /^RCPT/, send: '250 ok\r\n' },
      { expect: 'DATA', send: '354 go ahead\r\n' },
    ]);
    const app = await against(server);
    const error = await rejection(app.mail.send({ ...MESSAGE, to: ['gone@contoso.com', 'ann@contoso.com'] }));
    expect(error).toMatchObject({ code: 'EMAILDATA', phase: 'data', retryable: true });
    expect(error).toHaveProperty('recipients', undefined);
    expect((await app.mail.send(MESSAGE)).response).toBe('250 2.0.0 taken');
    expect(server.connections).toBe(2);
  },
);

describe.each(EACH_WAY)('A server that is long-winded, %s,', (_, offer) => {
  const LONG = 'w'.repeat(2 * 1024 * 1024);
  const MANY = (code: string): string => `${`${code}-${'w'.repeat(600)}\r\n`.repeat(3500)}${code} end\r\n`;

  it.each<[string, (reply: string) => string]>([
    ['in one line', reply => `${reply} ${LONG}\r\n`],
    ['in many lines', reply => MANY(reply.slice(0, 3))],
  ])('says yes in 2 MB %s, is understood, and its words are cut short', async (__, pad) => {
    const server = await ScriptedSmtpServer.start([
      { send: pad('220 hi') },
      {
        expect: /^EHLO/,
        send: `${MANY('250').replace('250 end', '250-end')}${offer.pipelining ? '250-PIPELINING\r\n' : ''}250 AUTH PLAIN\r\n`,
      },
      { expect: /^AUTH/, send: pad('235 welcome') },
      ...transaction(pad),
      ...GOODBYE,
    ]);
    const app = await against(server);
    const receipt = await app.mail.send(MESSAGE);
    expect(receipt.accepted).toEqual(['ann@contoso.com']);
    expect(receipt.response).toMatch(/^250[ -].*…$/s);
    expect(receipt.response?.length).toBeLessThan(2000);
  });

  it('and means to draw on the terminal of its reader is shown with control characters escaped', async () => {
    const evil = '\u001b[2J\u001b]0;owned\u0007\u009b31m\u202e\u2028';
    const server = await ScriptedSmtpServer.start([
      ...upTo('rcpt', offer),
      { send: `550 5.1.1 no${evil}\r\n` },
      { expect: /^RCPT/, send: '250 ok\r\n' },
      ...transaction().slice(2, -1),
      { expectData: true, send: `250 taken${evil}\r\n` },
      ...GOODBYE,
    ]);
    const app = await against(server);
    const receipt = await app.mail.send({ ...MESSAGE, to: ['ann@contoso.com', 'bob@contoso.com'] });
    expect(receipt.rejected).toMatchObject([
      { code: 550, response: expect.stringContaining('no\\u001b[2J') },
    ]);
    const shown = [receipt.response, receipt.rejected[0]?.response, ...app.logger.lines].join('\n');
    expect(shown).toContain('250 taken\\u001b[2J');
    expect(shown).not.toMatch(/[^\P{Cc}\n]|[\p{Cf}\p{Zl}\p{Zp}]/u);
  });

  it('refuses one of two recipients in 2 MB, and the receipt stays short', async () => {
    const server = await ScriptedSmtpServer.start([
      ...upTo('rcpt', offer),
      { send: `550 5.1.1 ${LONG}\r\n` },
      { expect: /^RCPT/, send: '250 ok\r\n' },
      ...transaction().slice(2),
      ...GOODBYE,
    ]);
    const app = await against(server);
    const receipt = await app.mail.send({ ...MESSAGE, to: ['ann@contoso.com', 'bob@contoso.com'] });
    expect(receipt.rejected).toMatchObject([{ code: 550, enhancedCode: '5.1.1', retryable: false }]);
    expect(JSON.stringify(receipt).length).toBeLessThan(4000);
  });
});

describe('While a large message is written, a server', () => {
  const authority = createCertificateAuthority();
  const certificate = authority.issue({ hosts: ['127.0.0.1'] });

  /** Reads a message as slowly as it likes: `pause` is called with the connection once DATA is over. */
  async function startReader(secure: boolean, onMessage: (socket: Socket) => void): Promise<Server> {
    const sockets = new Set<Socket>();
    const server = createServer(plain => {
      sockets.add(plain);
      plain.on('error', () => {});
      const socket = secure ? new TLSSocket(plain, { isServer: true, ...certificate }) : plain;
      socket.on('error', () => {});
      socket.write('220 hi\r\n');
      socket.on('data', function commands(chunk: Buffer) {
        for (const line of chunk.toString('latin1').split('\r\n').slice(0, -1)) {
          if (line.startsWith('EHLO')) socket.write('250-hi\r\n250 AUTH PLAIN\r\n');
          else if (line.startsWith('AUTH')) socket.write('235 welcome\r\n');
          else if (line === 'DATA') {
            socket.off('data', commands);
            socket.pause();
            socket.write('354 go\r\n');
            return onMessage(socket);
          } else socket.write('250 ok\r\n');
        }
      });
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    return {
      host: '127.0.0.1',
      port: (server.address() as AddressInfo).port,
      close: async () => {
        for (const socket of sockets) socket.destroy();
        await new Promise(resolve => server.close(resolve));
      },
    };
  }
  const way = (secure: boolean): object => (secure ? { SecureSocketOption: 'SslOnConnect' } : {});
  const trust = { tls: { ca: authority.cert } };
  const LARGE: MailMessage = {
    ...MESSAGE,
    attachments: [{ filename: 'a', content: Buffer.alloc(12_000_000, 1) }],
  };
  const EACH: readonly [string, boolean][] = [
    ['in clear', false],
    ['over TLS', true],
  ];

  it.each(EACH)(
    'that stops reading %s is cut after SocketTimeout: it cannot have the mail',
    async (_, secure) => {
      const server = await startReader(secure, () => {});
      const app = await against(server, { SocketTimeout: 0.5, DataTimeout: 30, ...way(secure) }, trust);
      expect(await rejection(app.mail.send(LARGE))).toMatchObject({
        code: 'EMAILDATA',
        phase: 'data',
        retryable: true,
        message: expect.stringContaining('SocketTimeout'),
      });
    },
  );

  it.each(EACH)('that stops reading and drips %s is cut just the same', async (_, secure) => {
    const server = await startReader(secure, socket => {
      const timer = setInterval(() => socket.write('2'), 50);
      socket.on('close', () => clearInterval(timer));
    });
    const app = await against(server, { SocketTimeout: 0.5, DataTimeout: 30, ...way(secure) }, trust);
    expect(await rejection(app.mail.send(LARGE))).toMatchObject({
      code: 'EMAILDATA',
      phase: 'data',
      retryable: true,
      message: expect.stringContaining('SocketTimeout'),
    });
  });

  it.each(EACH)('that reads slowly %s but reads gets all of it', async (_, secure) => {
    const server = await startReader(secure, socket => {
      let unread = '';
      let toRead = 0;
      socket.on('data', (chunk: Buffer) => {
        toRead -= chunk.length;
        if (toRead <= 0) socket.pause();
        unread = (unread + chunk.toString('latin1')).slice(-5);
        if (unread === '\r\n.\r\n') {
          clearInterval(timer);
          socket.resume();
          socket.write('250 taken\r\n');
        }
      });
      // A megabyte every now and then: far longer in all than SocketTimeout.
      const timer = setInterval(() => {
        toRead = 1_000_000;
        socket.resume();
      }, 300);
      socket.on('close', () => clearInterval(timer));
    });
    const app = await against(server, { SocketTimeout: 3, DataTimeout: 30, ...way(secure) }, trust);
    expect((await app.mail.send(LARGE)).response).toBe('250 taken');
  });
});

function withAttachment(content: Readable): MailMessage {
  return { ...MESSAGE, attachments: [{ filename: 'a.bin', content }] };
}

function slowly(chunks: number, octets: number): Readable {
  return Readable.from(
    (async function* () {
      for (let chunk = 0; chunk < chunks; chunk++) {
        yield Buffer.alloc(octets, 1);
        await delay(10);
      }
    })(),
  );
}
