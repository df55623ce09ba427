import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import type { MailMessage, SendManyOptions, SendManyProgress, SentMail } from 'nest-mailroom';
import { MailDeliveryError } from 'nest-mailroom';
import { until } from '../support/bounded-send.js';
import type { MailApp } from '../support/mail-app.js';
import { useMailBench } from '../support/mail-bench.js';
import type { MailSink } from '../support/mail-sink.js';
import { RecordingLogger } from '../support/recording-logger.js';
import { rejection } from '../support/rejection.js';
import { SendingChild } from '../support/sending-child.js';
import { indicesOf, outcomesOf, upTo, wordsOf } from '../support/sent-mails.js';

const bench = useMailBench();
const COUNT = 400;

const mailOf = (index: number): MailMessage => ({
  to: 'ann@example.com',
  subject: `mail-${index}`,
  text: 'x',
});
const subjectsAt = (sink: MailSink): string[] =>
  sink.messages.map(({ raw }) => /^Subject: (.*)\r$/m.exec(raw.toString())?.[1] ?? '?').toSorted();
const subjectsOf = (outcomes: readonly SentMail[]): string[] =>
  outcomes.map(({ index }) => `mail-${index}`).toSorted();

const SOURCES: readonly [string, (count: number) => Iterable<MailMessage> | AsyncIterable<MailMessage>][] = [
  ['a list', count => upTo(count).map(mailOf)],
  [
    'a generator',
    function* (count) {
      for (const index of upTo(count)) yield mailOf(index);
    },
  ],
  [
    'an asynchronous generator',
    async function* (count) {
      for (const index of upTo(count)) {
        if (index % 10 === 0) await delay(1);
        yield mailOf(index);
      }
    },
  ],
  ['a stream', count => Readable.from(upTo(count).map(mailOf))],
];

/** What libraries of promises of their own return. */
function rejectingThenable(): Promise<void> {
  const rejects = (_: unknown, reject: (error: unknown) => void): void =>
    reject(new Error('the page is gone'));
  const thenable: unknown = new Proxy({}, { get: (_, name) => (name === 'then' ? rejects : undefined) });
  return thenable as Promise<void>;
}

/** Iterates, and does something once so many outcomes were taken. */
async function cutAt(
  { mail }: MailApp,
  messages: Iterable<MailMessage> | AsyncIterable<MailMessage>,
  { at, cut, ...options }: SendManyOptions & { at: number; cut: () => void },
): Promise<SentMail[]> {
  const outcomes: SentMail[] = [];
  if (at === 0) cut();
  for await (const sent of mail.sendMany(messages, options)) {
    outcomes.push(sent);
    if (outcomes.length === at) cut();
  }
  return outcomes;
}

/** Each message has one outcome, and the server has those that say so. */
function expectTruth(outcomes: readonly SentMail[], sink: MailSink, count: number, code: string): void {
  expect(indicesOf(outcomes)).toEqual(upTo(count));
  const failed = outcomes.filter(({ error }) => error);
  expect(new Set(wordsOf(failed))).toEqual(new Set([code]));
  const unsure = failed.filter(
    ({ error }) => error instanceof MailDeliveryError && error.retryable === 'unknown',
  );
  expect(unsure.length).toBeLessThanOrEqual(5);
  const received = subjectsAt(sink).filter(subject => !subjectsOf(unsure).includes(subject));
  expect(received).toEqual(subjectsOf(outcomes.filter(({ receipt }) => receipt)));
}

describe.each(SOURCES)('The signal of sendMany, with %s,', (_, make) => {
  it.each([0, 1, 7, 60, 399])('tells which were not sent when it fires after %i outcomes', async at => {
    const sink = await bench.sink();
    const app = await bench.against(sink);
    const controller = new AbortController();
    const { signal } = controller;
    const outcomes = await cutAt(app, make(COUNT), {
      at,
      signal,
      cut: () => controller.abort(new Error('enough')),
    });
    expect(outcomes.length).toBe(COUNT);
    if (at < 300) expectTruth(outcomes, sink, COUNT, 'EMAILABORTED');
    expect(outcomes.filter(({ receipt }) => receipt).length).toBeGreaterThanOrEqual(Math.min(at, 300));
  });
});

