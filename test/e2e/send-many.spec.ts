import { getEventListeners } from 'node:events';
import { readdirSync } from 'node:fs';
import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import type { ComposedMail, DeliveryOutcome, MailMessage, SendManyProgress, SentMail } from 'nest-mailroom';
import { MailDelivery, MailHook, MailMessageError } from 'nest-mailroom';
import { until } from '../support/bounded-send.js';
import { useMailBench } from '../support/mail-bench.js';
import { rejection } from '../support/rejection.js';
import { indicesOf, outcomesOf, upTo, wordsOf } from '../support/sent-mails.js';
import { startMailboxApp } from '../testing/mailbox-app.js';

const bench = useMailBench();

const mailOf = (index: number): MailMessage => ({
  to: 'ann@example.com',
  subject: `mail-${index}`,
  text: 'x',
});

/** A source that says what became of it. */
function source(count: number, made = mailOf) {
  const state = { drawn: 0, closed: 0 };
  function* messages(): Generator<MailMessage> {
    try {
      for (let index = 0; index < count; index++) {
        state.drawn++;
        yield made(index);
      }
    } finally {
      state.closed++;
    }
  }
  return Object.assign(messages(), { state });
}

async function* slowly(messages: Iterable<MailMessage>): AsyncGenerator<MailMessage> {
  for (const message of messages) {
    await delay(1);
    yield message;
  }
}

/** Something that JavaScript may give as a source. */
const given = (messages: unknown): Iterable<MailMessage> => messages as Iterable<MailMessage>;

const subjectsAt = (sink: { messages: readonly { raw: Buffer }[] }): string[] =>
  sink.messages.map(({ raw }) => /^Subject: (.*)\r$/m.exec(raw.toString())?.[1] ?? '?');

