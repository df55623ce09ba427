import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { MailModuleOptions } from 'nest-mailroom';
import { until } from '../support/bounded-send.js';
import { useMailBench } from '../support/mail-bench.js';
import { MailSink } from '../support/mail-sink.js';
import type { MailSinkOptions } from '../support/mail-sink.js';
import type { Script } from '../support/scripted-smtp-server.js';
import { ScriptedSmtpServer } from '../support/scripted-smtp-server.js';
import type { SendingEnd } from '../support/sending-child.js';
import { SendingChild } from '../support/sending-child.js';
import { temporaryDirectory } from '../support/temporary-directory.js';

const COUNT = 50;
const FROM = 'no-reply@contoso.test';
const bench = useMailBench();

async function sink(options: MailSinkOptions = {}): Promise<MailSink> {
  return bench.sink(options);
}

/** How the child goes about it: see {@link SendingChild.start}. */
interface Manner {
  settings?: object;
  late?: boolean;
  closing?: number;
  web?: { dawdleMs?: number };
}

function begin(
  { host, port }: { host: string; port: number },
  { settings = {}, late, closing, web, ...options }: MailModuleOptions & Manner = {},
): Promise<SendingChild> {
  return SendingChild.start({
    settings: { Host: host, Port: port, FromAddress: FROM, MaxConnections: 2, ...settings },
    options,
    count: COUNT,
    ...(late && { late }),
    ...(closing !== undefined && { closing }),
    ...(web && { web }),
  });
}

const subjectsIn = (raw: readonly string[]): string[] =>
  raw.map(mail => /^Subject: (.*)\r$/m.exec(mail)?.[1] ?? '?').toSorted();
const takenBy = ({ messages }: MailSink): string[] => subjectsIn(messages.map(({ raw }) => raw.toString()));

/** Waits until both connections of the child have come to the line after which the server is silent. */
function untilBothCame(server: ScriptedSmtpServer, lastLine: string): Promise<void> {
  const came = (index: number): boolean =>
    server.connections > index &&
    (lastLine === '' || server.received(index).some(line => line.startsWith(lastLine)));
  return until(() => came(0) && came(1));
}

/** How a process ends that Nest, when all is closed, gives the signal once more. */
const BY_SIGNAL = { code: null, signal: 'SIGTERM' };
/** How a process ends when nothing holds it any more. */
const BY_ITSELF = { code: 0, signal: null };

/** What holds for every shutdown, whatever the server does. */
function expectAllTold(end: SendingEnd, how: object = BY_SIGNAL): void {
  expect(end.stderr).toBe('');
  expect(end).toMatchObject(how);
  expect(end.sends.map(({ id }) => id).toSorted()).toEqual(
    Array.from({ length: COUNT }, (_, index) => `mail-${index}`).toSorted(),
  );
  const failed = end.sends.filter(({ status }) => status === undefined);
  expect(failed.filter(({ code }) => code !== 'EMAILCLOSED')).toEqual([]);
}

/** The mails at the server are those that resolved, and perhaps the two whose end had been sent when they were cut. */
function expectTruth(end: SendingEnd, server: MailSink): void {
  const taken = takenBy(server);
  const unsure = end.sends.filter(({ retryable }) => retryable === 'unknown').map(({ id }) => id);
  expect(unsure.length).toBeLessThanOrEqual(2);
  expect(taken.filter(id => !unsure.includes(id))).toEqual(end.resolved);
  const sure = end.sends.filter(({ retryable }) => retryable === true).map(({ id }) => id);
  expect(sure.filter(id => taken.includes(id))).toEqual([]);
}

