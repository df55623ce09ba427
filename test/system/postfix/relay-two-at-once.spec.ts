import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from './eventually.js';
import { numberedMails } from './numbered-mails.js';
import { pickupFile } from './pickup-files.js';
import { PrivatePostfix } from './private-postfix.js';
import { countMails } from './relay-count.js';
import { RelayFolder } from './relay-folder.js';
import { RelayProcess, stopRelays } from './relay-process.js';

describe('Two relays that empty one folder of 2,000 mails at the same time', () => {
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

  it('both take part, and each mail goes out once', async () => {
    // Both are there before the first mail is: neither finds the work done.
    const relays = [RelayProcess.start(folder), RelayProcess.start(folder)];
    for (const relay of relays) await relay.printed('started');
    const mails = numberedMails(2000);
    await folder.put(mails.map(pickupFile));
    for (const relay of relays) await relay.printed('sent', 50);
    await eventually('the folder is empty', () => folder.waiting().length + folder.claimed().length === 0);
    const ends = await Promise.all(relays.map(relay => relay.signal('SIGTERM')));
    expect(ends.map(({ code }) => code)).toEqual([0, 0]);
    const sent = relays.map(relay => Number(relay.events.at(-1)?.['sent']));
    expect(sent.reduce((sum, part) => sum + part, 0)).toBe(mails.length);
    expect(Math.min(...sent)).toBeGreaterThan(50);
    expect(relays.flatMap(relay => relay.events).filter(({ event }) => event === 'problem')).toEqual([]);
    expect(await countMails(postfix, mails)).toEqual({ lost: [], doubled: 0 });
    expect(folder.contents()).toEqual([]);
  });
});