describe('sendMany sends each message once, and tells what became of it', () => {
  it.each<[string, (count: number) => Iterable<MailMessage> | AsyncIterable<MailMessage>]>([
    ['a list', count => upTo(count).map(mailOf)],
    ['a set', count => new Set(upTo(count).map(mailOf))],
    ['a generator', count => source(count)],
    ['an asynchronous generator', count => slowly(source(count))],
    ['a stream of objects', count => Readable.from(upTo(count).map(mailOf))],
    [
      'an iterator by hand, without return()',
      count => {
        let index = 0;
        return {
          [Symbol.iterator]: () => ({
            next: () =>
              index < count
                ? { done: false as const, value: mailOf(index++) }
                : { done: true as const, value: undefined },
          }),
        };
      },
    ],
    [
      'an asynchronous iterator that answers without a promise',
      count => {
        let index = 0;
        const next = (): unknown => ({ done: index >= count, value: mailOf(index++) });
        return { [Symbol.asyncIterator]: () => ({ next }) } as AsyncIterable<MailMessage>;
      },
    ],
  ])('of %s', async (_, make) => {
    const sink = await bench.sink();
    const { mail } = await bench.against(sink);
    const outcomes = await outcomesOf(mail.sendMany(make(150)));
    expect(indicesOf(outcomes)).toEqual(upTo(150));
    expect(new Set(wordsOf(outcomes))).toEqual(new Set(['accepted']));
    expect(subjectsAt(sink).toSorted()).toEqual(
      upTo(150)
        .map(index => `mail-${index}`)
        .toSorted(),
    );
  });

  it('with the message as the source gave it, and its place', async () => {
    const { mail } = await bench.against(await bench.sink());
    const messages = upTo(30).map(mailOf);
    const outcomes = await outcomesOf(mail.sendMany(messages));
    for (const { index, message } of outcomes) expect(message).toBe(messages[index]);
  });

  it('of nothing, none', async () => {
    const { mail } = await bench.against(await bench.sink());
    expect(await outcomesOf(mail.sendMany([]))).toEqual([]);
  });

  it('without keys that do not count: "error" stands only in what failed, "receipt" only in what did not', async () => {
    const { mail } = await bench.against(await bench.sink());
    const outcomes = await outcomesOf(mail.sendMany([mailOf(0), given(null) as never]));
    const keys = outcomes.toSorted((a, b) => a.index - b.index).map(sent => Object.keys(sent));
    expect(keys).toEqual([
      ['index', 'message', 'receipt'],
      ['index', 'message', 'error'],
    ]);
  });

  it('one by one: what cannot be sent fails alone', async () => {
    const sink = await bench.sink({
      rejectRecipient: address =>
        address.startsWith('gone') ? { code: 550, message: '5.1.1 nobody here' } : undefined,
    });
    const { mail } = await bench.against(sink, { AllowedDomains: 'example.com' });
    const messages: unknown[] = [
      mailOf(0),
      { ...mailOf(1), to: 'nobody' },
      null,
      { ...mailOf(3), to: 'gone@example.com' },
      'a text',
      { to: 'ann@example.com', template: 'no-such-template' },
      undefined,
      7,
      { ...mailOf(8), to: 'ann@elsewhere.test' },
      new Proxy(
        {},
        {
          ownKeys: () => {
            throw new RangeError('trap');
          },
        },
      ),
      Promise.resolve(mailOf(10)),
      mailOf(11),
    ];
    const outcomes = await outcomesOf(mail.sendMany(given(messages)));
    expect(wordsOf(outcomes)).toEqual([
      'accepted',
      'EMAILADDRESS',
      'EMAILMESSAGE',
      'EMAILENVELOPE',
      'EMAILMESSAGE',
      'EMAILTEMPLATENOTFOUND',
      'EMAILMESSAGE',
      'EMAILMESSAGE',
      'suppressed',
      'EMAILMESSAGE',
      'EMAILMESSAGE',
      'accepted',
    ]);
    expect(outcomes.every(sent => sent.message === messages[sent.index])).toBe(true);
    expect(subjectsAt(sink).toSorted()).toEqual(['mail-0', 'mail-11']);
  });

  it('also where it holds promises that nobody awaits, of which one rejects', async () => {
    const { mail } = await bench.against(await bench.sink());
    function* promised(): Generator<unknown> {
      yield Promise.reject(new Error('not awaited'));
      yield Promise.resolve(mailOf(1));
    }
    const outcomes = await outcomesOf(mail.sendMany(given(promised())));
    expect(outcomes.map(({ error }) => error?.message)).toEqual(
      [0, 1].map(() => expect.stringContaining('is a promise: await it')),
    );
  });

  it('and makes an error of what a hook throws that is none', async () => {
    class Odd extends MailHook {
      override beforeSend(): never {
        throw undefined;
      }
    }
    const { mail } = await bench.against(await bench.sink(), {}, { hooks: [Odd] });
    const [sent] = await outcomesOf(mail.sendMany([mailOf(0)]));
    expect(sent?.error).toBeInstanceOf(Error);
    expect(sent && 'receipt' in sent).toBe(false);
  });

  it('with a further try, and over the fallback', async () => {
    let refused = 0;
    const sink = await bench.sink({
      rejectRecipient: () => (refused++ < 5 ? { code: 451, message: '4.3.0 later' } : undefined),
    });
    const { mail } = await bench.against(sink, {}, { retry: { attempts: 3, backoff: 1 } });
    expect(wordsOf(await outcomesOf(mail.sendMany(source(10))))).toEqual(upTo(10).map(() => 'accepted'));
    const down = await bench.app(
      { Host: '127.0.0.1', Port: await bench.unusedPort(), FromAddress: 'a@example.com' },
      { fallback: { Host: sink.host, Port: sink.port, FromAddress: 'a@example.com' } },
    );
    const outcomes = await outcomesOf(down.mail.sendMany(source(10)));
    expect(outcomes.map(({ receipt }) => receipt?.fallback)).toEqual(upTo(10).map(() => true));
    expect(sink.messages).toHaveLength(20);
  });

  it('cuts each mail that takes longer than timeoutMs', async () => {
    const sink = await bench.sink({ delayDataMs: 5000 });
    const { mail } = await bench.against(sink);
    const outcomes = await outcomesOf(mail.sendMany(source(3), { timeoutMs: 200 }));
    expect(wordsOf(outcomes)).toEqual(['EMAILTIMEOUT', 'EMAILTIMEOUT', 'EMAILTIMEOUT']);
  });

  it('closes the streams of messages as send does', async () => {
    const { mail } = await bench.against(await bench.sink());
    const streams = upTo(4).map(() => Readable.from(['never read']));
    const messages = streams.map((content, index) => ({
      ...mailOf(index),
      ...(index % 2 === 0 && { to: 'nobody' }),
      attachments: [{ filename: 'a.txt', content }],
    }));
    await outcomesOf(mail.sendMany(messages));
    expect(streams.map(({ destroyed }) => destroyed)).toEqual([true, true, true, true]);
  });
});

