import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually } from './eventually.js';
import { PrivatePostfix } from './private-postfix.js';
import { RelayFolder } from './relay-folder.js';
import { drain, RelayProcess, stopRelays } from './relay-process.js';
import { BY_NAME, drainUntilKilledAt, killAt, stopStraces } from './strace.js';

const NAME = 'one.eml';
const ANN = 'ann@contoso.test';
const BUSY = 'busy@contoso.test';
const GONE = 'gone@contoso.test';

/** The files that the calls of a relay are about. */
interface Places {
  readonly mail: string;
  readonly claimedMail: string;
  readonly journal: string;
  readonly states: string;
  readonly state: string;
  readonly badmail: string;
  readonly reason: string;
}

let postfix: PrivatePostfix;
let folder: RelayFolder;
let stateName: string;
let texts = 0;
beforeAll(async () => {
  postfix = await PrivatePostfix.start();
  stateName = await learnStateName();
});
beforeEach(() => {
  folder = new RelayFolder(postfix);
});
afterEach(async () => {
  await stopStraces();
  await stopRelays();
  folder?.remove();
});
afterAll(async () => {
  await postfix?.stop();
});

/** The name of a state depends on the name of the mail alone. */
async function learnStateName(): Promise<string> {
  const other = new RelayFolder(postfix);
  try {
    await put([BUSY], other);
    await drain(other);
    return other.states()[0] ?? '';
  } finally {
    other.remove();
    await stopRelays();
  }
}

/** Puts a mail into the folder; returns the only line of its body. */
async function put(to: readonly string[], into = folder): Promise<string> {
  const text = `killed-${String(++texts).padStart(4, '0')}`;
  const receivers = to.map(address => `X-Receiver: ${address}\r\n`).join('');
  const file = `X-Sender: no-reply@contoso.test\r\n${receivers}From: no-reply@contoso.test\r\n\r\n${text}\r\n`;
  await into.put([[NAME, file]]);
  return text;
}

function places(relay: string): Places {
  const states = join(folder.path, '.mailroom', 'states');
  const badmail = join(folder.path, 'badmail');
  return {
    mail: join(folder.path, NAME),
    claimedMail: join(relay, 'claimed', NAME),
    journal: join(relay, 'journal'),
    states,
    state: join(states, stateName),
    badmail,
    reason: join(badmail, 'one.eml.reason.txt'),
  };
}

/**
 * Lets a relay work on a mail until it is about to make a call about a file, or the one of this number. Returns the line in
 * the mail's body.
 */
async function killedAt(call: string, file: keyof Places | number, to: readonly string[]): Promise<string> {
  const relay = RelayProcess.start(folder, [], BY_NAME);
  await eventually('the relay has its folder', () => folder.relays().length > 0);
  const [own = ''] = folder.relays();
  await killAt(relay, typeof file === 'number' ? { call, nth: file } : { call, path: places(own)[file] });
  const text = await put(to);
  let ended = false;
  void relay.ended.finally(() => (ended = true));
  await eventually(`the relay is killed at ${call} of ${file}`, () => ended, 20_000);
  expect((await relay.ended).signal).toBe('SIGKILL');
  return text;
}

/** How many times Postfix has taken a text for a recipient. */
async function acceptances(text: string, recipient = ANN): Promise<number> {
  await postfix.idle();
  const copies = await postfix.countByIdAndRecipient(new RegExp(`${text}\\b`), 'acceptances');
  return copies.get(text)?.get(recipient) ?? 0;
}

