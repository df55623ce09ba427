import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { LATE_MS, until } from '../support/bounded-send.js';
import { useMailBench } from '../support/mail-bench.js';
import { ownTime } from '../support/own-time.js';
import type { PolicyAnswer, SmtpPolicy } from '../support/policy-smtp-server.js';
import { rejection } from '../support/rejection.js';
import { sentAtOnce, takenTwice } from '../support/sent-at-once.js';

const bench = useMailBench();
const MESSAGE = { subject: 's', to: 'ann@example.com', text: 'x' };

/** What a server can say to every connection, and what the error says of it at the end. */
const REFUSALS: readonly [string, 'CONNECT' | 'EHLO', PolicyAnswer, object][] = [
  [
    '421 instead of the greeting',
    'CONNECT',
    { say: '421 4.3.2 full house', end: 'close' },
    { responseCode: 421, enhancedCode: '4.3.2', retryable: true },
  ],
  [
    '554 instead of the greeting',
    'CONNECT',
    { say: '554 5.7.1 no room', end: 'close' },
    { responseCode: 554, enhancedCode: '5.7.1', retryable: false },
  ],
  ['RST', 'CONNECT', { end: 'reset' }, { responseCode: undefined, retryable: true }],
  ['FIN', 'CONNECT', { end: 'close' }, { responseCode: undefined, retryable: true }],
  ['421 to EHLO', 'EHLO', { say: '421 4.4.5 busy', end: 'close' }, { responseCode: 421, retryable: true }],
  ['454 to EHLO', 'EHLO', { say: '454 4.7.0 busy', end: 'close' }, { responseCode: 454, retryable: true }],
];

describe.each(REFUSALS)(
  'A server that has no room for a single connection and says %s',
  (_, moment, refuse, words) => {
    const refusing = () => bench.policy({ [moment]: () => refuse });

    it.each([0.8, 1.7])(
      'is asked again until ConnectionTimeout (%d s) is over, and its last words are told',
      async seconds => {
        const server = await refusing();
        const app = await bench.against(server, { ConnectionTimeout: seconds });
        const begun = ownTime();
        const error = await rejection(app.mail.send(MESSAGE));
        const tookMs = ownTime() - begun;
        expect(error).toMatchObject({ code: 'EMAILCONNECT', phase: 'connect', ...words });
        expect(tookMs).toBeLessThan(seconds * 1000 + LATE_MS);
        expect(server.connections).toBeGreaterThan(1);
        // It is asked with pauses, not as often as it answers.
        expect(server.connections).toBeLessThan(40);
        expect(server.messages).toEqual([]);
      },
    );

    it('lets many sends at once wait no longer than one', async () => {
      const server = await refusing();
      const app = await bench.against(server, { ConnectionTimeout: 1 });
      const begun = ownTime();
      const { failures } = await sentAtOnce(app, 25);
      expect(failures).toHaveLength(25);
      expect(ownTime() - begun).toBeLessThan(1000 + LATE_MS);
    });

    it('gets the mails once it has room', async () => {
      const full = Date.now() + 600;
      const server = await bench.policy({ [moment]: () => (Date.now() < full ? refuse : undefined) });
      const app = await bench.against(server);
      const { failures } = await sentAtOnce(app, 12);
      expect(failures).toEqual([]);
      expect(server.messages).toHaveLength(12);
      expect(takenTwice(server.messages)).toEqual([]);
    });

    it('gives way to the fallback when ConnectionTimeout is over', async () => {
      const server = await refusing();
      const second = await bench.policy();
      const app = await bench.against(
        server,
        { ConnectionTimeout: 1 },
        { fallback: { Host: second.host, Port: second.port } },
      );
      const { receipts, failures } = await sentAtOnce(app, 7);
      expect(failures).toEqual([]);
      expect(receipts.map(({ fallback }) => fallback)).toEqual(Array(7).fill(true));
      expect(takenTwice(second.messages)).toEqual([]);
      expect(second.messages).toHaveLength(7);
    });

    it('is not usable for verify', async () => {
      const server = await refusing();
      const app = await bench.against(server, { ConnectionTimeout: 1 });
      const begun = ownTime();
      expect(await rejection(app.mail.verify())).toMatchObject({ code: 'EMAILCONNECT', ...words });
      expect(ownTime() - begun).toBeLessThan(1000 + LATE_MS);
    });

    it('keeps a send no longer than its signal, timeoutMs or close()', async () => {
      const server = await refusing();
      const app = await bench.against(server, {}, { shutdownTimeoutMs: 300 });
      const controller = new AbortController();
      const sends = [
        rejection(app.mail.send(MESSAGE, { signal: controller.signal })),
        rejection(app.mail.send(MESSAGE, { timeoutMs: 400 })),
        rejection(app.mail.send(MESSAGE)),
      ];
      const begun = ownTime();
      await delay(200);
      controller.abort();
      expect(await sends[0]).toMatchObject({ code: 'EMAILABORTED', retryable: true });
      expect(ownTime() - begun).toBeLessThan(200 + LATE_MS);
      expect(await sends[1]).toMatchObject({ code: 'EMAILTIMEOUT', retryable: true });
      expect(ownTime() - begun).toBeLessThan(400 + LATE_MS);
      const closing = ownTime();
      await app.close();
      expect(await sends[2]).toMatchObject({ code: 'EMAILCLOSED', retryable: true });
      expect(ownTime() - closing).toBeLessThan(300 + LATE_MS);
    });
  },
);

