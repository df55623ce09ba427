import { describe, expect, it } from '@jest/globals';
import { rejection } from '../support/rejection.js';
import { iisMail, publish } from '../support/relay-app.js';
import { useRelayBench } from '../support/relay-bench.js';

const bench = useRelayBench();

describe('A relay', () => {
  it.each([
    ['the setting LocalDomain', { LocalDomain: 'relay.contoso.test' }, {}],
    ['else the option smtp.name', {}, { smtp: { name: 'relay.contoso.test' } }],
  ])('says %s in EHLO', async (_, settings, options) => {
    publish(bench.folder.path, 'a.eml', iisMail('greeting'));
    const app = await bench.relay(options, settings);
    await app.until('sent');
    expect(bench.sink.commands).toContain('EHLO relay.contoso.test');
  });

  it.each([
    ['LocalDomain', { LocalDomain: 'my_host' }, {}],
    ['smtp.name', {}, { smtp: { name: 'my_host' } }],
  ])('does not start with a bad %s', async (key, settings, options) => {
    expect(await rejection(bench.relay(options, settings))).toMatchObject({
      code: 'EMAILSETTINGS',
      problems: [{ key }],
    });
  });
});