/** A delivery that takes mails when it is told to. */
class Held extends MailDelivery {
  readonly name = 'held';
  readonly waiting: (() => void)[] = [];
  begun = 0;
  most = 0;
  override async deliver({ envelope }: ComposedMail): Promise<DeliveryOutcome> {
    this.begun++;
    await new Promise<void>(resolve => {
      this.waiting.push(resolve);
      this.most = Math.max(this.most, this.waiting.length);
    });
    return { status: 'accepted', accepted: envelope.to, rejected: [] };
  }
  /** Lets so many end. */
  release(count = Infinity): void {
    for (const resolve of this.waiting.splice(0, count)) resolve();
  }
  override async verify(): Promise<void> {}
  override async close(): Promise<void> {
    this.release();
  }
}

async function held() {
  const delivery = new Held();
  const app = await bench.app({ FromAddress: 'a@example.com', Host: 'unused.example' }, { delivery });
  return { delivery, app, mail: app.mail };
}

describe('sendMany beside the other parts', () => {
  it('sends into the mailbox of the test kit, where one failure is planned', async () => {
    const app = await startMailboxApp();
    bench.closing(app);
    app.mailbox.failNext({ code: 'EMAILCONNECT' });
    const outcomes = await outcomesOf(app.mail.sendMany(source(5), { concurrency: 1 }));
    expect(wordsOf(outcomes)).toEqual(['EMAILCONNECT', ...upTo(4).map(() => 'accepted')]);
    app.mailbox.assertCount(4);
    app.mail.sendInBackground(mailOf(5));
    await until(() => app.mailbox.count === 5);
    app.mailbox.assertSent({ subject: 'mail-5' });
  });

  it('writes files of a pickup directory', async () => {
    const folder = bench.folder();
    const { mail } = await bench.app({
      UseSpecifiedPickupDirectory: true,
      PickupDirectory: folder.path,
      FromAddress: 'a@example.com',
    });
    const outcomes = await outcomesOf(mail.sendMany(source(100)));
    expect(new Set(wordsOf(outcomes))).toEqual(new Set(['written']));
    expect(readdirSync(folder.path).filter(name => name.endsWith('.eml'))).toHaveLength(100);
  });
});

describe('sendMany draws only for a loop that asks', () => {
  it('and gives outcomes in the order of completion', async () => {
    const { delivery, mail } = await held();
    const sending = mail.sendMany(source(3));
    const asked = [sending.next(), sending.next(), sending.next()];
    await until(() => delivery.waiting.length === 3);
    for (const place of [2, 0, 1]) {
      delivery.waiting[place]?.();
      await delay(5);
    }
    const results = await Promise.all(asked);
    expect(results.map(({ value }) => value?.index)).toEqual([2, 0, 1]);
    delivery.release();
  });

  it('nothing before the first step', async () => {
    const sink = await bench.sink();
    const { mail } = await bench.against(sink);
    const messages = source(10);
    const sending = mail.sendMany(messages);
    await delay(50);
    expect(messages.state.drawn).toBe(0);
    await sending.return();
    expect(messages.state.drawn).toBe(0);
    expect(sink.connections).toBe(0);
  });

  it('and has no more than concurrency under way', async () => {
    const { delivery, mail } = await held();
    const all = outcomesOf(mail.sendMany(source(50), { concurrency: 7 }));
    for (let done = 0; done < 50; done += 1) {
      await until(() => delivery.waiting.length === Math.min(7, 50 - done));
      delivery.release(1);
    }
    expect(await all).toHaveLength(50);
    expect(delivery.most).toBe(7);
  });

  it('and holds no more than concurrency outcomes: a loop that stops asking stops it', async () => {
    const { delivery, mail } = await held();
    const messages = source(1000);
    const sending = mail.sendMany(messages, { concurrency: 5 });
    const first = sending.next();
    await until(() => delivery.waiting.length === 5);
    delivery.release();
    expect(await first).toMatchObject({ done: false });
    for (let round = 0; round < 5; round++) {
      await delay(10);
      delivery.release();
    }
    expect(messages.state.drawn).toBeLessThanOrEqual(6);
    await sending.return();
  });

  it('one after the other with a concurrency of 1: the next is drawn when the loop has dealt with the one before', async () => {
    const { mail } = await bench.against(await bench.sink());
    const messages = source(10);
    for await (const { index } of mail.sendMany(messages, { concurrency: 1 })) {
      await delay(2);
      expect(messages.state.drawn).toBe(index + 1);
      if (index === 4) break;
    }
    expect(messages.state).toEqual({ drawn: 5, closed: 1 });
  });

  it('and keeps the connections busy unless it is told otherwise', async () => {
    const { delivery, mail } = await held();
    const messages = source(200);
    const sending = mail.sendMany(messages);
    void sending.next();
    await until(() => delivery.waiting.length >= 10);
    await delay(20);
    expect(delivery.waiting.length).toBeGreaterThanOrEqual(10);
    expect(delivery.waiting.length).toBeLessThanOrEqual(100);
    delivery.release();
    await sending.return();
  });

  it('and gives each outcome once to those who ask at the same time', async () => {
    const { mail } = await bench.against(await bench.sink());
    const sending = mail.sendMany(source(5));
    const results = await Promise.all(upTo(8).map(() => sending.next()));
    expect(results.filter(({ done }) => !done)).toHaveLength(5);
    expect(indicesOf(results.flatMap(({ value }) => (value ? [value] : [])))).toEqual(upTo(5));
  });

  it('and can be iterated once', async () => {
    const { mail } = await bench.against(await bench.sink());
    const sending = mail.sendMany(source(5));
    expect(await outcomesOf(sending)).toHaveLength(5);
    expect(await outcomesOf(sending)).toEqual([]);
  });

  it('and lets timers have their turn, whatever comes without waiting', async () => {
    const { mail } = await bench.app({ Enabled: false, FromAddress: 'a@example.com' });
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    let count = 0;
    for await (const sent of mail.sendMany(source(3000))) count += sent.receipt ? 1 : 0;
    clearInterval(timer);
    expect(count).toBe(3000);
    expect(turns).toBeGreaterThan(3);
  });
});

