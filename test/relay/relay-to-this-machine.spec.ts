import { expect, it } from '@jest/globals';
import { LyingDnsServer } from '../support/lying-dns-server.js';
import { iisMail, publish } from '../support/relay-app.js';
import { useRelayBench } from '../support/relay-bench.js';

const auth = { user: 'relay', pass: 's3cret-password' };
const bench = useRelayBench({}, { auth, allowInsecureAuth: true });

it('A relay asks no name server for a name of this machine', async () => {
  const liar = bench.closing(await LyingDnsServer.start('192.0.2.254'));
  publish(bench.folder.path, 'a.eml', iisMail('here'));
  const app = await bench.relay({}, { Host: 'mail.localhost', Username: auth.user, Password: auth.pass });
  await app.until('sent');
  expect(bench.sink.messages[0]).toMatchObject({ secure: false, user: auth.user });
  expect(liar.questions).toEqual([]);
});
