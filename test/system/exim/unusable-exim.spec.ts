import { once } from 'node:events';
import type { Socket } from 'node:net';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { MailApp } from '../../support/mail-app.js';
import { startMailApp } from '../../support/mail-app.js';
import { rejection } from '../../support/rejection.js';
import { eventually } from '../postfix/eventually.js';
import type { PrivateEximOptions } from './private-exim.js';
import { PrivateExim } from './private-exim.js';

let exim: PrivateExim | undefined;
let app: MailApp | undefined;
const holders: Socket[] = [];
afterEach(async () => {
  await app?.close();
  app = undefined;
  for (const socket of holders.splice(0)) socket.destroy();
  await exim?.stop();
  exim = undefined;
});

async function start(
  options: PrivateEximOptions,
  ConnectionTimeout: number,
): Promise<{ server: PrivateExim; mail: MailApp['mail'] }> {
  const server = await PrivateExim.start(options);
  exim = server;
  app = await startMailApp({
    Host: server.host,
    Port: server.ports.plain,
    SecureSocketOption: 'None',
    FromAddress: 'no-reply@contoso.test',
    ConnectionTimeout,
  });
  return { server, mail: app.mail };
}

/** Takes a place of the server for as long as the socket lives. */
async function hold(server: PrivateExim): Promise<Socket> {
  const place: Socket[] = [];
  // The harness, which has looked whether Exim listens, may still have its own places.
  await eventually('Exim has room', async () => {
    const socket = connect(server.ports.plain, server.host);
    holders.push(socket);
    const [greeting] = await once(socket, 'data');
    if (String(greeting).startsWith('220 ')) place.push(socket);
    else socket.destroy();
    return place.length > 0;
  });
  const [socket] = place;
  if (socket === undefined) throw new Error('Exim has no room.');
  return socket;
}

async function arrived(server: PrivateExim, marker: string): Promise<number> {
  await server.idle();
  return (await server.mails()).filter(({ raw }) => raw.includes(marker)).length;
}

describe('An Exim that refuses every connection', () => {
  it.each([
    ['554', 'deny message = 554 No mail is taken here'],
    ['550', 'deny message = No mail is taken here'],
    ['421', 'defer message = 421 No mail is taken here'],
  ])('(%s) ends a send with what it said', async (code, statement) => {
    const { server, mail } = await start({ acl: { connect: `  ${statement}` } }, 2);
    const error = await rejection(mail.send({ subject: 's', to: 'ann@contoso.test', text: 'never-taken' }));
    expect(error).toMatchObject({
      code: 'EMAILCONNECT',
      phase: 'connect',
      responseCode: Number(code),
      message: expect.stringContaining('No mail is taken here'),
    });
    expect(String(await rejection(mail.verify()))).toContain('No mail is taken here');
    expect(await arrived(server, 'never-taken')).toBe(0);
  });
});

describe('An Exim whose connections are all taken by others', () => {
  const options = { options: { smtp_accept_max: '2' } };

  it('ends a send that can be retried, with what it said; the next one is taken when there is room', async () => {
    const { server, mail } = await start(options, 2);
    const sockets = [await hold(server), await hold(server)];
    const error = await rejection(mail.send({ subject: 's', to: 'ann@contoso.test', text: 'no-room' }));
    expect(error).toMatchObject({
      code: 'EMAILCONNECT',
      phase: 'connect',
      retryable: true,
      responseCode: 421,
      message: expect.stringContaining('Too many concurrent SMTP connections'),
    });
    for (const socket of sockets) socket.destroy();
    const { messageId } = await mail.send({ subject: 's', to: 'ann@contoso.test', text: 'room-again' });
    expect(await arrived(server, messageId)).toBe(1);
    expect(await arrived(server, 'no-room')).toBe(0);
  });

  it('takes mails that wait when one of the others goes', async () => {
    const { server, mail } = await start(options, 20);
    const [first] = [await hold(server), await hold(server)];
    const sends = Array.from({ length: 10 }, (_, index) =>
      mail.send({ subject: 's', to: 'ann@contoso.test', text: `waited-${index}-end` }),
    );
    const all = Promise.all(sends);
    // Refused at least once before there is room.
    await eventually('Exim refuses a connection', () => server.log().includes('too many connections'));
    first.destroy();
    await all;
    for (let index = 0; index < 10; index++) expect(await arrived(server, `waited-${index}-end`)).toBe(1);
  });
});