describe('A loop that is left early', () => {
  it('by break lets the sends that have begun finish, and closes the source once', async () => {
    const sink = await bench.sink({ delayDataMs: 20 });
    const { mail } = await bench.against(sink);
    const messages = source(1000);
    let last: SendManyProgress | undefined;
    for await (const sent of mail.sendMany(messages, { onProgress: now => void (last = now) }))
      if (sent.receipt) break;
    expect(messages.state.closed).toBe(1);
    expect(messages.state.drawn).toBeLessThan(100);
    expect(last).toMatchObject({ begun: messages.state.drawn, sent: messages.state.drawn });
    expect(sink.messages).toHaveLength(messages.state.drawn);
  });

  it('by an error of its own closes the source too, and gets that error', async () => {
    const { mail } = await bench.against(await bench.sink());
    const messages = source(1000);
    const mine = new Error('mine');
    const failing = async (): Promise<void> => {
      for await (const sent of mail.sendMany(messages)) if (sent.index >= 0) throw mine;
    };
    expect(await rejection(failing())).toBe(mine);
    expect(messages.state.closed).toBe(1);
  });

  it('by return() and throw(), also twice, is over', async () => {
    const { mail } = await bench.against(await bench.sink());
    const messages = source(1000);
    const sending = mail.sendMany(messages);
    await sending.next();
    expect(await Promise.all([sending.return(), sending.return()])).toEqual([
      { done: true, value: undefined },
      { done: true, value: undefined },
    ]);
    const mine = new Error('mine');
    expect(await rejection(sending.throw(mine))).toBe(mine);
    expect(await sending.next()).toEqual({ done: true, value: undefined });
    expect(messages.state.closed).toBe(1);
  });

  it('tells nothing of the sends that end afterwards', async () => {
    const { delivery, mail } = await held();
    const sending = mail.sendMany(source(2));
    void sending.next();
    await until(() => delivery.waiting.length === 2);
    const left = sending.return();
    delivery.release();
    await left;
    expect(await sending.next()).toEqual({ done: true, value: undefined });
  });

  it('listens no more for a source that gives nothing, nor lets its late promise end the process', async () => {
    const { mail } = await bench.against(await bench.sink());
    const { signal } = new AbortController();
    let give: (message: unknown) => void = () => {};
    async function* messages(): AsyncGenerator<MailMessage> {
      yield mailOf(0);
      yield await new Promise<MailMessage>(() => {});
    }
    const generator = messages();
    const iterator = {
      next: async () => {
        const { value } = await Promise.race([
          generator.next(),
          new Promise<{ value: unknown }>(resolve => void (give = late => resolve({ value: late }))),
        ]);
        return { done: false, value };
      },
    };
    for await (const sent of mail.sendMany(given({ [Symbol.asyncIterator]: () => iterator }), { signal }))
      if (sent.receipt) break;
    await until(() => getEventListeners(signal, 'abort').length === 0);
    const unhandled: unknown[] = [];
    const keep = (error: unknown): void => void unhandled.push(error);
    process.on('unhandledRejection', keep);
    give(Promise.reject(new Error('late')));
    await delay(10);
    process.off('unhandledRejection', keep);
    expect(unhandled).toEqual([]);
  });

  it('answers those who still ask that it is over', async () => {
    const { delivery, mail } = await held();
    const sending = mail.sendMany(source(2));
    const asked = [sending.next(), sending.next()];
    await until(() => delivery.waiting.length === 2);
    const left = sending.return();
    expect(await Promise.all(asked)).toEqual(upTo(2).map(() => ({ done: true, value: undefined })));
    delivery.release();
    await left;
  });

  it('is not held by a source that gives nothing, whose late message is not sent', async () => {
    const sink = await bench.sink();
    const { mail } = await bench.against(sink);
    const content = Readable.from(['never read']);
    let give: (message: MailMessage) => void = () => {};
    let closed = 0;
    const iterator = {
      next: () =>
        new Promise<IteratorResult<MailMessage>>(resolve => {
          give = value => resolve({ done: false, value });
        }),
      return: async () => {
        closed++;
        return { done: true as const, value: undefined };
      },
    };
    const sending = mail.sendMany({ [Symbol.asyncIterator]: () => iterator });
    void sending.next();
    await sending.return();
    give({ ...mailOf(0), attachments: [{ filename: 'a', content }] });
    await until(() => content.destroyed);
    expect(closed).toBe(1);
    expect(sink.connections).toBe(0);
  });

  it('is told what the source throws while it closes', async () => {
    const { mail } = await bench.against(await bench.sink());
    const fault = new Error('the cursor cannot be closed');
    const close = (): never => {
      throw fault;
    };
    function* messages(): Generator<MailMessage> {
      try {
        for (const index of upTo(100)) yield mailOf(index);
      } finally {
        close();
      }
    }
    const leaving = async (): Promise<void> => {
      for await (const sent of mail.sendMany(messages())) if (sent.receipt) break;
    };
    expect(await rejection(leaving())).toBe(fault);
  });

  it('by await using', async () => {
    const { mail } = await bench.against(await bench.sink());
    const messages = source(100);
    const sending = mail.sendMany(messages);
    await sending.next();
    const dispose: unknown = Reflect.get(sending, Symbol.asyncDispose);
    expect(typeof dispose).toBe('function');
    if (typeof dispose === 'function') await Reflect.apply(dispose, sending, []);
    expect(messages.state.closed).toBe(1);
  });
});

