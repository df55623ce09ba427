import { describe, expect, it } from '@jest/globals';
import { ownAddresses } from '../../lib/core/address/loopback.js';
import { LyingDnsServer } from '../support/lying-dns-server.js';
import { useMailBench } from '../support/mail-bench.js';
import { check } from './checking.js';

const bench = useMailBench();

describe('A check of a server on this machine', () => {
  it.each(['localhost', 'relay.localhost'])('asks no name server for %s', async Host => {
    const liar = bench.closing(await LyingDnsServer.start('192.0.2.254'));
    const sink = await bench.sink();
    const result = await check(bench.folder(), { Host, Port: sink.port });
    expect(result.step('dns')).toMatchObject({
      status: 'ok',
      message: `${Host} is ${ownAddresses().join(', ')}`,
      facts: { host: Host, addresses: ownAddresses() },
    });
    expect(result.code).toBe(0);
    expect(liar.questions).toEqual([]);
  });

  it.each(ownAddresses())('is content when it listens at %s alone', async host => {
    const sink = await bench.sink({ host });
    const result = await check(bench.folder(), { Host: 'localhost', Port: sink.port });
    expect(result.step('connect')).toMatchObject({
      status: 'ok',
      message: `Port ${sink.port} is open at ${host}`,
    });
    expect(result.step('tls')).toMatchObject({
      status: 'ok',
      message: expect.stringContaining('they stay on this machine'),
    });
  });

  it('tells of each address when it listens at none', async () => {
    const result = await check(bench.folder(), { Host: 'localhost', Port: await bench.unusedPort() });
    expect(result.code).toBe(1);
    for (const address of ownAddresses())
      expect(result.step('connect')).toMatchObject({
        status: 'failed',
        message: expect.stringContaining(`${address}: refused, nothing listens there`),
      });
  });

  it('knows by the connection that mails stay here, whatever the name of the host', async () => {
    const sink = await bench.sink();
    bench.closing(await LyingDnsServer.start(sink.host));
    const result = await check(bench.folder(), { Host: 'mail.contoso.example', Port: sink.port });
    expect(result.step('tls')).toMatchObject({
      status: 'ok',
      message: expect.stringContaining('they stay on this machine'),
    });
  });
});
