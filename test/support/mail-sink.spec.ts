import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { createTransport } from 'nodemailer';
import type { SMTPTransportOptions } from 'nodemailer';
import { createCertificateAuthority } from './certificates.js';
import { MailSink } from './mail-sink.js';
import type { MailSinkOptions } from './mail-sink.js';

const ca = createCertificateAuthority();
const certificate = ca.issue({ hosts: ['localhost', '127.0.0.1'] });
const envelope = { from: 'a@example.com', to: ['b@example.com', 'c@example.com'] };
const raw = 'Subject: hi\r\nMessage-ID: <1@x>\r\n\r\n.dotted\r\nend\r\n';

describe('MailSink', () => {
  let sink: MailSink | undefined;

  async function start(options?: MailSinkOptions): Promise<MailSink> {
    sink = await MailSink.start(options);
    return sink;
  }

  async function send(options: Partial<SMTPTransportOptions> = {}): Promise<string> {
    const transport = createTransport({
      host: '127.0.0.1',
      port: sink?.port,
      tls: { ca: ca.cert },
      ...options,
    });
    const info = await transport.sendMail({ envelope, raw });
    return info.response;
  }

  afterEach(async () => {
    await sink?.close();
    sink = undefined;
  });

  it('keeps envelope and bytes of a message in clear, and the commands in their order', async () => {
    const server = await start();
    await expect(send()).resolves.toMatch(/^250 /);
    const [mail] = await server.waitForMessages(1);
    expect(mail).toMatchObject({ envelope, secure: false, user: undefined });
    expect(mail?.raw.toString()).toBe(raw);
    await expect(mail?.parse()).resolves.toMatchObject({ subject: 'hi', messageId: '<1@x>' });
    expect(server.commands.map(line => line.split(' ')[0]).slice(0, 5)).toEqual([
      'EHLO',
      'MAIL',
      'RCPT',
      'RCPT',
      'DATA',
    ]);
    expect(server.connections).toBe(1);
    server.clear();
    expect([server.messages, server.commands]).toEqual([[], []]);
  });

  it('does not know STARTTLS unless told so', async () => {
    await start();
    await expect(send({ requireTLS: true })).rejects.toMatchObject({ code: 'ETLS' });
  });

  it('upgrades to TLS with STARTTLS', async () => {
    const server = await start({ tls: 'starttls', certificate });
    await send({ requireTLS: true });
    expect(server.messages).toMatchObject([{ secure: true }]);
  });

  it('speaks TLS from the first octet', async () => {
    const server = await start({ tls: 'implicit', certificate });
    await send({ secure: true });
    expect(server.messages).toMatchObject([{ secure: true }]);
  });

  it('brings a certificate that nobody trusts when it was given none', async () => {
    const server = await start({ tls: 'implicit' });
    await expect(send({ secure: true })).rejects.toThrow(/self[- ]signed/);
    expect(server.messages).toEqual([]);
  });

  it.each(['PLAIN', 'LOGIN'])('takes a login with %s over TLS', async authMethod => {
    const server = await start({ tls: 'starttls', certificate, auth: { user: 'u', pass: 'p' } });
    await send({ auth: { user: 'u', pass: 'p' }, authMethod });
    expect(server.messages).toMatchObject([{ user: 'u', secure: true }]);
    expect(server.commands).toContainEqual(expect.stringMatching(`^AUTH ${authMethod}`));
  });

  it('refuses wrong credentials with 535 and no credentials with 530', async () => {
    await start({ tls: 'starttls', certificate, auth: { user: 'u', pass: 'p' } });
    await expect(send({ auth: { user: 'u', pass: 'x' } })).rejects.toMatchObject({ responseCode: 535 });
    await expect(send()).rejects.toMatchObject({ responseCode: 530 });
    await expect(send({ ignoreTLS: true })).rejects.toMatchObject({ responseCode: 530 });
  });

  it.each(['none', 'starttls'] as const)('offers AUTH in clear only when told so (%s)', async tls => {
    const auth = { user: 'u', pass: 'p' };
    const server = await start({ tls, certificate, auth });
    await expect(send({ auth, ignoreTLS: true })).rejects.toThrow();
    expect(server.commands.filter(line => line.startsWith('AUTH'))).toEqual([]);
    await server.close();
    const lax = await start({ tls, certificate, auth, allowInsecureAuth: true });
    await send({ auth, ignoreTLS: true });
    expect(lax.messages).toMatchObject([{ user: 'u', secure: false }]);
  });

  it('refuses recipients, senders and data with the replies it is given', async () => {
    const reject = { code: 550, message: '5.1.1 no such user' };
    const server = await start({
      rejectRecipient: address => (address.startsWith('b@') ? reject : undefined),
    });
    await send();
    expect(server.messages).toMatchObject([{ envelope: { to: ['c@example.com'] } }]);
    await server.close();

    await start({ rejectSender: () => ({ code: 451, message: 'later' }) });
    await expect(send()).rejects.toMatchObject({ responseCode: 451, response: '451 later' });
    await sink?.close();

    const picky = await start({ rejectData: () => ({ code: 554, message: '5.7.1 spam' }) });
    await expect(send()).rejects.toMatchObject({ response: '554 5.7.1 spam', command: 'DATA' });
    expect(picky.messages).toEqual([]);
  });

  it('refuses what is larger than its limit, announced or not', async () => {
    const server = await start({ size: 20 });
    await expect(send()).rejects.toMatchObject({ code: 'EMESSAGE' });
    await server.close();
    const silent = await start({ size: 20, hideExtensions: ['SIZE', 'PIPELINING', '8BITMIME', 'SMTPUTF8'] });
    await expect(send()).rejects.toMatchObject({ responseCode: 552 });
    expect(silent.messages).toEqual([]);
  });

  it('waits before it answers the final dot', async () => {
    await start({ delayDataMs: 150 });
    const begin = performance.now();
    await send();
    expect(performance.now() - begin).toBeGreaterThanOrEqual(145);
  });

  it('says how many messages came when there are too few', async () => {
    const server = await start();
    await send();
    await expect(server.waitForMessages(2, 30)).rejects.toThrow('1 of 2 messages came within 30 ms');
  });

  it.each(['none', 'starttls', 'implicit'] as const)(
    'cuts open connections when it closes (%s)',
    async tls => {
      const server = await start({ tls, certificate });
      const idle = connect(server.port, server.host).on('error', () => undefined);
      const ended = once(idle, 'close');
      if (tls !== 'implicit') await once(idle, 'data');
      else await once(idle, 'connect');
      if (tls === 'starttls') {
        idle.write('EHLO x\r\n');
        await once(idle, 'data');
        idle.write('STARTTLS\r\n');
        await once(idle, 'data');
      }
      const pooled = createTransport({
        host: server.host,
        port: server.port,
        pool: true,
        secure: tls === 'implicit',
        tls: { ca: ca.cert },
      });
      await pooled.sendMail({ envelope, raw });
      expect(server.openConnections).toBe(2);
      await server.close();
      await ended;
      expect(server.openConnections).toBe(0);
      pooled.close();
    },
  );

  it('closes while a reply is being delayed, and more than once', async () => {
    const server = await start({ delayDataMs: 60_000 });
    const sending = expect(send()).rejects.toThrow();
    while (!server.commands.includes('DATA')) await delay(5);
    await server.close();
    await server.close();
    await sending;
  });
});
