import { appendFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import type { MailRelayOptions } from 'nest-mailroom/relay';
import { HANG_MS } from '../support/hang-guard.js';
import { HesitantSmtpServer } from '../support/hesitant-smtp-server.js';
import type { RelayApp } from '../support/relay-app.js';
import { iisMail, publish } from '../support/relay-app.js';
import { useRelayBench } from '../support/relay-bench.js';
import type { Script } from '../support/scripted-smtp-server.js';
import { ScriptedSmtpServer } from '../support/scripted-smtp-server.js';
import { GREETED } from '../support/smtp-scripts.js';

const bench = useRelayBench({ shutdownTimeoutMs: 500 });

const LINE = `${'0123456789abcdef'.repeat(4)}\r\n`;
/** In one piece with its end; in one piece before its end; in pieces; and one whose lines must be mended. */
const BODIES = {
  small: 'Hello\r\n',
  'of a megabyte': LINE.repeat(15_000),
  'of ten megabytes': LINE.repeat(150_000),
  'with lines that begin with dots and end with LF': '.one\n..two\nthree',
} as const;

const TO_DATA: Script = [
  ...GREETED,
  { expect: /^MAIL FROM/, send: '250 ok\r\n' },
  { expect: /^RCPT TO/, send: '250 ok\r\n' },
  { expect: 'DATA', send: '354 go\r\n' },
];
const TAKEN: Script = [...TO_DATA, { expectData: true, send: '250 ok\r\n' }];

async function hesitant(): Promise<HesitantSmtpServer> {
  return bench.closing(await HesitantSmtpServer.start());
}

async function scripted(scripts: readonly Script[], rest: Script = TAKEN): Promise<ScriptedSmtpServer> {
  return bench.closing(await ScriptedSmtpServer.start(index => scripts[index] ?? rest));
}

/** The end of a first mail comes, and it is taken when the test says so; the connection then ends. */
function takenWhenTold(): { script: Script; take: () => void } {
  let take = (): void => {};
  const told = new Promise<void>(resolve => (take = resolve));
  const script: Script = [
    ...TO_DATA,
    { expectData: true },
    { waitFor: told },
    { send: '250 ok\r\n' },
    { close: true },
  ];
  return { script, take };
}

/** A relay of which the end of one mail is before the server. */
async function firstEnded(server: ScriptedSmtpServer): Promise<RelayApp> {
  publish(bench.folder.path, '0.eml', iisMail('first'));
  const app = await bench.relay({}, { Host: server.host, Port: server.port, MaxConnections: 2 });
  while (!server.received(0).includes('.')) await delay(5);
  return app;
}

/** The end of one mail of five is before a server that hesitates; the others are begun. */
async function fiveBegun(
  body: string,
  more: object = {},
  options: Partial<MailRelayOptions> = {},
): Promise<{ server: HesitantSmtpServer; app: RelayApp }> {
  const server = await hesitant();
  for (let index = 0; index < 5; index++)
    publish(bench.folder.path, `${index}.eml`, iisMail(`m${index}`, ['ann@contoso.com'], body));
  const app = await bench.relay(options, {
    Host: server.host,
    Port: server.port,
    MaxConnections: 5,
    ...more,
  });
  await server.until(
    'five mails are begun and one is ended',
    ({ begun, ended }) => begun === 5 && ended === 1,
  );
  return { server, app };
}

describe.each(Object.entries(BODIES))(
  'While the end of a mail waits for its 250, further mails %s',
  (_, body) => {
    it('get as far as their own end, which comes when the one before is on record', async () => {
      const { server, app } = await fiveBegun(body);
      for (let sent = 1; sent <= 5; sent++) {
        await server.until(`mail ${sent} is ended`, ({ ended }) => ended === sent);
        await delay(30);
        expect(server.ended).toBe(sent);
        server.answer();
        await app.until('sent', sent);
      }
      expect(server.mostUnanswered).toBe(1);
      expect(app.of('deferred')).toEqual([]);
      expect(bench.mails()).toEqual([]);
    });

    it('lose nothing when the relay is stopped, and leave whole files', async () => {
      // The shutdown waits for the answer, however long the others take to be given back.
      const { server, app } = await fiveBegun(body, {}, { shutdownTimeoutMs: HANG_MS });
      const closed = app.close();
      await server.until(
        'the mails that wait for their end are given back',
        () => bench.mails().length === 4,
      );
      server.answer();
      await closed;
      expect(app.of('sent')).toHaveLength(1);
      expect(server.ended).toBe(1);
      expect(readdirSync(bench.folder.path).toSorted()).toEqual(bench.mails().toSorted());
    });
  },
);

describe('Mails that wait for the right to end', () => {
  it('are as many as may be unconfirmed before the server at the same time, and no more', async () => {
    const server = await hesitant();
    for (let index = 0; index < 12; index++) publish(bench.folder.path, `${index}.eml`, iisMail(`m${index}`));
    const app = await bench.relay(
      { unconfirmed: 3 },
      { Host: server.host, Port: server.port, MaxConnections: 5 },
    );
    await server.until('three are ended', ({ begun, ended }) => begun === 5 && ended === 3);
    await delay(50);
    expect(server.ended).toBe(3);
    for (let sent = 1; sent <= 12; sent++) {
      server.answer();
      await app.until('sent', sent);
      await server.until('the next is ended', ({ ended }) => ended === Math.min(12, sent + 3));
    }
    expect(server.mostUnanswered).toBe(3);
  });

  it('are not cut off by the setting SocketTimeout, because it is not the server that is slow', async () => {
    const { server, app } = await fiveBegun('Hello\r\n', { SocketTimeout: 1 });
    await delay(1500);
    for (let sent = 1; sent <= 5; sent++) {
      server.answer();
      await app.until('sent', sent);
      await server.until('the next is ended', ({ ended }) => ended === Math.min(5, sent + 1));
    }
    expect(app.of('deferred')).toEqual([]);
    expect(server.begun).toBe(5);
  });

  it('are begun again, again and again, when the setting SendTimeout ends their wait', async () => {
    const { server, app } = await fiveBegun('Hello\r\n', { SendTimeout: 1, MaxConnections: 5 });
    await server.until('mails are begun again', ({ begun }) => begun > 8);
    expect(app.of('deferred').length).toBeLessThanOrEqual(1);
  });

  it.each(Object.entries(BODIES))(
    '%s: are cut off without their end when their file changes',
    async (_, body) => {
      const server = await hesitant();
      publish(bench.folder.path, '0.eml', iisMail('first'));
      const app = await bench.relay({}, { Host: server.host, Port: server.port, MaxConnections: 2 });
      await server.until('the first is ended', ({ ended }) => ended === 1);
      publish(bench.folder.path, '1.eml', iisMail('changing', ['ann@contoso.com'], body));
      await server.until('the second is begun', ({ begun }) => begun === 2);
      const [relay = ''] = readdirSync(join(bench.folder.path, '.mailroom', 'relays'));
      appendFileSync(join(bench.folder.path, '.mailroom', 'relays', relay, 'claimed', '1.eml'), 'more\r\n');
      server.answer();
      await server.until('the second is begun anew', ({ begun }) => begun === 3);
      expect(server.ended).toBeLessThanOrEqual(2);
      await server.until('it is ended', ({ ended }) => ended === 2);
      server.answer();
      await app.until('sent', 2);
      expect(app.of('deferred')).toEqual([]);
    },
  );

  it.each([
    ['ends the connection', [{ close: true }]],
    ['cuts the connection', [{ reset: true }]],
    ['says 421', [{ send: '421 4.4.2 timeout\r\n' }, { close: true }]],
  ] as const)('are begun again when the server %s meanwhile: nothing of them was taken', async (_, end) => {
    const first = takenWhenTold();
    const server = await scripted([first.script, [...TO_DATA, { waitMs: 50 }, ...end]]);
    const app = await firstEnded(server);
    publish(bench.folder.path, '1.eml', iisMail('second'));
    while (!server.received(1).includes('DATA')) await delay(5);
    // Its turn comes long after the server has ended its connection.
    await delay(200);
    expect(server.connections).toBe(2);
    first.take();
    await app.until('sent', 2);
    // The second mail was begun again on a connection of its own.
    expect(server.connections).toBe(3);
    expect(server.received(1)).toContain('DATA');
    expect(server.received(1)).not.toContain('.');
    expect(app.of('deferred')).toEqual([]);
  });

  it.each(Object.entries(BODIES))(
    '%s: do not keep the right when their connection has ended',
    async (_, body) => {
      const refusal = { send: '554 5.7.1 not like that\r\n' };
      const first = takenWhenTold();
      const server = await scripted([first.script, [...TO_DATA, { waitMs: 50 }, refusal, { close: true }]]);
      const app = await firstEnded(server);
      publish(bench.folder.path, '1.eml', iisMail('second', ['ann@contoso.com'], body));
      await app.until('rejected');
      expect(app.of('sent')).toEqual([]);
      first.take();
      await app.until('sent');
      publish(bench.folder.path, '2.eml', iisMail('third'));
      await app.until('sent', 2);
      expect(app.of('sent').map(({ file }) => file)).toEqual(['0.eml', '2.eml']);
    },
  );
});