describe('A source that fails', () => {
  it.each<[string, (fault: Error) => Iterable<MailMessage> | AsyncIterable<MailMessage>]>([
    [
      'a generator',
      function* (fault) {
        for (const index of upTo(30)) yield mailOf(index);
        throw fault;
      },
    ],
    [
      'an asynchronous generator',
      async function* (fault) {
        for (const index of upTo(30)) yield mailOf(index);
        await delay(1);
        throw fault;
      },
    ],
    [
      'a stream',
      fault =>
        Readable.from(
          (function* () {
            for (const index of upTo(30)) yield mailOf(index);
            throw fault;
          })(),
        ),
    ],
    [
      'a getter of its answer',
      fault => {
        let index = 0;
        return given({
          [Symbol.iterator]: () => ({
            next: () =>
              index < 30
                ? { done: false, value: mailOf(index++) }
                : {
                    get done() {
                      throw fault;
                    },
                  },
          }),
        });
      },
    ],
  ])('by %s is told with its own error, after the outcomes of what it gave before', async (_, make) => {
    const sink = await bench.sink({ delayDataMs: 5 });
    const { mail } = await bench.against(sink);
    const fault = new Error('the database is gone');
    const outcomes: SentMail[] = [];
    const sending = mail.sendMany(make(fault));
    const looping = async (): Promise<void> => {
      for await (const sent of sending) outcomes.push(sent);
    };
    expect(await rejection(looping())).toBe(fault);
    expect(indicesOf(outcomes)).toEqual(upTo(30));
    expect(sink.messages).toHaveLength(30);
    expect(await sending.next()).toEqual({ done: true, value: undefined });
  });

  it.each<[unknown, string]>([
    [null, 'but is null'],
    [undefined, 'but is undefined'],
    ['ann@example.com', 'but is a text'],
    [5, 'but is a number'],
    [mailOf(0), 'one message is for send'],
    [function* () {}, 'but is a function: call it'],
    [Promise.resolve([]), 'but is a promise: await it'],
    [{ [Symbol.iterator]: () => ({}) }, 'has an iterator without a method next'],
    [{ [Symbol.asyncIterator]: () => null }, 'has an iterator without a method next'],
  ])('because it is none is told in words: %p', async (messages, words) => {
    const { mail } = await bench.against(await bench.sink());
    const error = await rejection(outcomesOf(mail.sendMany(given(messages))));
    expect(error).toBeInstanceOf(MailMessageError);
    expect(error).toMatchObject({
      code: 'EMAILMESSAGE',
      field: 'messages',
      message: expect.stringContaining(words),
    });
  });

  it.each<[string, unknown]>([
    ['answers with a number', { [Symbol.iterator]: () => ({ next: () => 7 }) }],
    ['answers with nothing', { [Symbol.asyncIterator]: () => ({ next: async () => undefined }) }],
  ])('because it %s is told', async (_, messages) => {
    const { mail } = await bench.against(await bench.sink());
    expect(await rejection(outcomesOf(mail.sendMany(given(messages))))).toBeInstanceOf(TypeError);
  });

  it('before it gives anything is told', async () => {
    const { mail } = await bench.against(await bench.sink());
    const fault = new Error('no');
    const messages = given({
      get [Symbol.iterator]() {
        throw fault;
      },
    });
    expect(await rejection(outcomesOf(mail.sendMany(messages)))).toBe(fault);
  });
});

