import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, get } from 'node:http';
import type { IncomingMessage, RequestListener } from 'node:http';
import { connect } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { askLocked, WITH_KEY } from './http-request.js';
import type { PreviewApp } from './preview-app.js';
import { startPreviewApp } from './preview-app.js';

/** What proxies add, in the spelling of their manuals. */
const PROXY_HEADERS =
  'Forwarded Via X-Forwarded-For X-Forwarded-Host X-Forwarded-Proto X-Forwarded-Port X-Forwarded-Server X-Real-IP X-Client-IP X-Cluster-Client-IP X-Original-Forwarded-For X-Original-Host X-Envoy-External-Address X-Amzn-Trace-Id CF-Connecting-IP True-Client-IP Fastly-Client-IP'.split(
    ' ',
  );

let started: PreviewApp;
beforeAll(async () => {
  started = await startPreviewApp({ preview: { allowLoopback: true } });
});
afterAll(() => started.close());

const statusOf = async (headers: Record<string, string>): Promise<number> =>
  (await askLocked(`${started.url}/mailbox`, { headers })).status;

describe('With allowLoopback no key is asked for', () => {
  it.each([
    'localhost',
    'localhost:3000',
    'mail.localhost',
    '127.0.0.1',
    '127.9.9.9:80',
    '[::1]:3000',
    'LOCALHOST.',
  ])('of a program of this machine that calls it %s', async host => {
    expect(await statusOf({ Host: host })).toBe(200);
    const deleted = await askLocked(`${started.url}/api/messages`, {
      method: 'DELETE',
      headers: { Host: host },
    });
    expect(deleted.status).toBe(204);
  });
});

describe('With allowLoopback the key is asked for', () => {
  it.each([
    'evil.example',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    '1127.0.0.1',
    'evil.example:3000@localhost',
    'localhost evil.example',
    '[::ffff:10.0.0.1]',
    '10.0.0.1',
  ])('where another host is named: %j', async host => {
    const answer = await askLocked(`${started.url}/mailbox`, { headers: { Host: host } });
    expect(answer.status).toBe(401);
    expect(answer.body).toContain('it names another host');
    expect(answer.body).not.toContain('evil');
    expect(await statusOf({ ...WITH_KEY, Host: host })).toBe(200);
  });

  it.each(PROXY_HEADERS)('behind a proxy, where everybody seems to be on this machine: %s', async name => {
    const answer = await askLocked(`${started.url}/api/messages`, { headers: { [name]: '127.0.0.1' } });
    expect(answer.status).toBe(401);
    expect(answer.body).toContain(`it has the header ${name.toLowerCase()}`);
    expect(await statusOf({ ...WITH_KEY, [name]: '203.0.113.9' })).toBe(200);
  });

  it('behind an nginx without settings, which names this machine and adds no header', async () => {
    const { port } = new URL(started.origin);
    const socket = connect(Number(port), '127.0.0.1');
    await once(socket, 'connect');
    socket.write(`GET /mail/mailbox HTTP/1.0\r\nHost: 127.0.0.1:${port}\r\nConnection: close\r\n\r\n`);
    const answer = await text(socket);
    expect(answer).toMatch(/^HTTP\/1\.1 401 /);
    expect(answer).toContain('it speaks HTTP/1.0');
  });

  it('on a Unix socket, behind which anybody may be', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'preview-socket-'));
    const socketPath = join(folder, 'http');
    const other = await startPreviewApp({ preview: { allowLoopback: true } });
    const server = createServer(other.app.getHttpAdapter().getInstance() as RequestListener);
    await once(server.listen(socketPath), 'listening');
    const [answer] = (await once(get({ socketPath, path: '/mail/api/messages' }), 'response')) as [
      IncomingMessage,
    ];
    expect(answer.statusCode).toBe(401);
    expect(await text(answer)).toContain('it has no address, as on a Unix socket');
    server.close();
    await other.close();
    await rm(folder, { recursive: true });
  });

  it('of other machines', async () => {
    const addresses = Object.values(networkInterfaces()).flatMap(list => list ?? []);
    const outer = addresses.find(({ internal, family }) => !internal && family === 'IPv4')?.address;
    // Where a machine has no other address, a name of another machine stands for it.
    if (outer === undefined) {
      expect(await statusOf({ Host: '203.0.113.9' })).toBe(401);
      return;
    }
    const everywhere = await startPreviewApp({ listenOn: 'everywhere', preview: { allowLoopback: true } });
    const { port } = new URL(everywhere.origin);
    // IPv4 comes to a server that speaks IPv6 too as ::ffff:127.0.0.1.
    expect((await askLocked(`http://127.0.0.1:${port}/mail/mailbox`)).status).toBe(200);
    const answer = await askLocked(`http://${outer}:${port}/mail/mailbox`, {
      headers: { Host: 'localhost' },
    });
    expect(answer.status).toBe(401);
    expect(answer.body).toContain('it comes from another machine');
    await everywhere.close();
  });
});
