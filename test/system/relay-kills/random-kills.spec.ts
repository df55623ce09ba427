import { randomInt } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { MailSink } from '../../support/mail-sink.js';
import type { NumberedMail } from '../postfix/numbered-mails.js';
import { numberedMails } from '../postfix/numbered-mails.js';
import { pickupFile } from '../postfix/pickup-files.js';
import type { RelayFolder } from '../postfix/relay-folder.js';
import { drain, RelayProcess, stopRelays, timeToFirstMail } from '../postfix/relay-process.js';
import { SeededRandom } from './random.js';
import { sinkFolder, timesTaken } from './sink-folder.js';

const KILLS = Number(process.env['RELAY_KILLS'] ?? 40);
const SEED = Number(process.env['RELAY_KILLS_SEED'] ?? randomInt(2 ** 31));
const PATIENCE_MS = 60_000 + 10_000 * KILLS;
const SHORTEST_MS = 20;
/** So many mails wait when a relay is about to be killed: it must not have run out of work. */
const ENOUGH = 200;
/** Every so many mails the server has no time for one at first. */
const DEFERRED_EACH = 10;
const SERVER_MS = 5;

let sink: MailSink;
let folder: RelayFolder;
let random: SeededRandom;
let mails: NumberedMail[];
beforeEach(async () => {
  random = new SeededRandom(SEED);
  mails = [];
  const known = new Set<string>();
  sink = await MailSink.start({
    delayDataMs: SERVER_MS,
    rejectRecipient: address => {
      if (!address.startsWith('busy') || known.has(address)) return undefined;
      known.add(address);
      return { code: 450, message: '4.2.0 later' };
    },
  });
  folder = sinkFolder(sink);
});
afterEach(async () => {
  await stopRelays();
  folder?.remove();
  await sink?.close();
});

async function fill(): Promise<void> {
  if (folder.waiting().length > ENOUGH / 2) return;
  const more = numberedMails(mails.length + ENOUGH)
    .slice(mails.length)
    .map((mail, index) =>
      index % DEFERRED_EACH === 0 ? { ...mail, to: `busy${mails.length + index}@contoso.test` } : mail,
    );
  mails.push(...more);
  await folder.put(more.map(pickupFile));
}

/** Kills relays at random, each started again at once; returns how many kills met one that had claimed mails. */
async function killAtRandom(count: number, args: readonly string[]): Promise<number> {
  await fill();
  const longest = Math.ceil(2.5 * (await timeToFirstMail(folder)));
  const start = (): RelayProcess => RelayProcess.start(folder, ['--poll', '1', ...args]);
  const relays = Array.from({ length: count }, start);
  let atWork = 0;
  for (let kills = 0; kills < KILLS; kills++) {
    await fill();
    await sleep(random.between(SHORTEST_MS, longest));
    const victim = random.between(0, count);
    if (folder.claimed().length > 0) atWork++;
    await relays[victim]?.signal('SIGKILL');
    relays[victim] = start();
  }
  await stopRelays();
  return atWork + count;
}

/** What has become of the mails when everything is dealt with. */
async function outcome(): Promise<{ lost: string[]; doubled: number; left: string[] }> {
  // The first run takes what waits, the second what was deferred by the first.
  for (let run = 0; run < 2; run++) await drain(folder);
  const times = timesTaken(sink);
  return {
    lost: mails.map(({ id }) => id).filter(id => !times.has(id)),
    doubled: sink.messages.length - times.size,
    left: folder.contents(),
  };
}

describe(`Relays that are killed ${KILLS} times at random (RELAY_KILLS_SEED=${SEED})`, () => {
  it.each([
    ['one relay', 1, 1],
    ['two relays', 2, 1],
    ['two relays with three unconfirmed mails', 2, 3],
  ])(
    'lose no mail, and double at most the unconfirmed ones of each kill: %s',
    async (_name, count, unconfirmed) => {
      const kills = await killAtRandom(count, ['--unconfirmed', String(unconfirmed)]);
      const { lost, doubled, left } = await outcome();
      expect({ lost, left }).toEqual({ lost: [], left: [] });
      expect(doubled).toBeLessThanOrEqual(kills * unconfirmed);
      // Otherwise the kills would have passed the mails by.
      expect(kills).toBeGreaterThan(KILLS / 8);
      expect(mails.length).toBeGreaterThanOrEqual(ENOUGH);
    },
    PATIENCE_MS,
  );
});
