import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually } from './eventually.js';
import type { NumberedMail } from './numbered-mails.js';
import { numberedMails } from './numbered-mails.js';
import { pickupFile } from './pickup-files.js';
import { PrivatePostfix } from './private-postfix.js';
import { countMails } from './relay-count.js';
import { RelayFolder } from './relay-folder.js';
import { drain, RelayProcess, stopRelays } from './relay-process.js';

const MAILS = 5;

let postfix: PrivatePostfix;
let folder: RelayFolder;
let used = 0;
beforeAll(async () => {
  // Of a mail whose end has come, nobody but Postfix knows for a while that it will be delivered.
  postfix = await PrivatePostfix.start({ parameters: { smtpd_end_of_data_restrictions: 'sleep 2' } });
});
beforeEach(() => {
  folder = new RelayFolder(postfix);
});
afterEach(async () => {
  await stopRelays();
  folder?.remove();
});
afterAll(async () => {
  await postfix?.stop();
});

/** Kills a relay that has claimed five mails while Postfix hesitates; returns the mails when all are delivered. */
async function killedInDoubt(args: readonly string[], begun: number): Promise<NumberedMail[]> {
  const mails = numberedMails(used + MAILS).slice(used);
  used += MAILS;
  await folder.put(mails.map(pickupFile));
  const before = mailsBegun();
  const relay = RelayProcess.start(folder, ['--concurrency', String(MAILS), ...args]);
  await eventually('Postfix is given mails', () => mailsBegun() >= before + begun);
  // The texts follow the envelopes at once.
  await sleep(500);
  expect(folder.claimed()).toHaveLength(MAILS);
  await relay.signal('SIGKILL');
  expect((await drain(folder, ['--unconfirmed', String(MAILS)])).code).toBe(0);
  return mails;
}

/** How many mails were given to Postfix, taken or not. */
function mailsBegun(): number {
  return postfix.log().match(/ client=/g)?.length ?? 0;
}

/** How often Postfix has taken a mail of the dead relay, and another one's again. */
async function doubledBy(mails: readonly NumberedMail[]): Promise<number> {
  const { lost, doubled } = await countMails(postfix, mails);
  expect(lost).toEqual([]);
  return doubled;
}

describe('A relay that is killed while five mails are under way to a server that is slow to say 250', () => {
  it('makes one of them go out twice, because it sends the end of one at a time', async () => {
    const mails = await killedInDoubt([], 1);
    expect(await doubledBy(mails)).toBe(1);
  });

  it('makes as many of them go out twice as were allowed to be unconfirmed', async () => {
    const mails = await killedInDoubt(['--unconfirmed', '3'], 3);
    expect(await doubledBy(mails)).toBe(3);
  });
});
