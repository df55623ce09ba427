import { expect, it } from '@jest/globals';
import { useMailBench } from '../support/mail-bench.js';
import { useRelayBench } from '../support/relay-bench.js';

const relayBench = useRelayBench();
const bench = useMailBench();

it.each([
  ['an address', 'bounces@contoso.com', 'bounces@contoso.com'],
  ['nobody', null, ''],
])(
  'A mail from %s reaches the server so through a pickup directory and its relay',
  async (_who, envelopeFrom, from) => {
    const { mail } = await bench.app({
      UseSpecifiedPickupDirectory: true,
      PickupDirectory: relayBench.folder.path,
      FromAddress: 'from@contoso.com',
    });
    await mail.send({ to: 'ann@contoso.com', bcc: 'bob@contoso.com', subject: 's', text: 'x', envelopeFrom });
    await relayBench.relay();
    const [received] = await relayBench.sink.waitForMessages(1);
    expect(received?.envelope).toEqual({ from, to: ['ann@contoso.com', 'bob@contoso.com'] });
    expect(received?.raw.toString()).not.toMatch(/X-Sender|bounces@/);
  },
);