describe('The options of sendMany', () => {
  it.each<[unknown, string]>([
    [{ concurency: 5 }, 'concurency: is not known; did you mean concurrency?'],
    [{ timeout: 5 }, 'timeout: is not known; did you mean timeoutMs?'],
    [{ concurrency: 0 }, 'concurrency: must be a whole number from 1 to 1000, but is 0'],
    [{ concurrency: 1001 }, 'concurrency: must be a whole number from 1 to 1000'],
    [{ concurrency: 2.5 }, 'concurrency: must be a whole number from 1 to 1000'],
    [{ concurrency: Infinity }, 'concurrency: must be a whole number from 1 to 1000'],
    [{ concurrency: '5' }, 'concurrency: must be a whole number from 1 to 1000, but is a text'],
    [{ signal: {} }, 'signal: must be an AbortSignal'],
    [{ timeoutMs: -1 }, 'timeoutMs: must be a number of milliseconds'],
    [{ timeoutMs: '5s' }, 'timeoutMs: must be a number of milliseconds'],
    [{ onProgress: true }, 'onProgress: must be a function, but is true'],
    [null, 'options: must be an object, but is null'],
    [5, 'options: must be an object, but is 5'],
  ])('that cannot be meant stop it before anything is drawn: %p', async (options, words) => {
    const sink = await bench.sink();
    const { mail } = await bench.against(sink);
    const messages = source(5);
    const error = await rejection(outcomesOf(mail.sendMany(messages, options as object)));
    expect(error).toBeInstanceOf(MailMessageError);
    expect(error).toMatchObject({ code: 'EMAILMESSAGE', message: expect.stringContaining(words) });
    expect(messages.state.drawn).toBe(0);
    expect(sink.connections).toBe(0);
  });

  it('stop it when a getter throws, without its words', async () => {
    const { mail } = await bench.against(await bench.sink());
    const messages = source(5);
    const options = {
      get concurrency(): number {
        throw new Error('secret');
      },
    };
    const error = await rejection(outcomesOf(mail.sendMany(messages, options)));
    expect(error).toMatchObject({ message: 'concurrency: cannot be read: its getter throws' });
    expect(messages.state.drawn).toBe(0);
  });

  it('may be undefined', async () => {
    const { mail } = await bench.against(await bench.sink());
    const options = {
      concurrency: undefined,
      signal: undefined,
      timeoutMs: undefined,
      onProgress: undefined,
    };
    expect(await outcomesOf(mail.sendMany(source(3), options))).toHaveLength(3);
  });

  it('stop it before anything is drawn when the signal cannot be listened to', async () => {
    const { mail } = await bench.against(await bench.sink());
    const messages = source(5);
    const signal = {
      aborted: false,
      addEventListener: () => {
        throw new Error('no');
      },
      removeEventListener: () => {},
    } as unknown;
    const error = await rejection(outcomesOf(mail.sendMany(messages, { signal: signal as AbortSignal })));
    expect(error).toMatchObject({ code: 'EMAILMESSAGE', field: 'signal' });
    expect(messages.state.drawn).toBe(0);
  });
});
