import { describe, expect, it } from '@jest/globals';
import type { MailSettings } from 'nest-mailroom';
import { until } from '../support/bounded-send.js';
import { createCertificateAuthority } from '../support/certificates.js';
import { HttpProxy } from '../support/http-proxy.js';
import { useMailBench } from '../support/mail-bench.js';
import type { MailSinkOptions } from '../support/mail-sink.js';
import { ownTime } from '../support/own-time.js';
import { rejection } from '../support/rejection.js';

const authority = createCertificateAuthority();
const certificate = authority.issue({ hosts: ['127.0.0.1'] });

const bench = useMailBench();

async function start(sinkOptions: MailSinkOptions = {}, settings: MailSettings = {}, login = '') {
  const sink = await bench.sink({ certificate, ...sinkOptions });
  const proxy = await HttpProxy.start();
  bench.closing(proxy);
  const app = await bench.app(
    { Host: sink.host, Port: sink.port, FromAddress: 'a@contoso.com', ...settings },
    { smtp: { proxy: `http://${login}${proxy.address}`, tls: { ca: authority.cert } } },
  );
  const send = () => app.mail.send({ to: 'ann@contoso.com', subject: 'Proxy', text: 'text' });
  return { sink, proxy, send };
}

describe('Through an HTTP proxy', () => {
  it.each([
    ['None', 'none', false],
    ['StartTls', 'starttls', true],
    ['SslOnConnect', 'implicit', true],
  ] as const)('a mail goes with %s to a server with TLS “%s”', async (SecureSocketOption, tls, secure) => {
    const { sink, proxy, send } = await start({ tls }, { SecureSocketOption });
    expect((await send()).status).toBe('accepted');
    expect(sink.messages[0]?.secure).toBe(secure);
    expect(proxy.requests[0]).toMatch(new RegExp(`^CONNECT 127.0.0.1:${sink.port} HTTP/1.1\r\n`));
  });

  it('a mail goes when the greeting comes together with the proxy’s own answer', async () => {
    const { proxy, send } = await start();
    proxy.joinsGreeting = true;
    expect((await send()).status).toBe('accepted');
  });

  it('a login of the proxy’s goes to the proxy', async () => {
    const { proxy, send } = await start({}, {}, 'ann:p%40ss@');
    await send();
    const expected = Buffer.from('ann:p@ss').toString('base64');
    expect(proxy.requests[0]).toMatch(new RegExp(`^proxy-authorization: Basic ${expected}\r$`, 'im'));
  });

  it('nothing goes when the proxy refuses, and the error says so', async () => {
    const { sink, proxy, send } = await start();
    proxy.answer = { refuse: '403 Forbidden' };
    expect(await rejection(send())).toMatchObject({
      code: 'EMAILCONNECT',
      phase: 'connect',
      retryable: true,
      message: expect.stringContaining('The proxy refused the connection (403)'),
    });
    expect(sink.connections).toBe(0);
  });

  it('the wait for the proxy ends at ConnectionTimeout', async () => {
    const { proxy, send } = await start({}, { ConnectionTimeout: 0.3 });
    proxy.answer = 'silence';
    expect(await rejection(send())).toMatchObject({
      code: 'EMAILCONNECT',
      retryable: true,
      message: expect.stringContaining('The proxy did not answer'),
    });
    await until(() => proxy.openConnections === 0);
  });

  it('the time that the proxy takes counts as a part of ConnectionTimeout', async () => {
    const server = await bench.server([{ silence: true }]);
    const proxy = await HttpProxy.start();
    proxy.delayMs = 1000;
    bench.closing(proxy);
    const app = await bench.app(
      { Host: server.host, Port: server.port, FromAddress: 'a@contoso.com', ConnectionTimeout: 1.5 },
      { smtp: { proxy: `http://${proxy.address}` } },
    );
    const begun = ownTime();
    const error = await rejection(app.mail.send({ subject: 's', to: 'ann@contoso.com', text: 'text' }));
    expect(ownTime() - begun).toBeLessThan(2300);
    expect(error).toMatchObject({ code: 'EMAILCONNECT', phase: 'connect', retryable: true });
  });

  it('nothing goes when there is no proxy, and its login is not in the error', async () => {
    const { proxy, send } = await start({}, {}, 'ann:s3cret@');
    await proxy.close();
    const error = await rejection(send());
    expect(error).toMatchObject({ code: 'EMAILCONNECT', phase: 'connect', retryable: true });
    expect(JSON.stringify(error)).not.toContain('s3cret');
  });
});
