import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { request } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { MailModuleOptions } from '../../lib/mail.module-options.js';
import { MailSink } from '../support/mail-sink.js';
import type { Script } from '../support/scripted-smtp-server.js';
import { ScriptedSmtpServer } from '../support/scripted-smtp-server.js';
import type { SendEnd } from '../support/sending-child.js';
import type { ChildEnd } from '../support/talking-child.js';
import { TalkingChild } from '../support/talking-child.js';

const COUNT = 50;
const SCRIPT = join(process.cwd(), 'test/e2e/shutdown-children/serve-sends.mjs');
const opened: { close(): Promise<unknown> }[] = [];
afterEach(async () => {
  for (const item of opened.splice(0).toReversed()) await item.close();
});

/** What a web application told its clients, and how it ended. */
interface ServingEnd extends ChildEnd {
  readonly answers: readonly SendEnd[];
  /** Milliseconds from the signal to the end of the process. */
  readonly tookMs: number;
  readonly stderr: string;
}

/** A request whose connection is not kept: what stays open afterwards is none of the mailer's business. */
function ask(port: number, method: 'GET' | 'POST', path: string): Promise<SendEnd> {
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, path, method, agent: false }, response => {
      text(response).then(body => resolve(JSON.parse(body) as SendEnd), reject);
    })
      .on('error', reject)
      .end();
  });
}

async function serve(server: { host: string; port: number }, options: MailModuleOptions) {
  const settings = { Host: server.host, Port: server.port, FromAddress: 'a@contoso.test', MaxConnections: 2 };
  const child = await TalkingChild.start(process.execPath, [SCRIPT, JSON.stringify({ settings, options })]);
  opened.push({ close: () => child.kill() });
  return { child, port: Number(await child.expectLine()) };
}

/** Ends a web application by SIGTERM while it answers these requests. */
async function endOf(child: TalkingChild, asked: readonly Promise<SendEnd>[]): Promise<ServingEnd> {
  const begun = performance.now();
  process.kill(child.pid, 'SIGTERM');
  const answers = await Promise.all(asked);
  const end = await child.ended;
  return { ...end, answers, tookMs: performance.now() - begun, stderr: child.stderr };
}

/** Ends a web application by SIGTERM while it answers 50 requests, each of which sends a mail. */
async function endWhileServing(
  server: { host: string; port: number },
  options: MailModuleOptions,
  { pauseMs = 0, untilPending }: { pauseMs?: number; untilPending: () => Promise<unknown> },
): Promise<ServingEnd> {
  const { child, port } = await serve(server, options);
  const asked = Array.from({ length: COUNT }, (_, index) =>
    ask(port, 'POST', `/mails/mail-${index}?pauseMs=${pauseMs}`),
  );
  for (let index = 0; index < COUNT; index++) await child.expectLine();
  await untilPending();
  return endOf(child, asked);
}

const pause = (milliseconds: number) => () => new Promise(resolve => setTimeout(resolve, milliseconds));
const idsWith = (end: ServingEnd, retryable: boolean | 'unknown' | undefined): string[] =>
  end.answers
    .filter(answer => answer.retryable === retryable)
    .map(({ id }) => id)
    .toSorted();
const takenBy = ({ messages }: MailSink): string[] =>
  messages.map(({ raw }) => /^Message-ID: <(.*)@/m.exec(raw.toString())?.[1] ?? '?').toSorted();

function expectAllAnswered(end: ServingEnd): void {
  expect(end).toMatchObject({ code: null, signal: 'SIGTERM', stderr: '' });
  const failed = end.answers.filter(({ status }) => status === undefined);
  expect(failed.filter(({ code }) => code !== 'EMAILCLOSED')).toEqual([]);
}

jest.setTimeout(30_000);

describe('SIGTERM while a web application answers 50 requests that send', () => {
  it('lets all of them be answered when the mail server is fast', async () => {
    const sink = await MailSink.start({ delayDataMs: 20 });
    opened.push(sink);
    const end = await endWhileServing(sink, {}, { untilPending: () => sink.waitForMessages(1) });
    expectAllAnswered(end);
    expect(idsWith(end, undefined)).toHaveLength(COUNT);
    expect(takenBy(sink)).toEqual(idsWith(end, undefined));
  });

  it('lets those send too that had not come to it when the signal came', async () => {
    const sink = await MailSink.start();
    opened.push(sink);
    const end = await endWhileServing(sink, {}, { pauseMs: 1000, untilPending: pause(0) });
    expectAllAnswered(end);
    expect(idsWith(end, undefined)).toHaveLength(COUNT);
    expect(takenBy(sink)).toEqual(idsWith(end, undefined));
  });

  it('answers all of them soon after the grace time when the mail server is slow, each with what became of its mail', async () => {
    const sink = await MailSink.start({ delayDataMs: 100 });
    opened.push(sink);
    const options = { shutdownTimeoutMs: 800 };
    const end = await endWhileServing(sink, options, { untilPending: () => sink.waitForMessages(1) });
    expectAllAnswered(end);
    expect(end.tookMs).toBeLessThan(5000);
    const resolved = idsWith(end, undefined);
    const unsure = idsWith(end, 'unknown');
    expect(resolved.length).toBeGreaterThan(2);
    expect(resolved.length).toBeLessThan(COUNT);
    expect(unsure.length).toBeLessThanOrEqual(2);
    expect(idsWith(end, true)).toHaveLength(COUNT - resolved.length - unsure.length);
    expect(takenBy(sink).filter(id => !unsure.includes(id))).toEqual(resolved);
  });

  it.each<[string, Script]>([
    ['never greets', [{ silence: true }]],
    ['stalls at MAIL', [{ send: '220 hi\r\n' }, { expect: /^EHLO/, send: '250 hi\r\n' }, { silence: true }]],
  ])('answers all of them soon after the grace time when the mail server %s', async (_, script) => {
    const server = await ScriptedSmtpServer.start(script);
    opened.push(server);
    const end = await endWhileServing(server, { shutdownTimeoutMs: 400 }, { untilPending: pause(300) });
    expectAllAnswered(end);
    expect(idsWith(end, true)).toHaveLength(COUNT);
    expect(end.tookMs).toBeLessThan(5000);
  });

  it('refuses what begins to send when the grace time is over, and waits for nothing more', async () => {
    const sink = await MailSink.start();
    opened.push(sink);
    const options = { shutdownTimeoutMs: 100 };
    const end = await endWhileServing(sink, options, { pauseMs: 3000, untilPending: pause(0) });
    expectAllAnswered(end);
    expect(idsWith(end, true)).toHaveLength(COUNT);
    expect(sink.messages).toHaveLength(0);
  });
});

it('SIGTERM while a web application answers a check of its health ends the check at once', async () => {
  const server = await ScriptedSmtpServer.start([{ silence: true }]);
  opened.push(server);
  const { child, port } = await serve(server, {});
  const asked = ask(port, 'GET', '/mails/check');
  await child.expectLine();
  const end = await endOf(child, [asked]);
  expect(end).toMatchObject({
    signal: 'SIGTERM',
    stderr: '',
    answers: [{ id: 'check', code: 'EMAILCLOSED' }],
  });
  expect(end.tookMs).toBeLessThan(5000);
});
