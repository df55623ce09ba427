import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { MailModuleOptions } from '../../lib/mail.module-options.js';
import { MailSink } from '../support/mail-sink.js';
import type { MailSinkOptions } from '../support/mail-sink.js';
import type { Script } from '../support/scripted-smtp-server.js';
import { ScriptedSmtpServer } from '../support/scripted-smtp-server.js';
import type { SendingEnd } from '../support/sending-child.js';
import { SendingChild } from '../support/sending-child.js';
import { temporaryDirectory } from '../support/temporary-directory.js';

const COUNT = 50;
const FROM = 'no-reply@contoso.test';
const opened: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  for (const item of opened.splice(0).toReversed()) await item.close();
});

async function sink(options: MailSinkOptions = {}): Promise<MailSink> {
  const started = await MailSink.start(options);
  opened.push(started);
  return started;
}

function begin(
  { host, port }: { host: string; port: number },
  {
    settings = {},
    late = false,
    closes = false,
    ...options
  }: MailModuleOptions & { settings?: object; late?: boolean; closes?: boolean } = {},
): Promise<SendingChild> {
  return SendingChild.start({
    settings: { Host: host, Port: port, FromAddress: FROM, MaxConnections: 2, ...settings },
    options,
    count: COUNT,
    late,
    closes,
  });
}

// What each test waits for is bounded by the grace time; what a busy machine adds is not what is tested.
jest.setTimeout(30_000);

const subjectsIn = (raw: readonly string[]): string[] =>
  raw.map(mail => /^Subject: (.*)\r$/m.exec(mail)?.[1] ?? '?').toSorted();
const takenBy = ({ messages }: MailSink): string[] => subjectsIn(messages.map(({ raw }) => raw.toString()));