describe('SIGTERM with 50 sends pending', () => {
  it('against a fast server ends with all of them done', async () => {
    const server = await sink();
    const child = await begin(server);
    const end = await child.end('SIGTERM');
    expectAllTold(end);
    expect(end.resolved).toHaveLength(COUNT);
    expect(takenBy(server)).toEqual(end.resolved);
  });

  it('against a slow server ends after the grace time: what could be done is done, the rest says that it is not', async () => {
    const server = await sink({ delayDataMs: 100 });
    const child = await begin(server, { shutdownTimeoutMs: 800 });
    await child.untilResolved(1);
    const before = server.messages.length;
    const end = await child.end('SIGTERM');
    expectAllTold(end);
    expect(end.resolved.length).toBeGreaterThan(before);
    expect(end.resolved.length).toBeLessThan(COUNT);
    expect(end.tookMs).toBeGreaterThan(700);
    expect(end.ownMs).toBeLessThan(5000);
    expectTruth(end, server);
  });

  it.each([
    ['never greets', [{ silence: true }], '', 'connect'],
    [
      'stalls at MAIL',
      [
        { send: '220 hi\r\n' },
        { expect: /^EHLO/, send: '250 hi\r\n' },
        { expect: /^MAIL/ },
        { silence: true },
      ],
      'MAIL',
      'envelope',
    ],
    [
      'stalls at DATA',
      [
        { send: '220 hi\r\n' },
        { expect: /^EHLO/, send: '250 hi\r\n' },
        { expect: /^MAIL/, send: '250 ok\r\n' },
        { expect: /^RCPT/, send: '250 ok\r\n' },
        { expect: 'DATA' },
        { silence: true },
      ],
      'DATA',
      'envelope',
    ],
  ] as [string, Script, string, string][])(
    'against a server that %s rejects each as closed and surely undelivered, and exits',
    async (_, script, lastCommand, phase) => {
      const server = await bench.server(script);
      const child = await begin(server, { shutdownTimeoutMs: 400 });
      await untilBothCame(server, lastCommand);
      const end = await child.end('SIGTERM');
      expectAllTold(end);
      expect(end.resolved).toEqual([]);
      expect(end.sends.filter(({ retryable }) => retryable !== true)).toEqual([]);
      expect(end.sends.filter(send => send.phase === phase).length).toBeGreaterThanOrEqual(2);
      expect(end.ownMs).toBeLessThan(4000);
    },
  );

  it('against a server that stalls after the dot says of those two that nobody knows', async () => {
    const server = await bench.server([
      { send: '220 hi\r\n' },
      { expect: /^EHLO/, send: '250 hi\r\n' },
      { expect: /^MAIL/, send: '250 ok\r\n' },
      { expect: /^RCPT/, send: '250 ok\r\n' },
      { expect: 'DATA', send: '354 go\r\n' },
      { expectData: true },
      { silence: true },
    ]);
    const child = await begin(server, { shutdownTimeoutMs: 400 });
    await untilBothCame(server, '.');
    const end = await child.end('SIGTERM');
    expectAllTold(end);
    expect(end.sends.filter(({ retryable }) => retryable === 'unknown')).toHaveLength(2);
    expect(end.sends.filter(({ retryable }) => retryable === true)).toHaveLength(COUNT - 2);
  });

  it('that wait for the rate limit ends after the grace time, and those that had their turn are done', async () => {
    const server = await sink();
    const child = await begin(server, { shutdownTimeoutMs: 600, settings: { MaxMessagesPerSecond: 5 } });
    await child.untilResolved(1);
    const end = await child.end('SIGTERM');
    expectAllTold(end);
    expect(end.resolved.length).toBeGreaterThan(0);
    expect(end.resolved.length).toBeLessThan(COUNT);
    expect(takenBy(server)).toEqual(end.resolved);
  });

  it('into a pickup directory ends with all of them written', async () => {
    const folder = temporaryDirectory();
    const child = await SendingChild.start({
      settings: { UseSpecifiedPickupDirectory: true, PickupDirectory: folder.path, FromAddress: FROM },
      count: COUNT,
      raiseAfter: 0,
    });
    const end = await child.end();
    expectAllTold(end);
    expect(end.resolved).toHaveLength(COUNT);
    const files = readdirSync(folder.path).map(name => readFileSync(join(folder.path, name), 'utf8'));
    expect(subjectsIn(files)).toEqual(end.resolved);
    folder.remove();
  });

  it('into a pickup directory without any grace time leaves there what is resolved, whole, and nothing else', async () => {
    const folder = temporaryDirectory();
    const child = await SendingChild.start({
      settings: { UseSpecifiedPickupDirectory: true, PickupDirectory: folder.path, FromAddress: FROM },
      options: { shutdownTimeoutMs: 0 },
      count: COUNT,
      raiseAfter: 1,
    });
    const end = await child.end();
    expectAllTold(end);
    const files = readdirSync(folder.path).map(name => readFileSync(join(folder.path, name), 'utf8'));
    expect(end.resolved.length).toBeGreaterThan(0);
    expect(subjectsIn(files)).toEqual(end.resolved);
    expect(end.sends.filter(({ retryable }) => retryable === 'unknown')).toEqual([]);
    folder.remove();
  });

  it('against a server that never greets gives none of them to the fallback, which the shutdown ends too', async () => {
    const server = await bench.server([{ silence: true }]);
    const second = await sink();
    const fallback = { Host: second.host, Port: second.port, FromAddress: FROM };
    const child = await begin(server, { shutdownTimeoutMs: 300, fallback });
    const end = await child.end('SIGTERM');
    expectAllTold(end);
    expect(end.resolved).toEqual([]);
    expect(takenBy(second)).toEqual([]);
  });

  it('that wait for a further try ends after the grace time, and says of each that it is not delivered', async () => {
    const server = await sink({ rejectRecipient: () => ({ code: 451, message: '4.3.0 Later' }) });
    const retry = { attempts: 5, backoff: 60_000 };
    const child = await begin(server, { shutdownTimeoutMs: 500, retry });
    const end = await child.end('SIGTERM');
    expectAllTold(end);
    expect(end.sends.filter(({ retryable }) => retryable !== true)).toEqual([]);
    expect(end.ownMs).toBeLessThan(4000);
    expect(takenBy(server)).toEqual([]);
  });

  it('refuses a send that is begun afterwards', async () => {
    const server = await sink({ delayDataMs: 50 });
    const child = await begin(server, { late: true });
    const end = await child.end('SIGTERM');
    const late = end.sends.find(({ id }) => id === 'late');
    expect(late).toMatchObject({ code: 'EMAILCLOSED', retryable: true });
    expect(end.resolved).toHaveLength(COUNT);
    expect(takenBy(server)).toEqual(end.resolved);
  });
});