describe('A relay that is killed when it is about to make a certain system call', () => {
  it.each([
    ['rename', 'mail', 'it claims a mail', 0, 1],
    ['statx', 'claimedMail', 'it looks at the mail that it has claimed', 0, 1],
    // That the mail went out is known to the dead relay alone: the one case in which a mail goes out twice.
    ['pwrite64', 'journal', 'it notes that a mail is delivered', 1, 2],
    ['fdatasync', 'journal', 'it waits until that note is on the disk', 1, 1],
    ['unlink', 'claimedMail', 'it removes the delivered mail', 1, 1],
  ] as const)('(%s of %s: %s) leaves its successor to do the rest', async (call, file, _, before, after) => {
    const text = await killedAt(call, file, [ANN]);
    expect(await acceptances(text)).toBe(before);
    const { code, events } = await drain(folder);
    expect({ code, end: events.at(-1) }).toMatchObject({ code: 0, end: { rejected: 0, remaining: 0 } });
    expect(await acceptances(text)).toBe(after);
    expect(folder.contents()).toEqual([]);
  });

  it.each([
    // Who has the mail already is known to the dead relay alone.
    // The name under which that is written is random; the first rename claims the mail.
    ['rename', 2, 'it has written down who has it, and puts that in its place', 2],
    ['fsync', 'states', 'it waits until its place is on the disk', 1],
    ['link', 'claimedMail', 'it gives the mail its old name', 1],
    ['unlink', 'claimedMail', 'it takes the other name of the mail away', 1],
  ] as const)(
    'with one recipient who has it and one who waits (%s of %s: %s) leaves a mail for the one who waits',
    async (call, file, _, after) => {
      const text = await killedAt(call, file, [ANN, BUSY]);
      expect(await acceptances(text)).toBe(1);
      for (let run = 0; run < 2; run++) {
        const { code, events } = await drain(folder);
        expect({ code, end: events.at(-1) }).toMatchObject({ code: 1, end: { deferred: 1, remaining: 1 } });
        expect(await acceptances(text)).toBe(after);
      }
      expect(folder.waiting()).toEqual([NAME]);
      expect(folder.states()).toEqual([stateName]);
      expect(folder.relays()).toEqual([]);
    },
  );

  it.each([
    // After the one that claims the mail; the relay's folder gets its name from another thread, which has a number of its own.
    ['rename', 2],
    ['fsync', 'states'],
  ] as const)('at the second try (%s of %s) knows from the first who has the mail', async (call, file) => {
    const text = await put([ANN, BUSY]);
    expect((await drain(folder)).code).toBe(1);
    const which = typeof file === 'number' ? { call, nth: file } : { call, path: places('')[file] };
    expect(await drainUntilKilledAt(folder, which)).toBe(true);
    const { code, events } = await drain(folder);
    expect({ code, end: events.at(-1) }).toMatchObject({ code: 1, end: { deferred: 1, remaining: 1 } });
    expect(await acceptances(text)).toBe(1);
    expect([folder.waiting(), folder.states(), folder.relays()]).toEqual([[NAME], [stateName], []]);
  });

  it.each([
    ['openat', 'reason', 'it writes why'],
    ['fsync', 'reason', 'it waits until that is on the disk'],
    ['link', 'claimedMail', 'it gives the mail a name there'],
    ['unlink', 'claimedMail', 'it takes the other name of the mail away'],
    ['fsync', 'badmail', 'it waits until that is on the disk'],
  ] as const)('on the way to badmail (%s of %s: %s) lets the mail end there', async (...[call, file]) => {
    const text = await killedAt(call, file, [ANN, GONE]);
    const { events } = await drain(folder);
    expect(events.at(-1)).toMatchObject({ event: 'ended', sent: 0, deferred: 0, remaining: 0 });
    expect(await acceptances(text)).toBe(1);
    expect(folder.bad()).toEqual([NAME, 'one.eml.reason.txt']);
    expect([folder.waiting(), folder.relays()]).toEqual([[], []]);
  });
});

describe('A relay that is killed while it takes up what another dead one has left', () => {
  it.each([
    ['rename', 2, 'it takes the dead one’s folder for its own'],
    ['unlink', 1, 'it removes a mail that was delivered'],
    ['rmdir', 1, 'it removes the folder of the claims'],
    ['unlink', 2, 'it removes the notes about delivered mails'],
    ['rmdir', 2, 'it removes the dead one’s folder'],
  ] as const)('(%s %i: %s) does not make a third one send the mail again', async (...[call, nth]) => {
    const text = await killedAt('unlink', 'claimedMail', [ANN]);
    expect(await drainUntilKilledAt(folder, { call, nth })).toBe(true);
    expect((await drain(folder)).code).toBe(0);
    expect(await acceptances(text)).toBe(1);
    expect(folder.contents()).toEqual([]);
  });

  it.each([
    ['rename', 2, 'it takes the dead one’s folder for its own'],
    ['link', 1, 'it gives a mail its old name'],
    ['unlink', 1, 'it takes the other name of the mail away'],
    ['rmdir', 1, 'it removes the folder of the claims'],
  ] as const)('(%s %i: %s) leaves an undelivered mail to a third one', async (...[call, nth]) => {
    const text = await killedAt('statx', 'claimedMail', [ANN]);
    expect(await drainUntilKilledAt(folder, { call, nth })).toBe(true);
    expect(await acceptances(text)).toBe(0);
    expect((await drain(folder)).code).toBe(0);
    expect(await acceptances(text)).toBe(1);
    expect(folder.contents()).toEqual([]);
  });
});