describe('A server that says once that it has no room, and later nothing', () => {
  const FULL: PolicyAnswer = { say: '421 4.3.2 full house', end: 'close' };

  it.each<[string, (connection: number) => SmtpPolicy]>([
    ['421 at the greeting, then RST', index => ({ CONNECT: () => (index ? { end: 'reset' } : FULL) })],
    [
      '421 at the greeting, then FIN after it',
      index => (index ? { EHLO: () => ({ end: 'close' }) } : { CONNECT: () => FULL }),
    ],
    ['421 to EHLO, then FIN instead', index => ({ EHLO: () => (index ? { end: 'close' } : FULL) })],
    ['421 to EHLO, then RST instead', index => ({ EHLO: () => (index ? { end: 'reset' } : FULL) })],
  ])('is asked again until ConnectionTimeout is over, and its words are told: %s', async (_, policyOf) => {
    const server = await bench.policy({
      CONNECT: (visit, line) => policyOf(visit.index).CONNECT?.(visit, line),
      EHLO: (visit, line) => policyOf(visit.index).EHLO?.(visit, line),
    });
    const app = await bench.against(server, { ConnectionTimeout: 1 });
    const begun = ownTime();
    expect(await rejection(app.mail.send(MESSAGE))).toMatchObject({
      code: 'EMAILCONNECT',
      responseCode: 421,
      response: FULL.say,
      retryable: true,
    });
    expect(ownTime() - begun).toBeLessThan(1000 + LATE_MS);
    expect(server.connections).toBeGreaterThan(2);
  });
});

it.each<[string, PolicyAnswer]>([
  ['and FIN', { say: '421 4.3.2 not now', end: 'close' }],
  ['and no FIN', { say: '421 4.3.2 not now' }],
])('A server that says 421 %s to the MAIL of every connection has refused for now', async (_, answer) => {
  const server = await bench.policy({ MAIL: () => answer });
  const app = await bench.against(server, { ConnectionTimeout: 1 });
  const begun = ownTime();
  expect(await rejection(app.mail.send(MESSAGE))).toMatchObject({
    responseCode: 421,
    enhancedCode: '4.3.2',
    retryable: true,
  });
  expect(ownTime() - begun).toBeLessThan(1000 + LATE_MS);
  await until(() => server.openConnections === 0);
});

describe('A complete reply', () => {
  it.each<[string, 'CONNECT' | 'EHLO', PolicyAnswer]>([
    ['550 instead of the greeting and FIN', 'CONNECT', { say: '550 5.7.1 go away', end: 'close' }],
    [
      '550 instead of the greeting and a late FIN',
      'CONNECT',
      { say: '550 5.7.1 go', end: 'close', afterMs: 50 },
    ],
    ['571 instead of the greeting and RST', 'CONNECT', { say: '571 5.7.1 go', end: 'reset', afterMs: 20 }],
    ['521 instead of the greeting and FIN', 'CONNECT', { say: '521 5.3.2 no mail here', end: 'close' }],
    ['550 to EHLO and FIN', 'EHLO', { say: '550 5.7.1 who are you', end: 'close' }],
    ['550 to EHLO and a late FIN', 'EHLO', { say: '550 5.7.1 who are you', end: 'close', afterMs: 50 }],
    ['504 to EHLO and FIN', 'EHLO', { say: '504 5.5.2 need a full name', end: 'close' }],
    ['521 to EHLO and FIN', 'EHLO', { say: '521 5.3.2 no', end: 'close' }],
  ])('counts more than the close behind it: %s', async (_, moment, answer) => {
    const server = await bench.policy({ [moment]: () => answer });
    const app = await bench.against(server, { ConnectionTimeout: 1 });
    expect(await rejection(app.mail.send(MESSAGE))).toMatchObject({
      code: 'EMAILCONNECT',
      phase: 'connect',
      retryable: false,
      responseCode: Number(answer.say?.slice(0, 3)),
      response: answer.say,
    });
  });
});
