import { once } from 'node:events';
import { connect as connectTcp } from 'node:net';
import type { Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { describe, expect, it } from '@jest/globals';
import { createSelfSignedCertificate } from './certificates.js';
import { useMailBench } from './mail-bench.js';
import type { PolicySmtpServerOptions } from './policy-smtp-server.js';
import { TokenGate } from './token-gate.js';
import type { TokenGateOptions } from './token-gate.js';

const bench = useMailBench();
const certificate = createSelfSignedCertificate();
const extensions = ['AUTH XOAUTH2 OAUTHBEARER'];
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const XOAUTH2 = base64('user=ann\u0001auth=Bearer good\u0001\u0001');

/** Says a line and resolves with the last line of the reply. */
async function say(socket: Socket, line: string): Promise<string> {
  socket.write(`${line}\r\n`);
  return reply(socket);
}

async function reply(socket: Socket): Promise<string> {
  let text = '';
  while (!/^\d{3} .*\r\n$/m.test(text)) text += String((await once(socket, 'data'))[0]);
  return text.trimEnd().split('\r\n').at(-1) ?? '';
}

async function start(
  options: TokenGateOptions = {},
  serverOptions: PolicySmtpServerOptions = { extensions },
) {
  const gate = new TokenGate({ accepts: (token, user) => token === 'good' && user === 'ann', ...options });
  const server = await bench.policy(gate.policy, serverOptions);
  const socket = connectTcp(server.port, server.host);
  bench.after(() => socket.destroy());
  await reply(socket);
  return { gate, server, socket };
}

describe('A server of the tests that takes tokens', () => {
  it('takes a good one by both mechanisms, in the command and after it', async () => {
    const { gate, socket } = await start();
    expect(await say(socket, `AUTH XOAUTH2 ${XOAUTH2}`)).toMatch(/^235/);
    expect(await say(socket, 'AUTH XOAUTH2')).toBe('334');
    expect(await say(socket, XOAUTH2)).toMatch(/^235/);
    const bearer = base64('n,a=ann,\u0001host=h\u0001port=25\u0001auth=Bearer good\u0001\u0001');
    expect(await say(socket, `AUTH OAUTHBEARER ${bearer}`)).toMatch(/^235/);
    expect(gate.logins.map(({ initial, accepted }) => [initial, accepted])).toEqual([
      [true, true],
      [false, true],
      [true, true],
    ]);
  });

  it('refuses another one by a challenge and a reply, or by a reply', async () => {
    const bad = base64('user=ann\u0001auth=Bearer bad\u0001\u0001');
    const { gate, socket } = await start();
    const challenge = await say(socket, `AUTH XOAUTH2 ${bad}`);
    expect(Buffer.from(challenge.slice(4), 'base64').toString()).toContain('"status":"400"');
    expect(await say(socket, '')).toMatch(/^535 5\.7\.3/);
    expect(gate.logins).toMatchObject([{ user: 'ann', token: 'bad', accepted: false, acknowledged: '' }]);
    const other = await start({ refusal: 'at-once' });
    expect(await say(other.socket, `AUTH XOAUTH2 ${bad}`)).toMatch(/^535/);
  });

  it.each([
    'user=ann\u0001auth=Bearer good\u0001',
    'user=ann\u0001auth=bearergood\u0001\u0001',
    'n,a=ann,\u0001auth=Bearer good\u0001\u0001',
  ])('does not take what is no response of XOAUTH2: %j', async response => {
    const { socket } = await start();
    expect(await say(socket, `AUTH XOAUTH2 ${base64(response)}`)).toMatch(/^334 /);
  });

  it.each([
    'n,a=a,b,\u0001auth=Bearer good\u0001\u0001',
    'n,,\u0001auth=Bearer good\u0001\u0001',
    'n,a=ann,\u0001auth=Bearer good\u0001',
    'user=ann\u0001auth=Bearer good\u0001\u0001',
  ])('does not take what is no response of OAUTHBEARER: %j', async response => {
    const { socket } = await start();
    expect(await say(socket, `AUTH OAUTHBEARER ${base64(response)}`)).toMatch(/^334 /);
  });

  it('offers a login only after STARTTLS where it offers that', async () => {
    const { gate, server, socket } = await start({}, { extensions, startTls: certificate });
    expect(await say(socket, 'EHLO x')).toBe('250 STARTTLS');
    expect(await say(socket, 'STARTTLS')).toMatch(/^220/);
    const secured = connectTls({ socket, ca: certificate.cert, servername: 'localhost' });
    await once(secured, 'secureConnect');
    expect(await say(secured, 'EHLO x')).toBe('250 AUTH XOAUTH2 OAUTHBEARER');
    expect(await say(secured, `AUTH XOAUTH2 ${XOAUTH2}`)).toMatch(/^235/);
    expect(gate.logins).toMatchObject([{ secure: true }]);
    expect(server.visits[0]?.lines[0]).toBe('EHLO x');
  });
});