/** What holds for every shutdown, whatever the server does. */
function expectAllTold(end: SendingEnd, count = COUNT): void {
  expect(end.stderr).toBe('');
  expect(end).toMatchObject({ code: null, signal: 'SIGTERM' });
  expect(end.sends.map(({ id }) => id).toSorted()).toEqual(
    Array.from({ length: count }, (_, index) => `mail-${index}`).toSorted(),
  );
  const failed = end.sends.filter(({ status }) => status === undefined);
  expect(failed.filter(({ code }) => code !== 'EMAILCLOSED')).toEqual([]);
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
    const end = await child.end('SIGTERM');
    expectAllTold(end);
    expect(end.resolved.length).toBeGreaterThan(2);
    expect(end.resolved.length).toBeLessThan(COUNT);
    expect(end.tookMs).toBeGreaterThan(700);
    expect(end.tookMs).toBeLessThan(5000);
    const taken = takenBy(server);
    const unsure = end.sends.filter(({ retryable }) => retryable === 'unknown').map(({ id }) => id);
    // The two that were cut after their end had been sent may have been taken; nothing else was.
    expect(unsure.length).toBeLessThanOrEqual(2);
    expect(taken.filter(id => !unsure.includes(id))).toEqual(end.resolved);
    const sure = end.sends.filter(({ retryable }) => retryable === true).map(({ id }) => id);
    expect(sure.filter(id => taken.includes(id))).toEqual([]);
  });

  it.each([
    ['never greets', [{ silence: true }], 'connect'],
    [
      'stalls at MAIL',
      [
        { send: '220 hi\r\n' },
        { expect: /^EHLO/, send: '250 hi\r\n' },
        { expect: /^MAIL/ },
        { silence: true },
      ],
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
      'envelope',
    ],
  ] as [string, Script, string][])(
    'against a server that %s rejects each as closed and surely undelivered, and exits',
    async (_, script, phase) => {
      const server = await ScriptedSmtpServer.start(script);
      opened.push(server);
      const child = await begin(server, { shutdownTimeoutMs: 400 });
      await new Promise(resolve => setTimeout(resolve, 300));
      const end = await child.end('SIGTERM');
      expectAllTold(end);
      expect(end.resolved).toEqual([]);
      expect(end.sends.filter(({ retryable }) => retryable !== true)).toEqual([]);
      expect(end.sends.filter(send => send.phase === phase).length).toBeGreaterThanOrEqual(2);
      expect(end.tookMs).toBeLessThan(4000);
    },
  );

  it('against a server that stalls after the dot says of those two that nobody knows', async () => {
    const server = await ScriptedSmtpServer.start([
      { send: '220 hi\r\n' },
      { expect: /^EHLO/, send: '250 hi\r\n' },
      { expect: /^MAIL/, send: '250 ok\r\n' },
      { expect: /^RCPT/, send: '250 ok\r\n' },
      { expect: 'DATA', send: '354 go\r\n' },
      { expectData: true },
      { silence: true },
    ]);
    opened.push(server);
    const child = await begin(server, { shutdownTimeoutMs: 400 });
    await new Promise(resolve => setTimeout(resolve, 300));
    const end = await child.end('SIGTERM');
    expectAllTold(end);
    expect(end.sends.filter(({ retryable }) => retryable === 'unknown')).toHaveLength(2);
    expect(end.sends.filter(({ retryable }) => retryable === true)).toHaveLength(COUNT - 2);
  });

  it('that wait for the rate limit ends after the grace time, and those that had their turn are done', async () => {
    const server = await sink();
    const child = await begin(server, { shutdownTimeoutMs: 600, settings: { MaxMessagesPerSecond: 10 } });
    const end = await child.end('SIGTERM');
    expectAllTold(end);
    expect(end.resolved.length).toBeGreaterThan(0);
    expect(end.resolved.length).toBeLessThan(30);
    expect(takenBy(server)).toEqual(end.resolved);
  });

  it('into a pickup directory ends with all of them written', async () => {
    const folder = temporaryDirectory();
    const child = await SendingChild.start({
      settings: { UseSpecifiedPickupDirectory: true, PickupDirectory: folder.path, FromAddress: FROM },
      count: COUNT,
    });
    const end = await child.end('SIGTERM');
    expectAllTold(end);
    expect(end.resolved).toHaveLength(COUNT);
    const files = readdirSync(folder.path).map(name => readFileSync(join(folder.path, name), 'utf8'));
    expect(subjectsIn(files)).toEqual(end.resolved);
    folder.remove();
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

it('A second signal changes nothing', async () => {
  const server = await sink({ delayDataMs: 20 });
  const child = await begin(server);
  const end = await child.end('SIGTERM', 'SIGTERM', 'SIGINT');
  expect(end.signal).toMatch(/^SIG(?:TERM|INT)$/);
  expect(end.stderr).toBe('');
  expect(end.resolved).toHaveLength(COUNT);
  expect(takenBy(server)).toEqual(end.resolved);
});

describe('app.close(), called twice at once and again, with 50 sends pending', () => {
  it('finishes all of them, and the process has nothing left that holds it', async () => {
    const server = await sink();
    const child = await begin(server, { closes: true });
    const end = await child.end();
    expect(end).toMatchObject({ code: 0, signal: null, stderr: '' });
    expect(end.resolved).toHaveLength(COUNT);
    expect(takenBy(server)).toEqual(end.resolved);
  });

  it('rejects all of them after one grace time when the server is silent, and the process has nothing left that holds it', async () => {
    const server = await ScriptedSmtpServer.start([{ silence: true }]);
    opened.push(server);
    const child = await begin(server, { closes: true, shutdownTimeoutMs: 400 });
    const end = await child.end();
    expect(end).toMatchObject({ code: 0, signal: null, stderr: '' });
    expect(end.sends).toHaveLength(COUNT);
    expect(end.sends.filter(({ code, retryable }) => code !== 'EMAILCLOSED' || retryable !== true)).toEqual(
      [],
    );
    expect(end.tookMs).toBeLessThan(5000);
  });
});