describe('A sendMany that its signal has cut', () => {
  it('says of a message that was not begun that nothing of it was sent, with the reason and the line of the caller', async () => {
    const sink = await bench.sink();
    const { mail } = await bench.against(sink);
    const reason = new Error('enough');
    const [sent] = await outcomesOf(mail.sendMany([mailOf(0)], { signal: AbortSignal.abort(reason) }));
    expect(sent?.error).toMatchObject({
      name: 'MailDeliveryError',
      code: 'EMAILABORTED',
      retryable: true,
      phase: 'connect',
      cause: reason,
    });
    expect(sent?.error?.stack).toContain('send-many-cut.spec.ts');
    expect(sink.connections).toBe(0);
  });

  it('cuts those under way as the signal of send does', async () => {
    const sink = await bench.sink({ delayDataMs: 10_000 });
    const { mail } = await bench.against(sink);
    const controller = new AbortController();
    const all = outcomesOf(mail.sendMany(upTo(30).map(mailOf), { signal: controller.signal }));
    await until(() => sink.commands.filter(line => line === 'DATA').length >= 5);
    controller.abort();
    const outcomes = await all;
    expect(new Set(wordsOf(outcomes))).toEqual(new Set(['EMAILABORTED']));
    expect(outcomes).toHaveLength(30);
  });

  it('closes the streams of what it does not send', async () => {
    const { mail } = await bench.against(await bench.sink());
    const content = Readable.from(['never read']);
    const message = { ...mailOf(0), attachments: [{ filename: 'a', content }] };
    await outcomesOf(mail.sendMany([message], { signal: AbortSignal.abort() }));
    expect(content.destroyed).toBe(true);
  });

  it('lets timers have their turn while it tells 10,000', async () => {
    const { mail } = await bench.against(await bench.sink());
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    let count = 0;
    let last: SendManyProgress | undefined;
    function* messages(): Generator<MailMessage> {
      for (let index = 0; index < 10_000; index++) yield mailOf(index);
    }
    const options = { signal: AbortSignal.abort(), onProgress: (now: SendManyProgress) => void (last = now) };
    for await (const sent of mail.sendMany(messages(), options)) count += sent.error ? 1 : 0;
    clearInterval(timer);
    expect(count).toBe(10_000);
    expect(turns).toBeGreaterThan(20);
    expect(last).toEqual({ begun: 0, sent: 0, suppressed: 0, failed: 0, unsent: 10_000 });
  });

  it('writes one line of those that were not sent, and none of each', async () => {
    const logger = new RecordingLogger();
    const app = await bench.against(await bench.sink());
    Logger.overrideLogger(logger);
    await outcomesOf(app.mail.sendMany(upTo(300).map(mailOf), { signal: AbortSignal.abort() }));
    Logger.overrideLogger(false);
    expect(logger.lines).toEqual([
      'warn sendMany was ended after 0 sends; 300 messages that its source gave were not sent.',
    ]);
  });

  it('leaves a source that gives nothing for five seconds, and says so', async () => {
    const { mail } = await bench.against(await bench.sink());
    const controller = new AbortController();
    let closed = 0;
    let given = 0;
    const iterator = {
      next: (): Promise<IteratorResult<MailMessage>> =>
        given < 3 ? Promise.resolve({ done: false, value: mailOf(given++) }) : new Promise<never>(() => {}),
      return: () => {
        closed++;
        return new Promise<never>(() => {});
      },
    };
    const outcomes: SentMail[] = [];
    const sending = mail.sendMany({ [Symbol.asyncIterator]: () => iterator }, { signal: controller.signal });
    const looping = async (): Promise<void> => {
      for await (const sent of sending) {
        outcomes.push(sent);
        if (outcomes.length === 3) controller.abort();
      }
    };
    const error = await rejection(looping());
    expect(error).toBeInstanceOf(MailDeliveryError);
    expect(error).toMatchObject({
      code: 'EMAILABORTED',
      retryable: true,
      message: expect.stringContaining('The source gave no further message within 5 seconds and was left'),
    });
    expect(wordsOf(outcomes)).toEqual(['accepted', 'accepted', 'accepted']);
    expect(closed).toBe(1);
  });

  it('tells a message that a slow source gives in that time', async () => {
    const { mail } = await bench.against(await bench.sink());
    const controller = new AbortController();
    async function* messages(): AsyncGenerator<MailMessage> {
      yield mailOf(0);
      await delay(300);
      yield mailOf(1);
    }
    const outcomes = await cutAt({ mail } as MailApp, messages(), {
      at: 1,
      signal: controller.signal,
      cut: () => controller.abort(),
    });
    expect(wordsOf(outcomes)).toEqual(['accepted', 'EMAILABORTED']);
  });

  it('gives the error of a source that listens to the signal too', async () => {
    const { mail } = await bench.against(await bench.sink());
    const controller = new AbortController();
    const reason = new Error('enough');
    async function* messages(): AsyncGenerator<MailMessage> {
      for (let index = 0; ; index++) {
        controller.signal.throwIfAborted();
        yield mailOf(index);
        await delay(1);
      }
    }
    const cutting = cutAt({ mail } as MailApp, messages(), {
      at: 10,
      signal: controller.signal,
      cut: () => controller.abort(reason),
    });
    expect(await rejection(cutting)).toBe(reason);
  });

  it('shares one signal with many others without a warning', async () => {
    const warnings: string[] = [];
    const warned = (warning: Error): void => void warnings.push(warning.name);
    process.on('warning', warned);
    const { mail } = await bench.against(await bench.sink());
    const { signal } = new AbortController();
    async function* messages(): AsyncGenerator<MailMessage> {
      yield mailOf(0);
      await delay(20);
      yield mailOf(1);
    }
    await Promise.all(upTo(30).map(() => outcomesOf(mail.sendMany(messages(), { signal }))));
    await delay(20);
    process.off('warning', warned);
    expect(warnings).toEqual([]);
  });
});

