import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import type { MailApp } from '../support/mail-app.js';
import { useMailBench } from '../support/mail-bench.js';
import { ownTime } from '../support/own-time.js';
import { rejection } from '../support/rejection.js';

const bench = useMailBench();

/** An HTTP proxy; `answer` gets each connection whose request has come. */
async function startProxy(answer: (client: Socket, target: string) => void): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer(client => {
    sockets.add(client);
    client.on('error', () => {});
    client.once('data', (request: Buffer) => {
      answer(client, /^CONNECT (\S+)/.exec(request.toString())?.[1] ?? '');
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  bench.closing({
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise(resolve => server.close(resolve));
    },
  });
  return `http://user:pr0xy-pass@127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function through(proxy: string, settings: object = {}): Promise<MailApp> {
  return bench.app(
    { Host: '127.0.0.1', Port: 2525, FromAddress: 'no-reply@contoso.com', ...settings },
    { smtp: { proxy } },
  );
}

const MESSAGE = { subject: 's', to: 'ann@contoso.com', text: 't' };

describe('Through a proxy, a mail', () => {
  it('reaches the server', async () => {
    const sink = await bench.sink();
    const proxy = await startProxy((client, target) => {
      const [host, port] = target.split(':');
      const server = connect(Number(port), host, () => {
        client.write('HTTP/1.1 200 OK\r\n\r\n');
        client.pipe(server).pipe(client);
      });
      server.on('error', () => {});
    });
    const app = await through(proxy, { Port: sink.port });
    expect((await app.mail.send(MESSAGE)).status).toBe('accepted');
  });

  it.each<[string, (client: Socket) => void]>([
    ['refuses', client => client.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n')],
    ['resets the connection', client => client.resetAndDestroy()],
    ['says nothing', () => {}],
    ['says nothing once the tunnel stands', client => client.write('HTTP/1.1 200 OK\r\n\r\n')],
  ])('that %s fails as one that cannot connect, in time, and verify tells the same', async (_, answer) => {
    const app = await through(await startProxy(answer), { ConnectionTimeout: 0.5 });
    const begun = ownTime();
    for (const attempt of [() => app.mail.send(MESSAGE), () => app.mail.verify()]) {
      const error = await rejection(attempt());
      expect(error).toMatchObject({
        code: 'EMAILCONNECT',
        phase: 'connect',
        retryable: true,
        transcript: [],
      });
      expect(`${String(error)} ${JSON.stringify(error)}`).not.toContain('pr0xy-pass');
    }
    expect(ownTime() - begun).toBeLessThan(4000);
  });
});
