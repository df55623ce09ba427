import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually } from './eventually.js';
import { numberedMails } from './numbered-mails.js';
import { pickupFile } from './pickup-files.js';
import type { PostfixPorts } from './postfix-configuration.js';
import { PrivatePostfix } from './private-postfix.js';
import type { RelayApp } from './relay-app.js';
import { startRelayApp } from './relay-app.js';
import { countMails } from './relay-count.js';
import { RelayFolder } from './relay-folder.js';

const KILLS = 10;

let postfix: PrivatePostfix;
let folder: RelayFolder | undefined;
let app: RelayApp | undefined;
beforeEach(async () => {
  postfix = await PrivatePostfix.start();
});
afterEach(async () => {
  await app?.close();
  app = undefined;
  folder?.remove();
  await postfix?.stop();
});

async function relayWhilePostfixCrashes(
  port: keyof PostfixPorts,
  option: string,
  { mails: count, unconfirmed }: { mails: number; unconfirmed: number },
) {
  const filled = new RelayFolder(postfix, port, option);
  folder = filled;
  const mails = numberedMails(count);
  await filled.put(mails.map(pickupFile));
  const relay = await startRelayApp(filled, {
    unconfirmed,
    // While a crashed server starts again, the relay asks for it several times.
    retry: { firstMs: 50, maxMs: 500 },
    smtp: { tls: { ca: postfix.ca } },
  });
  app = relay;
  const sent = () => relay.events.filter(({ type }) => type === 'sent').length;
  for (let kills = 1; kills <= KILLS; kills++) {
    // Counted in mails and not in time: each crash meets the relay in the middle of its work, on any machine.
    await eventually('the relay gets on', () => sent() >= (kills * count) / (KILLS + 1));
    await postfix.kill();
    await postfix.restart();
  }
  await eventually('everything is sent', () => sent() === count);
  await relay.close();
  const happened = (type: string) => relay.events.filter(event => event.type === type).length;
  return { filled, ...(await countMails(postfix, mails)), happened };
}

describe('A relay whose Postfix is killed and restarted ten times while it empties 2,000 mails', () => {
  it.each([
    ['plain', 'None'],
    ['startTls', 'StartTls'],
  ] as const)(
    'loses none of them, and sends at most one a second time for each kill (port “%s”)',
    async (port, option) => {
      const { filled, lost, doubled, happened } = await relayWhilePostfixCrashes(port, option, {
        mails: 2000,
        unconfirmed: 1,
      });
      expect(lost).toEqual([]);
      expect(doubled).toBeLessThanOrEqual(KILLS);
      expect(happened('sent')).toBe(2000);
      // Otherwise the kills would have passed the relay by.
      expect(happened('deferred') + happened('paused')).toBeGreaterThan(0);
      // Nothing is refused for good because a server is down.
      expect(happened('rejected')).toBe(0);
      expect(filled.contents()).toEqual([]);
    },
  );

  it('sends at most as many a second time for each kill as may be unconfirmed', async () => {
    const unconfirmed = 5;
    const { filled, lost, doubled } = await relayWhilePostfixCrashes('plain', 'None', {
      mails: 1000,
      unconfirmed,
    });
    expect(lost).toEqual([]);
    expect(doubled).toBeLessThanOrEqual(unconfirmed * KILLS);
    expect(filled.contents()).toEqual([]);
  });
});