it('SIGINT ends with all of them done too', async () => {
  const server = await sink();
  const child = await begin(server);
  const end = await child.end('SIGINT');
  expect(end).toMatchObject({ code: null, signal: 'SIGINT', stderr: '' });
  expect(end.resolved).toHaveLength(COUNT);
  expect(takenBy(server)).toEqual(end.resolved);
});

it('A second and a third signal change nothing', async () => {
  const server = await sink({ delayDataMs: 20 });
  const child = await begin(server);
  const end = await child.end('SIGTERM', 'SIGTERM', 'SIGINT');
  expect(end).toMatchObject({ code: null, stderr: '' });
  expect(end.resolved).toHaveLength(COUNT);
  expect(takenBy(server)).toEqual(end.resolved);
});

describe('SIGTERM while 50 requests to a web server send mails', () => {
  it('against a fast mail server answers all of them with success', async () => {
    const server = await sink();
    const child = await begin(server, { web: {} });
    const end = await child.end('SIGTERM');
    expectAllTold(end);
    expect(end.resolved).toHaveLength(COUNT);
    expect(takenBy(server)).toEqual(end.resolved);
  });

  it('serves the requests that come to their send only while the web server closes', async () => {
    const server = await sink();
    const child = await begin(server, { web: { dawdleMs: 400 } });
    const end = await child.end('SIGTERM');
    expectAllTold(end);
    expect(end.resolved).toHaveLength(COUNT);
    expect(takenBy(server)).toEqual(end.resolved);
  });

  it('against a slow mail server answers all of them soon after the grace time, each with the truth', async () => {
    const server = await sink({ delayDataMs: 100 });
    const child = await begin(server, { web: {}, shutdownTimeoutMs: 800 });
    await child.untilResolved(1);
    const before = server.messages.length;
    const end = await child.end('SIGTERM');
    expectAllTold(end);
    expect(end.resolved.length).toBeGreaterThan(before);
    expect(end.resolved.length).toBeLessThan(COUNT);
    expect(end.ownMs).toBeLessThan(5000);
    expectTruth(end, server);
  });

  it('against a mail server that never greets answers all of them soon after the grace time', async () => {
    const server = await bench.server([{ silence: true }]);
    const child = await begin(server, { web: {}, shutdownTimeoutMs: 400 });
    const end = await child.end('SIGTERM');
    expectAllTold(end);
    expect(end.resolved).toEqual([]);
    expect(end.sends.filter(({ retryable }) => retryable !== true)).toEqual([]);
    expect(end.ownMs).toBeLessThan(4000);
  });

  it('refuses those that come to their send after the grace time', async () => {
    const server = await sink();
    const child = await begin(server, { web: { dawdleMs: 1000 }, shutdownTimeoutMs: 100 });
    const end = await child.end('SIGTERM');
    expectAllTold(end);
    expect(end.resolved).toEqual([]);
    expect(takenBy(server)).toEqual([]);
  });
});

describe('An application that is closed by its own hand, three times, with 50 sends pending', () => {
  it('ends by itself with all of them done', async () => {
    const server = await sink({ delayDataMs: 5 });
    const child = await begin(server, { closing: 2 });
    const end = await child.end('SIGTERM');
    expectAllTold(end, BY_ITSELF);
    expect(end.resolved).toHaveLength(COUNT);
    expect(takenBy(server)).toEqual(end.resolved);
  });

  it.each([
    ['never greets', [{ silence: true }]],
    [
      'stalls after the dot and never closes',
      [
        { send: '220 hi\r\n' },
        { expect: /^EHLO/, send: '250 hi\r\n' },
        { expect: /^MAIL/, send: '250 ok\r\n' },
        { expect: /^RCPT/, send: '250 ok\r\n' },
        { expect: 'DATA', send: '354 go\r\n' },
        { expectData: true },
        { silence: true },
      ],
    ],
  ] as [string, Script][])(
    'ends by itself soon after the grace time when the server %s: no timer and no connection holds it',
    async (_, script) => {
      const server = await bench.server(script);
      const child = await begin(server, { closing: 2, shutdownTimeoutMs: 400 });
      const end = await child.end('SIGTERM');
      expectAllTold(end, BY_ITSELF);
      expect(end.resolved).toEqual([]);
      expect(end.ownMs).toBeLessThan(4000);
    },
  );

  it('ends by itself when they wait for the rate limit', async () => {
    const server = await sink();
    const settings = { MaxMessagesPerSecond: 5 };
    const child = await begin(server, { closing: 2, shutdownTimeoutMs: 400, settings });
    const end = await child.end('SIGTERM');
    expectAllTold(end, BY_ITSELF);
    expect(end.resolved.length).toBeLessThan(COUNT);
    expect(end.ownMs).toBeLessThan(4000);
    expectTruth(end, server);
  });
});
