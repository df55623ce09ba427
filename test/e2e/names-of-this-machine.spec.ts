import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:tls';
import { describe, expect, it } from '@jest/globals';
import type { MailSettings, SmtpOptions } from 'nest-mailroom';
import { ownAddresses } from '../../lib/core/address/loopback.js';
import { createCertificateAuthority } from '../support/certificates.js';
import { HttpProxy } from '../support/http-proxy.js';
import { LyingDnsServer } from '../support/lying-dns-server.js';
import { useMailBench } from '../support/mail-bench.js';
import { rejection } from '../support/rejection.js';

const NAMES = ['localhost', 'LocalHost', 'localhost.', 'relay.localhost', 'mail.relay.localhost'];
/** Nobody is there (RFC 5737). */
const ELSEWHERE = '192.0.2.254';
const auth = { user: 'ann', pass: 's3cret-password' };
const login = { Username: auth.user, Password: auth.pass };
const MAIL = { subject: 's', to: 'ann@contoso.com', text: 'secret text' };
const authority = createCertificateAuthority();

const bench = useMailBench();

async function appFor(settings: MailSettings, smtp: SmtpOptions = {}) {
  const common = { FromAddress: 'a@contoso.com', ConnectionTimeout: 5 };
  return bench.app(
    { ...common, ...settings },
    { smtp: { tls: { ca: authority.cert }, allowInternalNetworkInterfaces: true, ...smtp } },
  );
}

describe('A name of this machine', () => {
  it.each(NAMES)('is asked of no name server, which may lie: %s', async Host => {
    const liar = bench.closing(await LyingDnsServer.start(ELSEWHERE));
    const sink = await bench.sink({ auth, allowInsecureAuth: true });
    const { mail } = await appFor({ Host, Port: sink.port, ...login });
    await mail.verify();
    expect((await mail.send(MAIL)).status).toBe('accepted');
    expect(sink.messages[0]).toMatchObject({ secure: false, user: 'ann' });
    expect(liar.questions).toEqual([]);
  });

  it('is none where it only looks like one: the name server is asked', async () => {
    const sink = await bench.sink({ auth, allowInsecureAuth: true });
    const liar = bench.closing(await LyingDnsServer.start(sink.host));
    const { mail } = await appFor({ Host: 'localhost.contoso.example', Port: sink.port, ...login });
    await mail.send(MAIL);
    expect(liar.questions).toContain('localhost.contoso.example');
    expect(sink.messages).toHaveLength(1);
  });

  it.each(ownAddresses().flatMap(host => NAMES.slice(2).map(Host => [host, Host] as const)))(
    'is found where a server listens on %s only: %s',
    async (host, Host) => {
      const sink = await bench.sink({ host });
      const { mail } = await appFor({ Host, Port: sink.port });
      expect((await mail.send(MAIL)).status).toBe('accepted');
    },
  );

  it.each([
    ['SslOnConnect', 'implicit'],
    ['StartTls', 'starttls'],
  ] as const)('is the one in the certificate, with %s', async (SecureSocketOption, tls) => {
    for (const host of ownAddresses()) {
      const good = await bench.sink({
        host,
        tls,
        certificate: authority.issue({ hosts: ['relay.localhost'] }),
      });
      const bad = await bench.sink({
        host,
        tls,
        certificate: authority.issue({ hosts: ['localhost', '127.0.0.1', '::1'] }),
      });
      const settings = { Host: 'relay.localhost', SecureSocketOption };
      const { mail } = await appFor({ ...settings, Port: good.port });
      expect((await mail.send(MAIL)).status).toBe('accepted');
      const other = await appFor({ ...settings, Port: bad.port });
      expect(await rejection(other.mail.send(MAIL))).toMatchObject({
        code: 'EMAILTLS',
        message: expect.stringContaining('The certificate is for another name'),
      });
    }
  });

  it('is the one that the server is told in the handshake (RFC 6066)', async () => {
    const names: (string | false | null)[] = [];
    const server = createServer({ ...authority.issue({ hosts: ['relay.localhost'] }) }, socket => {
      names.push(socket.servername);
      socket.end('554 5.3.2 not today\r\n');
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    bench.after(() => server.close());
    const { port } = server.address() as AddressInfo;
    const { mail } = await appFor({
      Host: 'relay.localhost',
      Port: port,
      ConnectionTimeout: 0.5,
      SecureSocketOption: 'SslOnConnect',
    });
    expect(await rejection(mail.send(MAIL))).toMatchObject({ responseCode: 554 });
    expect(new Set(names)).toEqual(new Set(['relay.localhost']));
  });

  it('at which nobody listens is told with what became of each address', async () => {
    const port = await bench.unusedPort();
    const { mail } = await appFor({ Host: 'relay.localhost', Port: port });
    const error = await rejection(mail.send(MAIL));
    expect(error).toMatchObject({
      code: 'EMAILCONNECT',
      phase: 'connect',
      retryable: true,
      message: expect.stringContaining('Nothing listens there; check the settings Host and Port'),
    });
    for (const address of ownAddresses())
      expect(error).toMatchObject({ message: expect.stringContaining(`ECONNREFUSED ${address}:${port}`) });
  });

  it('is reached from the address that code names', async () => {
    const sink = await bench.sink();
    const { mail } = await appFor({ Host: 'localhost', Port: sink.port }, { localAddress: '127.0.0.1' });
    expect((await mail.send(MAIL)).status).toBe('accepted');
  });

  it('of a proxy is asked of no name server either', async () => {
    const liar = bench.closing(await LyingDnsServer.start(ELSEWHERE));
    const proxy = bench.closing(await HttpProxy.start());
    const sink = await bench.sink();
    const { port } = new URL(`http://${proxy.address}`);
    const { mail } = await appFor(
      { Host: 'mail.contoso.com', Port: sink.port },
      { proxy: `http://proxy.localhost:${port}` },
    );
    expect((await mail.send(MAIL)).status).toBe('accepted');
    expect(liar.questions).toEqual([]);
  });

  it('counts for a fallback as well', async () => {
    const liar = bench.closing(await LyingDnsServer.start(ELSEWHERE));
    const sink = await bench.sink({ auth, allowInsecureAuth: true });
    const { mail } = await bench.app(
      { Host: 'localhost', Port: await bench.unusedPort(), FromAddress: 'a@contoso.com' },
      { fallback: { Host: 'relay.localhost', Port: sink.port, ...login } },
    );
    expect((await mail.send(MAIL)).status).toBe('accepted');
    expect(sink.messages[0]).toMatchObject({ user: 'ann' });
    expect(liar.questions).toEqual([]);
  });
});
