import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import type { SendOptions } from 'nest-mailroom';
import { MailHook, MailMessageError } from 'nest-mailroom';
import { useMailBench } from '../support/mail-bench.js';
import { rejection } from '../support/rejection.js';

const MAIL = { to: 'ann@example.com', subject: 's', text: 'x' };
const bench = useMailBench();

async function start() {
  const sink = await bench.sink();
  const app = await bench.app({ Host: sink.host, Port: sink.port, FromAddress: 'a@example.com' });
  return { sink, mail: app.mail };
}

/** Options as JavaScript may give them. */
const given = (options: unknown): SendOptions => options as SendOptions;

const REFUSED: readonly [unknown, string, string][] = [
  [{ timeout: 5 }, 'timeout', 'is not known; did you mean timeoutMs?'],
  [{ timeoutms: 5 }, 'timeoutms', 'is not known; did you mean timeoutMs?'],
  [{ sigal: AbortSignal.timeout(60_000) }, 'sigal', 'is not known; did you mean signal?'],
  [{ retries: 3 }, 'retries', 'is not known; known are signal, timeoutMs'],
  [{ signal: new AbortController() }, 'signal', 'must be an AbortSignal, but is an object'],
  [{ signal: 5 }, 'signal', 'must be an AbortSignal, but is 5'],
  [{ timeoutMs: '5s' }, 'timeoutMs', 'must be a number of milliseconds'],
  [{ timeoutMs: -1 }, 'timeoutMs', 'must be a number of milliseconds'],
  [null, 'options', 'must be an object, but is null'],
  [5000, 'options', 'must be an object, but is 5000'],
  [AbortSignal.timeout, 'options', 'must be an object, but is a function'],
  [['signal'], 'options', 'must be an object, but is a list'],
  [{ timeout: 5, abort: 1 }, 'timeout', '; abort: is not known'],
];

describe('The options of a call', () => {
  it.each(REFUSED)('%p stop a send before anything happens', async (options, field, words) => {
    const { sink, mail } = await start();
    const calls = [
      () => mail.send(MAIL, given(options)),
      () => mail.sendNotification({ to: 'ann@example.com', title: 't', lines: ['x'] }, given(options)),
    ];
    for (const call of calls) {
      const error = await rejection(call());
      expect(error).toBeInstanceOf(MailMessageError);
      expect(error).toMatchObject({
        code: 'EMAILMESSAGE',
        field,
        message: expect.stringContaining(words),
      });
    }
    expect(sink.connections).toBe(0);
  });

  it('that are wrong close the streams of the message, and hooks are told', async () => {
    const told: unknown[] = [];
    class Told extends MailHook {
      override onFailure(error: unknown): void {
        told.push(error);
      }
    }
    const app = await bench.app(
      { Host: '127.0.0.1', Port: 1, FromAddress: 'a@example.com' },
      { hooks: [Told] },
    );
    const content = Readable.from(['never read']);
    const error = await rejection(app.mail.send({ ...MAIL, attachments: [{ content }] }, given(null)));
    expect(error).toBeInstanceOf(MailMessageError);
    expect(told).toEqual([error]);
    expect(content.destroyed).toBe(true);
  });

  it.each<[string, unknown]>([
    ['undefined values', { signal: undefined, timeout: undefined }],
    ['no prototype', Object.assign(Object.create(null), { timeoutMs: 60_000 })],
    [
      'getters',
      {
        get timeoutMs() {
          return 60_000;
        },
      },
    ],
    ['symbols', { [Symbol('timeout')]: 5 }],
    [
      'a signal of an instance of a class',
      new (class {
        signal = new AbortController().signal;
      })(),
    ],
  ])('may have %s', async (_, options) => {
    const { mail } = await start();
    expect((await mail.send(MAIL, given(options))).status).toBe('accepted');
  });

  it.each<[unknown, string]>([
    [{ timeout: 5 }, 'timeout: is not known; did you mean timeoutMs?'],
    [{ onDegrade: () => {} }, 'onDegrade: is not known; did you mean onDegraded?'],
    [{ onDegraded: 'log' }, 'onDegraded: must be a function, but is a text'],
    [{ timeoutMs: Number.NaN }, 'timeoutMs: must be a number of milliseconds'],
    [{ signal: {} }, 'signal: must be an AbortSignal'],
    [null, 'options: must be an object, but is null'],
  ])('of verify and backlog are checked in the same words: %p', async (options, words) => {
    const { sink, mail } = await start();
    for (const call of [() => mail.verify(given(options)), () => mail.backlog(given(options))]) {
      const error = await rejection(call());
      expect(error).toBeInstanceOf(MailMessageError);
      expect(error).toMatchObject({ message: expect.stringContaining(words) });
    }
    expect(sink.connections).toBe(0);
  });

  it.each<[unknown, string]>([
    [{ locale: 'fr' }, 'locale: is not known; known are culture'],
    [{ cultur: 'fr' }, 'cultur: is not known; did you mean culture?'],
    [{ Culture: 'fr' }, 'Culture: is not known; did you mean culture?'],
    ['fr', 'options: must be an object, but is a text'],
    [null, 'options: must be an object, but is null'],
  ])('of render are checked in the same words: %p', async (options, words) => {
    const { mail } = await start();
    const context = { title: 't', lines: ['x'] };
    const error = await rejection(mail.render('notification', context, options as object));
    expect(error).toBeInstanceOf(MailMessageError);
    expect(error).toMatchObject({ message: expect.stringContaining(words) });
    expect((await mail.render('notification', context, { culture: 'fr' })).culture).toBe('fr');
  });
});