it('A source that gives nothing at the end of the application holds neither that nor its loop', async () => {
  const app = await bench.against(await bench.sink());
  let left = false;
  const iterator = {
    next: () => new Promise<never>(() => {}),
    return: () => {
      left = true;
      throw new Error('cannot be closed either');
    },
  };
  const looping = rejection(outcomesOf(app.mail.sendMany({ [Symbol.asyncIterator]: () => iterator })));
  await app.close();
  expect(left).toBe(false);
  expect(await looping).toMatchObject({ code: 'EMAILCLOSED', retryable: true });
  expect(left).toBe(true);
});

it('A reason that cannot be looked at is told without it', async () => {
  const { mail } = await bench.against(await bench.sink());
  const trap = (): never => {
    throw new Error('trap');
  };
  const signal = AbortSignal.abort(new Proxy({}, { has: trap, get: trap, getPrototypeOf: trap }));
  expect(wordsOf(await outcomesOf(mail.sendMany([mailOf(0), mailOf(1)], { signal })))).toEqual([
    'EMAILABORTED',
    'EMAILABORTED',
  ]);
});

describe.each(SOURCES)('The end of the application, with %s in the middle of sendMany,', (_, make) => {
  it.each([0, 1, 7, 60])('tells which were not sent when it comes after %i outcomes', async at => {
    const sink = await bench.sink({ delayDataMs: 2 });
    const app = await bench.against(sink);
    let closing: Promise<unknown> | undefined;
    const outcomes = await cutAt(app, make(COUNT), { at, cut: () => void (closing = app.close()) });
    await closing;
    expectTruth(outcomes, sink, COUNT, 'EMAILCLOSED');
    expect(outcomes.filter(({ receipt }) => receipt).length).toBeGreaterThanOrEqual(at);
  });
});

