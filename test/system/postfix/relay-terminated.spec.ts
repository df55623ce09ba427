import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { numberedMails } from './numbered-mails.js';
import { pickupFile } from './pickup-files.js';
import { PrivatePostfix } from './private-postfix.js';
import { countMails } from './relay-count.js';
import { RelayFolder } from './relay-folder.js';
import { drain, RelayProcess, stopRelays } from './relay-process.js';

/** So many mails are sent when the signal comes. */
const TERMINATIONS = [1, 2, 20, 100, 150];

let postfix: PrivatePostfix;
let folder: RelayFolder;
beforeAll(async () => {
  postfix = await PrivatePostfix.start();
  folder = new RelayFolder(postfix);
});
afterEach(stopRelays);
afterAll(async () => {
  folder?.remove();
  await postfix?.stop();
});

describe('A relay that is told to end (SIGTERM) in the middle of its work', () => {
  it('finishes what is under way, leaves the rest as it was, and says how much that is', async () => {
    const mails = numberedMails(1000);
    await folder.put(mails.map(pickupFile));
    let sent = 0;
    for (const after of TERMINATIONS) {
      const relay = RelayProcess.start(folder);
      await relay.printed('sent', after);
      const { code, signal, stderr } = await relay.signal('SIGTERM');
      expect({ code, signal, stderr }).toEqual({ code: 0, signal: null, stderr: '' });
      const end = relay.events.at(-1);
      expect(end).toMatchObject({ event: 'ended', rejected: 0, deferred: 0 });
      sent += Number(end?.['sent']);
      expect(relay.events.filter(({ event }) => event === 'sent')).toHaveLength(Number(end?.['sent']));
      expect(folder.waiting()).toHaveLength(mails.length - sent);
      expect(end?.['remaining']).toBe(mails.length - sent);
      // Plain files again: no claim is left, no state, and no folder of the relay's own.
      expect(folder.contents()).toEqual(folder.waiting().sort());
      expect((await countMails(postfix, mails)).doubled).toBe(0);
      expect(await postfix.mails()).toHaveLength(sent);
    }
    expect(folder.waiting()).not.toEqual([]);

    expect((await drain(folder)).code).toBe(0);
    expect(await countMails(postfix, mails)).toEqual({ lost: [], doubled: 0 });
    expect(folder.contents()).toEqual([]);
  });

  it('ends with 130 when it was to try each mail once, and another run does the rest', async () => {
    const mails = numberedMails(1500).slice(1000);
    await folder.put(mails.map(pickupFile));
    const relay = RelayProcess.start(folder, ['--once']);
    await relay.printed('sent', 50);
    const { code, signal } = await relay.signal('SIGTERM');
    expect({ code, signal }).toEqual({ code: 130, signal: null });
    expect(folder.waiting()).not.toEqual([]);
    expect(folder.contents()).toEqual(folder.waiting().sort());
    expect((await drain(folder)).code).toBe(0);
    expect(await countMails(postfix, mails)).toEqual({ lost: [], doubled: 0 });
    expect(folder.contents()).toEqual([]);
  });
});
