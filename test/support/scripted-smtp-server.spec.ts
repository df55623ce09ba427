import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { connect as connectTls } from 'node:tls';
import { afterEach, describe, expect, it } from '@jest/globals';
import { createTransport } from 'nodemailer';
import { createCertificateAuthority } from './certificates.js';
import { ScriptedSmtpServer } from './scripted-smtp-server.js';
import type { Script } from './scripted-smtp-server.js';

const ca = createCertificateAuthority();
const certificate = ca.issue({ hosts: ['127.0.0.1'] });
const message = { envelope: { from: 'a@x.test', to: 'b@x.test' }, raw: 'Subject: hi\r\n\r\n.dot\r\n' };
const conversation: Script = [
  { expect: /^MAIL FROM:<a@x\.test>$/, send: '250 ok\r\n' },
  { expect: 'RCPT TO:<b@x.test>', send: '250 ok\r\n' },
  { expect: 'DATA', send: '354 go\r\n' },
  { expectData: true, send: '250 taken\r\n' },
];

describe('ScriptedSmtpServer', () => {
  let server: ScriptedSmtpServer;
  const clients: Socket[] = [];

  async function start(script: Script | ((index: number) => Script)): Promise<void> {
    server = await ScriptedSmtpServer.start(script);
  }

  function client(): Socket {
    const socket = connect(server.port, server.host);
    clients.push(socket);
    return socket;
  }

  afterEach(async () => {
    for (const socket of clients.splice(0)) socket.destroy();
    await server.close();
  });

  it('plays a whole conversation with nodemailer and records it', async () => {
    await start([{ send: '220 hi\r\n' }, { expect: /^EHLO /, send: '250-x\r\n250 OK\r\n' }, ...conversation]);
    const info = await createTransport({ host: server.host, port: server.port }).sendMail(message);
    expect(info.response).toBe('250 taken');
    expect(server.received()).toEqual(
      expect.arrayContaining(['MAIL FROM:<a@x.test>', 'DATA', 'Subject: hi', '..dot', '.']),
    );
    expect(server.connections).toBe(1);
  });

  it('becomes a TLS server in the middle and from the start', async () => {
    await start(index =>
      index === 0
        ? [
            { send: '220 hi\r\n' },
            { expect: /^EHLO /, send: '250-x\r\n250 STARTTLS\r\n' },
            { expect: 'STARTTLS', send: '220 go\r\n' },
            { startTls: certificate },
            { expect: /^EHLO /, send: '250 OK\r\n' },
            ...conversation,
          ]
        : [
            { startTls: certificate },
            { send: '220 hi\r\n' },
            { expect: /^EHLO /, send: '250 OK\r\n' },
            ...conversation,
          ],
    );
    const options = { host: server.host, port: server.port, tls: { ca: ca.cert } };
    await createTransport({ ...options, requireTLS: true }).sendMail(message);
    await createTransport({ ...options, secure: true }).sendMail(message);
    expect(server.received(0).slice(1, 3)).toEqual(['STARTTLS', expect.stringMatching(/^EHLO/)]);
    expect(server.received(1)).toContain('..dot');
    expect(server.connections).toBe(2);
  });

  it('goes on after a handshake that the client broke off', async () => {
    await start([{ startTls: certificate }, { send: '220 hi\r\n' }]);
    const distrustful = connectTls(server.port, server.host);
    await expect(once(distrustful, 'secureConnect')).rejects.toThrow();
    const trusting = connectTls({ port: server.port, host: server.host, ca: ca.cert });
    await expect(once(trusting, 'data')).resolves.toEqual([Buffer.from('220 hi\r\n')]);
    trusting.destroy();
  });

  it('takes pipelined commands and data in one chunk or octet by octet', async () => {
    const script: Script = [
      { expect: 'ONE', send: '1' },
      { expect: 'TWO', send: '2' },
      { expectData: true, send: '3' },
      { expectData: true, send: '4' },
      { expect: 'QUIT' },
      { close: true },
    ];
    await start(script);
    const input = 'ONE\r\nTWO\r\na\r\n.\r\n.\r\nQUIT\r\n';
    const atOnce = client();
    atOnce.write(input);
    await expect(text(atOnce)).resolves.toBe('1234');
    const slowly = client().setNoDelay(true);
    for (const octet of input) {
      slowly.write(octet);
      await delay(2);
    }
    await expect(text(slowly)).resolves.toBe('1234');
    expect(server.receivedBytes(1).toString()).toBe(input);
  });

  it('closes in order, cuts, keeps silent and drips', async () => {
    const scripts: Script[] = [
      [{ send: '220 hi\r\n' }, { close: true }],
      [{ send: '220 hi\r\n' }, { expect: 'GO' }, { reset: true }],
      [{ silence: true }, { send: 'never' }],
      [{ drip: '220', everyMs: 10 }, { close: true }],
    ];
    await start(index => scripts[index] ?? []);
    await expect(text(client())).resolves.toBe('220 hi\r\n');
    const cut = client();
    await once(cut, 'data');
    cut.write('GO\r\n');
    await expect(once(cut, 'end')).rejects.toMatchObject({ code: 'ECONNRESET' });
    const silent = client();
    silent.write('HELLO?\r\n');
    const heard: Buffer[] = [];
    silent.on('data', (chunk: Buffer) => heard.push(chunk));
    await once(silent, 'connect');
    const begin = performance.now();
    await expect(text(client())).resolves.toBe('220');
    expect(performance.now() - begin).toBeGreaterThanOrEqual(25);
    expect(heard).toEqual([]);
    expect(server.received(2)).toEqual(['HELLO?']);
    while (server.openConnections > 1) await delay(5);
    expect(server.openConnections).toBe(1);
  });

  it('cuts TLS connections too', async () => {
    await start([{ startTls: certificate }, { send: '220 hi\r\n' }, { expect: 'GO' }, { reset: true }]);
    const socket = connectTls({ port: server.port, host: server.host, ca: ca.cert });
    await once(socket, 'data');
    socket.write('GO\r\n');
    await expect(once(socket, 'end')).rejects.toMatchObject({ code: 'ECONNRESET' });
  });

  it('cuts a client that departs from the script, and says so when it closes', async () => {
    await start([{ expect: /^EHLO/, send: '250 OK\r\n' }]);
    const socket = client();
    socket.write('HELO x\r\n');
    await once(socket, 'close');
    expect(server.received()).toEqual(['HELO x']);
    await expect(server.close()).rejects.toThrow('connection 0: expected /^EHLO/ but received "HELO x"');
  });
});