describe('The end of the application', () => {
  it('does not wait for a loop that has stopped asking', async () => {
    const sink = await bench.sink();
    const app = await bench.against(sink);
    const sending = app.mail.sendMany(upTo(500).map(mailOf));
    await sending.next();
    await app.close();
    const rest = await outcomesOf(sending);
    expect(rest).toHaveLength(499);
    expect(rest.filter(({ receipt }) => receipt)).toHaveLength(sink.messages.length - 1);
  });

  it('cuts what is under way after the grace time, each with the truth', async () => {
    const sink = await bench.sink({ delayDataMs: 100 });
    const app = await bench.against(sink, {}, { shutdownTimeoutMs: 250 });
    let closing: Promise<unknown> | undefined;
    const outcomes = await cutAt(app, upTo(100).map(mailOf), {
      at: 3,
      cut: () => void (closing = app.close()),
    });
    await closing;
    expectTruth(outcomes, sink, 100, 'EMAILCLOSED');
  });

  it('is told of each message when the loop begins only afterwards', async () => {
    const app = await bench.against(await bench.sink());
    await app.close();
    const outcomes = await outcomesOf(app.mail.sendMany(upTo(5).map(mailOf)));
    expect(outcomes.map(({ error }) => error)).toEqual(
      upTo(5).map(() => expect.objectContaining({ code: 'EMAILCLOSED', retryable: true })),
    );
  });

  it.each([{ slowly: false }, { slowly: true }])(
    'by SIGTERM in the middle, %j: each message has one outcome, and the server has what was accepted',
    async campaign => {
      const sink = await bench.sink({ delayDataMs: 2 });
      const child = await SendingChild.start({
        settings: { Host: sink.host, Port: sink.port, FromAddress: 'a@example.com' },
        count: 2000,
        campaign,
      });
      await child.untilResolved(100);
      const end = await child.end('SIGTERM');
      expect(end).toMatchObject({ stderr: '', signal: 'SIGTERM' });
      expect(new Set(end.sends.map(({ id }) => id)).size).toBe(end.sends.length);
      const failed = end.sends.filter(({ status }) => status === undefined);
      expect(failed.filter(({ code, retryable }) => code !== 'EMAILCLOSED' || retryable !== true)).toEqual(
        [],
      );
      expect(end.resolved.length).toBeGreaterThanOrEqual(100);
      expect(end.resolved.length).toBeLessThan(2000);
      expect(subjectsAt(sink)).toEqual(end.resolved);
    },
  );
});

describe('The progress of sendMany', () => {
  it('is told after each outcome, and adds up', async () => {
    const sink = await bench.sink({
      rejectRecipient: address =>
        address.startsWith('gone') ? { code: 550, message: '5.1.1 no' } : undefined,
    });
    const { mail } = await bench.against(sink, { AllowedDomains: 'example.com' });
    const told: SendManyProgress[] = [];
    const messages = [
      ...upTo(20).map(mailOf),
      { ...mailOf(20), to: 'gone@example.com' },
      { ...mailOf(21), to: 'ann@elsewhere.test' },
      { ...mailOf(22), to: 'nobody' },
    ];
    await outcomesOf(mail.sendMany(messages, { onProgress: now => void told.push(now) }));
    expect(told).toHaveLength(23);
    expect(told.at(-1)).toEqual({ begun: 23, sent: 20, suppressed: 1, failed: 2, unsent: 0 });
    const done = told.map(({ sent, suppressed, failed }) => sent + suppressed + failed);
    expect(done).toEqual(upTo(23).map(index => index + 1));
  });

  it.each<[string, () => void | Promise<void>]>([
    [
      'throws',
      () => {
        throw new Error('the page is gone, ann@example.com');
      },
    ],
    ['answers with a thenable that rejects', () => rejectingThenable()],
    ['rejects', () => Promise.reject(new Error('the page is gone, ann@example.com'))],
    [
      'throws nothing at all',
      () => {
        throw undefined;
      },
    ],
  ])('that %s is told once in the log, and loses nothing', async (_, onProgress) => {
    const logger = new RecordingLogger();
    const sink = await bench.sink();
    const app = await bench.against(sink);
    Logger.overrideLogger(logger);
    const outcomes = await outcomesOf(app.mail.sendMany(upTo(50).map(mailOf), { onProgress }));
    await delay(5);
    Logger.overrideLogger(false);
    expect(outcomes.filter(({ receipt }) => receipt)).toHaveLength(50);
    const errors = logger.lines.filter(line => line.startsWith('error'));
    expect(errors).toHaveLength(1);
    expect(errors[0]).toContain('onProgress of sendMany failed and is ignored');
    expect(errors[0]).not.toContain('ann@');
  });
});
