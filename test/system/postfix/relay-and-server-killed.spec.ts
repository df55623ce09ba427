import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually } from './eventually.js';
import { numberedMails } from './numbered-mails.js';
import { pickupFile } from './pickup-files.js';
import { PrivatePostfix } from './private-postfix.js';
import { countMails } from './relay-count.js';
import { RelayFolder } from './relay-folder.js';
import { drain, RelayProcess, stopRelays } from './relay-process.js';

const MAILS = 600;
const SERVER_KILLS = 5;
const RELAY_KILLS = 20;

let postfix: PrivatePostfix;
let folder: RelayFolder;
let crashing: Promise<void> = Promise.resolve();
beforeEach(async () => {
  postfix = await PrivatePostfix.start();
  folder = new RelayFolder(postfix);
});
afterEach(async () => {
  await stopRelays();
  // Not to be started again behind the end of the test.
  await crashing.catch(() => {});
  folder?.remove();
  await postfix?.stop();
});

describe('Relays and the Postfix behind them that are killed and restarted again and again', () => {
  it('lose none of 600 mails, and mails go out twice no more often than something was killed', async () => {
    const mails = numberedMails(MAILS);
    await folder.put(mails.map(pickupFile));
    let atWork = 0;
    for (let kills = 0; kills < SERVER_KILLS; kills++) {
      crashing = crash();
      for (let runs = 0; runs < RELAY_KILLS / SERVER_KILLS; runs++) {
        const relay = RelayProcess.start(folder);
        await relay.printed('started');
        await sleep(randomInt(20, 400));
        await relay.signal('SIGKILL');
        if (folder.claimed().length > 0) atWork++;
      }
      await crashing;
    }
    // Otherwise the kills would have passed the mails by.
    expect(atWork).toBeGreaterThan(RELAY_KILLS / 4);
    // What the crashes have deferred waits for half a minute, unless each mail is to be tried once.
    await eventually('everything is sent', async () => (await drain(folder)).code === 0);

    const { lost, doubled } = await countMails(postfix, mails);
    expect(lost).toEqual([]);
    expect(doubled).toBeLessThanOrEqual(atWork + SERVER_KILLS);
    expect(folder.contents()).toEqual([]);
  });
});

async function crash(): Promise<void> {
  await sleep(randomInt(100, 1000));
  await postfix.kill();
  await postfix.restart();
}
