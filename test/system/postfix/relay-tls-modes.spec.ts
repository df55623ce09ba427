import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from './eventually.js';
import { numberedMails } from './numbered-mails.js';
import { pickupFile } from './pickup-files.js';
import type { PostfixPorts } from './postfix-configuration.js';
import { PrivatePostfix } from './private-postfix.js';
import type { RelayApp } from './relay-app.js';
import { startRelayApp } from './relay-app.js';
import { RelayFolder } from './relay-folder.js';
import { drain, stopRelays } from './relay-process.js';

const MODES = [
  ['plain', 'None', false],
  ['plain', 'Auto', false],
  ['startTls', 'Auto', true],
  ['startTls', 'StartTls', true],
  ['implicitTls', 'SslOnConnect', true],
] as const;

let postfix: PrivatePostfix;
let folder: RelayFolder | undefined;
let app: RelayApp | undefined;
let used = 0;
beforeAll(async () => {
  postfix = await PrivatePostfix.start();
});
afterEach(async () => {
  await stopRelays();
  await app?.close();
  app = undefined;
  folder?.remove();
});
afterAll(async () => {
  await postfix?.stop();
});

async function folderWithMails(port: keyof PostfixPorts, option: string, count = 5) {
  const filled = new RelayFolder(postfix, port, option);
  folder = filled;
  const mails = numberedMails(used + count).slice(used);
  used += count;
  await filled.put(mails.map(pickupFile));
  return { filled, mails };
}

/** Of each of the mails, whether its copies came over TLS. */
async function arrivals(mails: readonly { id: string }[]): Promise<boolean[][]> {
  await postfix.idle();
  const all = await postfix.mails();
  return mails.map(({ id }) =>
    all
      .filter(mail => mail.body.includes(id))
      .map(mail => /\bwith ESMTPS\b/.test(mail.raw.toString('latin1'))),
  );
}

describe('A relay hands its mails to a real Postfix', () => {
  it.each(MODES)(
    'on its port “%s” with SecureSocketOption %s, encrypted: %s (command line)',
    async (port, option, encrypted) => {
      const { filled, mails } = await folderWithMails(port, option);
      // The only way in which a command line learns of a private authority.
      const { code, events, stderr } = await drain(filled, [], { NODE_EXTRA_CA_CERTS: filled.caFile });
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(events.at(-1)).toMatchObject({
        event: 'ended',
        sent: 5,
        rejected: 0,
        deferred: 0,
        remaining: 0,
      });
      expect(await arrivals(mails)).toEqual(mails.map(() => [encrypted]));
      expect(filled.contents()).toEqual([]);
    },
  );

  it.each(MODES)(
    'on its port “%s” with SecureSocketOption %s, encrypted: %s (module)',
    async (port, option, encrypted) => {
      const { filled, mails } = await folderWithMails(port, option);
      const relay = await startRelayApp(filled, { smtp: { tls: { ca: postfix.ca } } });
      app = relay;
      await eventually('all mails are sent', async () => (await relay.status()).sent === mails.length);
      expect(await relay.status()).toMatchObject({ state: 'running', backlog: 0, inFlight: 0, badmail: 0 });
      expect(await arrivals(mails)).toEqual(mails.map(() => [encrypted]));
      await relay.close();
      expect(filled.contents()).toEqual([]);
    },
  );

  it('by no means when nobody trusts its certificate: every mail stays where it is', async () => {
    const { filled, mails } = await folderWithMails('startTls', 'StartTls');
    const { code, events } = await drain(filled);
    expect(code).toBe(1);
    expect(events).toContainEqual(
      expect.objectContaining({ event: 'paused', reason: expect.stringContaining('certificate') }),
    );
    expect(filled.contents()).toEqual(mails.map(({ id }) => `${id}.eml`));
    expect(await arrivals(mails)).toEqual(mails.map(() => []));
  });
});
