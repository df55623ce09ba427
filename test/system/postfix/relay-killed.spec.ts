import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { NumberedMail } from './numbered-mails.js';
import { numberedMails } from './numbered-mails.js';
import { pickupFile } from './pickup-files.js';
import { PrivatePostfix } from './private-postfix.js';
import { countMails } from './relay-count.js';
import { RelayFolder } from './relay-folder.js';
import { drain, RelayProcess, stopRelays, timeToFirstMail } from './relay-process.js';

const MAILS = 2000;
const KILLS = 100;
const SHORTEST_MS = 50;

let postfix: PrivatePostfix;
let folder: RelayFolder;
beforeEach(async () => {
  postfix = await PrivatePostfix.start();
  folder = new RelayFolder(postfix);
});
afterEach(async () => {
  await stopRelays();
  folder?.remove();
  await postfix?.stop();
});

describe('A relay that is killed a hundred times while it empties a folder of 2,000 mails', () => {
  it('loses none of them, and sends at most one a second time for each kill that met it at work', async () => {
    const mails = numberedMails(MAILS);
    await folder.put(mails.map(pickupFile));
    const longest = Math.ceil(1.5 * (await timeToFirstMail(folder)));
    let atWork = 0;
    for (let kills = 0; kills < KILLS; kills++) {
      const relay = RelayProcess.start(folder);
      await sleep(randomInt(SHORTEST_MS, longest));
      await relay.signal('SIGKILL');
      if (folder.claimed().length > 0) atWork++;
      // On a fast machine they are sent before the kills are used up.
      if (folder.waiting().length < MAILS / 10) await putMore(mails, MAILS / 10);
    }
    // The others met one that started; without any at work the kills would have passed the mails by.
    expect(atWork).toBeGreaterThan(KILLS / 4);
    expect((await drain(folder)).code).toBe(0);

    const { lost, doubled } = await countMails(postfix, mails);
    expect(lost).toEqual([]);
    expect(doubled).toBeLessThanOrEqual(atWork);
    // No mail, no claim, no badmail, and nothing of the relays' own.
    expect(folder.contents()).toEqual([]);
  });
});

async function putMore(mails: NumberedMail[], count: number): Promise<void> {
  const more = numberedMails(mails.length + count).slice(mails.length);
  mails.push(...more);
  await folder.put(more.map(pickupFile));
}
