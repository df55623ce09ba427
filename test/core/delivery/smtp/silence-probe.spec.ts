import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { NodemailerConnection } from '../../../../lib/core/delivery/smtp/nodemailer/nodemailer-connection.js';
import { parseProxy } from '../../../../lib/core/delivery/smtp/parse-proxy.js';
import { watchSilence } from '../../../../lib/core/delivery/smtp/silence-probe.js';
import type { SmtpOptions } from '../../../../lib/core/delivery/smtp/smtp-options.js';
import type { MailSettings } from '../../../../lib/core/settings/mail-settings.js';
import { resolveMailSettings } from '../../../../lib/core/settings/resolve-mail-settings.js';
import { ScriptedSmtpServer } from '../../../support/scripted-smtp-server.js';

const opened: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0).toReversed()) await close();
});

/** A connection to a server that says nothing; the settings may tell another port than it has. */
function silentConnection(Port: number): NodemailerConnection {
  const settings = resolveMailSettings({
    Host: '127.0.0.1',
    Port,
    FromAddress: 'a@contoso.com',
    SecureSocketOption: 'None',
  });
  const ignore = (): void => {};
  const events = {
    commandSent: ignore,
    replyReceived: ignore,
    messageWritten: ignore,
    clearTextDropped: ignore,
  };
  const connection = new NodemailerConnection({ settings, extra: {} }, events, undefined);
  connection.connect().catch(ignore);
  opened.push(() => connection.close());
  return connection;
}

/** A silent server, after a connection to it was watched. */
async function watched(settings: MailSettings, { proxy, ...extra }: SmtpOptions) {
  const server = await ScriptedSmtpServer.start([{ silence: true }]);
  opened.push(() => server.close());
  const resolved = resolveMailSettings({
    Host: '127.0.0.1',
    FromAddress: 'a@contoso.com',
    ConnectionTimeout: 0.3,
    ...settings,
  });
  const connection = silentConnection(server.port);
  const stop = watchSilence(
    { settings: resolved, extra, ...(proxy !== undefined && { proxy: parseProxy(proxy) }) },
    connection,
    () => true,
    () => {},
  );
  await delay(300);
  stop();
  return { server };
}

describe('The watch over a silent server', () => {
  it.each([
    ['looks whether it speaks TLS, on port 587', { Port: 587 }, {}, 2],
    ['looks whether it speaks TLS, on port 2525', { Port: 2525 }, {}, 2],
    ['looks whether it speaks TLS, on port 465', { Port: 465, SecureSocketOption: 'None' }, {}, 2],
    ['leaves port 25 alone, where servers greet late on purpose', { Port: 25 }, {}, 1],
    ['needs no look when TLS comes first', { Port: 2465, SecureSocketOption: 'SslOnConnect' }, {}, 1],
    ['never goes around a proxy', { Port: 587 }, { proxy: 'http://127.0.0.1:1' }, 1],
  ])('%s', async (_, settings, extra, connections) => {
    const { server } = await watched(settings, extra);
    expect(server.connections).toBe(connections);
  });

  it.each([
    ['mail.localhost', {}, 'mail.localhost'],
    ['127.0.0.1', { tls: { servername: 'smtp.contoso.com' } }, 'smtp.contoso.com'],
    ['127.0.0.1', {}, undefined],
  ] as const)('tells the server for Host %s and the options %j the name %s', async (Host, extra, name) => {
    const { server } = await watched({ Port: 587, Host }, extra);
    // An IP address must not stand there (RFC 6066 3).
    expect(server.receivedBytes(1).includes('127.0.0.1')).toBe(false);
    expect(server.receivedBytes(1).includes(name ?? 'contoso')).toBe(name !== undefined);
  });
});
