import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually } from './eventually.js';
import { PrivatePostfix } from './private-postfix.js';
import type { RelayApp } from './relay-app.js';
import { startRelayApp } from './relay-app.js';
import { RelayFolder } from './relay-folder.js';
import { drain, stopRelays } from './relay-process.js';

const ANN = 'ann@contoso.test';
const BOB = 'bob@contoso.test';
const BUSY = 'busy@contoso.test';
const GONE = 'gone@contoso.test';
const LEAVING = 'leaving@contoso.test';

let postfix: PrivatePostfix;
let folder: RelayFolder;
let app: RelayApp | undefined;
let texts = 0;
beforeAll(async () => {
  postfix = await PrivatePostfix.start();
});
beforeEach(() => {
  folder = new RelayFolder(postfix);
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

/** Puts a mail to these recipients into the folder; returns the only line of its body. */
async function put(name: string, to: readonly string[]): Promise<string> {
  const text = `relayed-${String(++texts).padStart(4, '0')}`;
  await folder.put([
    [
      name,
      [
        'X-Sender: no-reply@contoso.test',
        ...to.map(address => `X-Receiver: ${address}`),
        'From: no-reply@contoso.test',
        `Message-ID: <${text}@contoso.test>`,
        '',
        text,
        '',
      ].join('\r\n'),
    ],
  ]);
  return text;
}

/** Who got how many copies of a text. */
async function arrivals(text: string, server = postfix): Promise<Record<string, number>> {
  await server.idle();
  const copies = await server.countByIdAndRecipient(new RegExp(`${text}\\b`));
  return Object.fromEntries(copies.get(text) ?? []);
}

describe('A mail some of whose recipients Postfix refuses', () => {
  it('reaches the others once, however many relays try it', async () => {
    const text = await put('mixed.eml', [BUSY, ANN, GONE, BOB]);
    for (let attempts = 1; attempts <= 4; attempts++) {
      // Each run is a process of its own: what it knows of the others, it knows from the folder.
      const { code, events } = await drain(folder);
      expect(code).toBe(1);
      expect(events).toContainEqual(
        expect.objectContaining({ event: 'deferred', file: 'mixed.eml', recipients: 1, attempts }),
      );
      expect(events.at(-1)).toMatchObject({ sent: 0, deferred: 1, rejected: 0, remaining: 1 });
      expect(await arrivals(text)).toEqual({ [ANN]: 1, [BOB]: 1 });
      expect({ waiting: folder.waiting(), states: folder.states().length, bad: folder.bad() }).toEqual({
        waiting: ['mixed.eml'],
        states: 1,
        bad: [],
      });
    }
  });

  it('goes to badmail when those are refused for good, beside a text that names each of them', async () => {
    const text = await put('half.eml', [ANN, GONE, 'eve@example.com', BOB]);
    const file = readFileSync(join(folder.path, 'half.eml'));
    const { code, events } = await drain(folder);
    expect(code).toBe(1);
    expect(events.at(-1)).toMatchObject({ sent: 0, deferred: 0, rejected: 1, remaining: 0 });
    expect(await arrivals(text)).toEqual({ [ANN]: 1, [BOB]: 1 });

    expect(folder.bad()).toEqual(['half.eml', 'half.eml.reason.txt']);
    expect(readFileSync(join(folder.path, 'badmail', 'half.eml')).equals(file)).toBe(true);
    const reason = readFileSync(join(folder.path, 'badmail', 'half.eml.reason.txt'), 'utf8');
    expect(reason).toMatch(
      /^Not delivered to:\n {2}gone@contoso\.test: .*550.*The mailbox is gone.*\n {2}eve@example\.com: .*554.*\n\n/m,
    );
    expect(reason).toContain(`Already delivered to:\n  ${ANN}\n  ${BOB}\n`);
    expect(folder.states()).toEqual([]);
    expect((await drain(folder)).code).toBe(0);
    expect(await arrivals(text)).toEqual({ [ANN]: 1, [BOB]: 1 });
  });

  it('waits as a whole while Postfix closes the connection over one of them (421), and loses nobody', async () => {
    const text = await put('leaving.eml', [ANN, LEAVING]);
    const other = await put('other.eml', [BOB]);
    const { code, events } = await drain(folder, ['--concurrency', '1']);
    expect(code).toBe(1);
    expect(events.at(-1)).toMatchObject({ sent: 1, rejected: 0, remaining: 1 });
    expect(folder.waiting()).toEqual(['leaving.eml']);
    expect(await arrivals(text)).toEqual({});
    expect(await arrivals(other)).toEqual({ [BOB]: 1 });
  });

  it('is tried again by the running relay for those who wait alone', async () => {
    const text = await put('again.eml', [BUSY, ANN]);
    const relay = await startRelayApp(folder, { retry: { firstMs: 50, maxMs: 200 } });
    app = relay;
    const tries = () =>
      relay.events
        .map(event => (event.type === 'deferred' ? event.attempts : 0))
        .filter(attempts => attempts > 0);
    await eventually('it is tried four times', () => tries().length >= 4);
    expect(tries().slice(0, 4)).toEqual([1, 2, 3, 4]);
    await relay.close();
    expect(await arrivals(text)).toEqual({ [ANN]: 1 });
    expect(folder.waiting()).toEqual(['again.eml']);
  });

  it('is given up when it is too old, beside a text that says who has it and who has not', async () => {
    const text = await put('old.eml', [BUSY, ANN]);
    const relay = await startRelayApp(folder, { retry: { firstMs: 50, maxMs: 100, giveUpAfterMs: 1000 } });
    app = relay;
    await eventually('it is given up', async () => (await relay.status()).badmail === 1);
    await relay.close();
    const reason = readFileSync(join(folder.path, 'badmail', 'old.eml.reason.txt'), 'utf8');
    expect(reason).toContain('Given up');
    expect(reason).toMatch(
      /^Not delivered to:\n {2}busy@contoso\.test: .*450.*\n\nAlready delivered to:\n {2}ann@/m,
    );
    expect(await arrivals(text)).toEqual({ [ANN]: 1 });
    expect([folder.waiting(), folder.states(), folder.bad()]).toEqual([
      [],
      [],
      ['old.eml', 'old.eml.reason.txt'],
    ]);
  });
});

describe('A recipient who is refused for now', () => {
  let recovering: PrivatePostfix;
  beforeAll(async () => {
    recovering = await PrivatePostfix.start({ faults: { busy: 'OK', leaving: 'OK', gone: 'OK' } });
  });
  afterAll(async () => {
    await recovering?.stop();
  });

  it('gets the mail once when the mailbox is free, and nobody else gets it again', async () => {
    const text = await put('recovers.eml', [ANN, BUSY, BOB]);
    expect((await drain(folder)).code).toBe(1);
    expect((await drain(folder)).code).toBe(1);
    expect(await arrivals(text)).toEqual({ [ANN]: 1, [BOB]: 1 });

    // The same folder, and a server that has its mailbox free.
    const { code, events } = await drain(folder, [], {
      MailSettings__Port: String(recovering.ports.plain),
    });
    expect({ code, end: events.at(-1) }).toMatchObject({ code: 0, end: { sent: 1, remaining: 0 } });
    expect(await arrivals(text, recovering)).toEqual({ [BUSY]: 1 });
    expect(await arrivals(text)).toEqual({ [ANN]: 1, [BOB]: 1 });
    expect(folder.contents()).toEqual([]);
  });

  it('over whom the connection was closed gets it then with all the others', async () => {
    const text = await put('left.eml', [ANN, LEAVING, BOB]);
    expect((await drain(folder)).code).toBe(1);
    expect(await arrivals(text)).toEqual({});
    const { code } = await drain(folder, [], { MailSettings__Port: String(recovering.ports.plain) });
    expect(code).toBe(0);
    expect(await arrivals(text, recovering)).toEqual({ [ANN]: 1, [LEAVING]: 1, [BOB]: 1 });
    expect(folder.contents()).toEqual([]);
  });
});
