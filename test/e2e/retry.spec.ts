import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import type { ComposedMail, DeliveryOutcome, MailModuleOptions } from 'nest-mailroom';
import { MailDelivery, MailDeliveryError, MailSettingsError } from 'nest-mailroom';
import type { MailApp } from '../support/mail-app.js';
import { startMailApp } from '../support/mail-app.js';
import { useMailBench } from '../support/mail-bench.js';
import { MailSink } from '../support/mail-sink.js';
import type { MailSinkOptions } from '../support/mail-sink.js';
import { ownTime } from '../support/own-time.js';
import { rejection } from '../support/rejection.js';
import type { Script } from '../support/scripted-smtp-server.js';
import { ScriptedSmtpServer } from '../support/scripted-smtp-server.js';
import { GREETED, TO_DATA } from '../support/smtp-scripts.js';

const bench = useMailBench();

const RETRY: MailModuleOptions = { retry: { attempts: 3, backoff: 20 } };
const MESSAGE = { to: ['ann@contoso.com', 'bob@contoso.com'], subject: 'Again', text: 'text' };

async function against(
  server: { host: string; port: number; close(): Promise<void> },
  options: MailModuleOptions = RETRY,
  settings: object = {},
): Promise<MailApp> {
  bench.closing(server);
  return bench.app(
    { Host: server.host, Port: server.port, FromAddress: 'no-reply@contoso.com', ...settings },
    options,
  );
}

/** A sink that refuses each of the named recipients so many times. */
async function moodySink(moods: Record<string, { code: number; times: number }>, more: MailSinkOptions = {}) {
  const asked: string[] = [];
  const sink = await MailSink.start({
    ...more,
    rejectRecipient: address => {
      asked.push(address);
      const mood = moods[address];
      if (!mood || mood.times-- <= 0) return undefined;
      return { code: mood.code, message: mood.code < 500 ? '4.2.1 later' : '5.1.1 never' };
    },
  });
  return { sink, asked };
}

describe('Without the option retry', () => {
  it('a mail is tried once', async () => {
    const { sink, asked } = await moodySink({ 'ann@contoso.com': { code: 451, times: 9 } });
    const app = await against(sink, {});
    await rejection(app.mail.send({ ...MESSAGE, to: 'ann@contoso.com' }));
    expect(asked).toEqual(['ann@contoso.com']);
  });
});

describe('With the option retry', () => {
  it('a mail that was deferred arrives with the next try, with the Message-ID that it had', async () => {
    const { sink, asked } = await moodySink({
      'ann@contoso.com': { code: 451, times: 2 },
      'bob@contoso.com': { code: 451, times: 2 },
    });
    const app = await against(sink);
    const receipt = await app.mail.send({ ...MESSAGE, messageId: '<one@contoso.com>' });
    expect(receipt).toMatchObject({
      status: 'accepted',
      messageId: '<one@contoso.com>',
      accepted: MESSAGE.to,
      rejected: [],
    });
    expect(asked).toHaveLength(6);
    expect(sink.messages).toHaveLength(1);
    expect((await sink.messages[0]?.parse())?.messageId).toBe('<one@contoso.com>');
  });

  it('only the recipients that do not have the mail are tried again, and those refused for good never', async () => {
    const { sink, asked } = await moodySink({
      'bob@contoso.com': { code: 451, times: 1 },
      'gone@contoso.com': { code: 550, times: 9 },
      'full@contoso.com': { code: 452, times: 9 },
    });
    const app = await against(sink);
    const to = ['full@contoso.com', 'ann@contoso.com', 'bob@contoso.com', 'gone@contoso.com'];
    const receipt = await app.mail.send({ ...MESSAGE, to });
    expect(receipt).toMatchObject({
      status: 'accepted',
      envelope: { to },
      accepted: ['ann@contoso.com', 'bob@contoso.com'],
      rejected: [
        { address: 'full@contoso.com', code: 452, retryable: true },
        { address: 'gone@contoso.com', code: 550, retryable: false },
      ],
      messages: [
        { accepted: ['ann@contoso.com'], messageId: receipt.messageId },
        { accepted: ['bob@contoso.com'], messageId: receipt.messageId },
      ],
    });
    expect(asked.filter(address => address === 'gone@contoso.com')).toHaveLength(1);
    expect(asked.filter(address => address === 'full@contoso.com')).toHaveLength(3);
    expect(sink.messages.map(message => message.envelope.to)).toEqual([
      ['ann@contoso.com'],
      ['bob@contoso.com'],
    ]);
    const [first, second] = sink.messages;
    expect(second?.raw.equals(first?.raw ?? Buffer.alloc(0))).toBe(true);
  });

  it('a mail that stays deferred fails after the last try, and the error says how often it was tried', async () => {
    const { sink, asked } = await moodySink({
      'ann@contoso.com': { code: 451, times: 9 },
      'gone@contoso.com': { code: 550, times: 9 },
    });
    const app = await against(sink);
    const error = await rejection(app.mail.send({ ...MESSAGE, to: ['gone@contoso.com', 'ann@contoso.com'] }));
    expect(error).toBeInstanceOf(MailDeliveryError);
    expect(error).toMatchObject({
      code: 'EMAILENVELOPE',
      phase: 'envelope',
      retryable: true,
      message: expect.stringContaining('It was tried 3 times.'),
      recipients: [
        { address: 'gone@contoso.com', code: 550, retryable: false },
        { address: 'ann@contoso.com', code: 451, retryable: true },
      ],
    });
    expect(asked.filter(address => address === 'ann@contoso.com')).toHaveLength(3);
    expect(asked.filter(address => address === 'gone@contoso.com')).toHaveLength(1);
  });

  it('a server that cannot be reached has refused nobody, however often it is asked', async () => {
    const app = await bench.app({ Host: '127.0.0.1', Port: 1, FromAddress: 'no-reply@contoso.com' }, RETRY);
    const error = await rejection(app.mail.send(MESSAGE));
    expect(error).toMatchObject({
      code: 'EMAILCONNECT',
      retryable: true,
      message: expect.stringContaining('It was tried 3 times.'),
      recipients: undefined,
    });
  });

  it('a mail that was refused for good is tried once', async () => {
    const { sink, asked } = await moodySink({ 'ann@contoso.com': { code: 550, times: 9 } });
    const app = await against(sink);
    expect(await rejection(app.mail.send({ ...MESSAGE, to: 'ann@contoso.com' }))).toMatchObject({
      retryable: false,
    });
    expect(asked).toEqual(['ann@contoso.com']);
  });

  it.each([
    ['closes the connection', [{ close: true }]],
    ['resets the connection', [{ reset: true }]],
    ['stays silent', [{ silence: true }]],
  ] as [string, Script][])('a mail whose server %s after the dot is never sent again', async (_, rest) => {
    const server = await ScriptedSmtpServer.start(index =>
      index === 0 ? [...TO_DATA, { expectData: true }, ...rest] : GREETED,
    );
    const app = await against(server, RETRY, { DataTimeout: 1 });
    expect(await rejection(app.mail.send(MESSAGE))).toMatchObject({
      code: 'EMAILUNKNOWN',
      retryable: 'unknown',
    });
    expect(server.connections).toBe(1);
  });

  it('a mail whose message was refused for now after the dot is sent again', async () => {
    let refusals = 1;
    const sink = await MailSink.start({
      rejectData: () => (refusals-- > 0 ? { code: 451, message: '4.3.0 try again' } : undefined),
    });
    const app = await against(sink);
    expect((await app.mail.send(MESSAGE)).accepted).toEqual(MESSAGE.to);
    expect(sink.messages).toHaveLength(1);
  });

  it('a server that comes back within the tries gets the mail', async () => {
    const first = await MailSink.start();
    const { port } = first;
    await first.close();
    const app = await bench.app(
      { Host: '127.0.0.1', Port: port, FromAddress: 'no-reply@contoso.com' },
      { retry: { attempts: 20, backoff: { type: 'fixed', delay: 50 } } },
    );
    const sending = app.mail.send(MESSAGE);
    await new Promise(resolve => setTimeout(resolve, 150));
    await bench.server([...TO_DATA, { expectData: true, send: '250 finally\r\n' }], { port });
    expect(await sending).toMatchObject({ status: 'accepted', response: '250 finally' });
  });

  it('a mail that some have already resolves, although the next try ends in doubt for the others', async () => {
    const server = await ScriptedSmtpServer.start([
      ...GREETED,
      { expect: /^MAIL FROM/, send: '250 ok\r\n' },
      { expect: /^RCPT TO/, send: '250 ok\r\n' },
      { expect: /^RCPT TO/, send: '451 4.2.1 later\r\n' },
      { expect: 'DATA', send: '354 go\r\n' },
      { expectData: true, send: '250 one\r\n' },
      { expect: /^MAIL FROM/, send: '250 ok\r\n' },
      { expect: 'RCPT TO:<bob@contoso.com>', send: '250 ok\r\n' },
      { expect: 'DATA', send: '354 go\r\n' },
      { expectData: true },
      { reset: true },
    ]);
    const app = await against(server);
    expect(await app.mail.send(MESSAGE)).toMatchObject({
      status: 'accepted',
      response: '250 one',
      accepted: ['ann@contoso.com'],
      rejected: [{ address: 'bob@contoso.com', retryable: 'unknown' }],
    });
  });

  it('the wait for the next try ends at the time limit, with what the server said last', async () => {
    const { sink, asked } = await moodySink({ 'ann@contoso.com': { code: 451, times: 9 } });
    const app = await against(sink, { retry: { attempts: 5, backoff: 60_000 } });
    const begun = ownTime();
    const error = await rejection(app.mail.send({ ...MESSAGE, to: 'ann@contoso.com' }, { timeoutMs: 300 }));
    expect(error).toMatchObject({
      code: 'EMAILTIMEOUT',
      phase: 'envelope',
      retryable: true,
      responseCode: 451,
      recipients: [{ address: 'ann@contoso.com', code: 451, retryable: true }],
    });
    expect(ownTime() - begun).toBeLessThan(3000);
    expect(asked).toHaveLength(1);
  });

  it('a shutdown cuts the wait at the end of its grace time; who has the mail stands in the receipt', async () => {
    const { sink } = await moodySink({ 'bob@contoso.com': { code: 451, times: 9 } });
    const app = await against(sink, { retry: { attempts: 5, backoff: 60_000 }, shutdownTimeoutMs: 100 });
    const partly = app.mail.send(MESSAGE);
    const wholly = rejection(app.mail.send({ ...MESSAGE, to: 'bob@contoso.com' }));
    await sink.waitForMessages(1);
    await new Promise(resolve => setTimeout(resolve, 100));
    await app.close();
    expect(await partly).toMatchObject({
      accepted: ['ann@contoso.com'],
      rejected: [{ address: 'bob@contoso.com', code: 451, retryable: true }],
    });
    expect(await wholly).toMatchObject({
      code: 'EMAILCLOSED',
      retryable: true,
      responseCode: 451,
      recipients: [{ address: 'bob@contoso.com', code: 451 }],
    });
  });

  it('an attachment that is a stream goes out again as long as it was not read', async () => {
    const { sink } = await moodySink({ 'ann@contoso.com': { code: 451, times: 1 } });
    const app = await against(sink);
    const content = Readable.from([Buffer.from('streamed')]);
    await app.mail.send({ ...MESSAGE, to: 'ann@contoso.com', attachments: [{ filename: 'a.txt', content }] });
    expect((await sink.messages[0]?.parse())?.attachments[0]?.content.toString()).toBe('streamed');
  });

  it('an attachment that is a stream and was read keeps the mail from further tries, and the error is the true one', async () => {
    const sink = await MailSink.start({ rejectData: () => ({ code: 451, message: '4.3.0 try again' }) });
    const app = await against(sink);
    const content = Readable.from([Buffer.from('streamed')]);
    const error = await rejection(
      app.mail.send({ ...MESSAGE, attachments: [{ filename: 'a.txt', content }] }),
    );
    expect(error).toMatchObject({ code: 'EMAILDATA', retryable: true, responseCode: 451 });
    expect(sink.commands.filter(command => command === 'DATA')).toHaveLength(1);
  });

  it('each message of a split mail is tried for itself', async () => {
    const { sink } = await moodySink({
      'bob@contoso.com': { code: 451, times: 1 },
      'cid@contoso.com': { code: 550, times: 9 },
    });
    const app = await against(sink, RETRY, { MaxRecipients: 1, MaxRecipientsOverflow: 'Split' });
    const to = ['ann@contoso.com', 'bob@contoso.com', 'cid@contoso.com'];
    const receipt = await app.mail.send({ ...MESSAGE, to });
    expect(receipt).toMatchObject({
      accepted: ['ann@contoso.com', 'bob@contoso.com'],
      rejected: [{ address: 'cid@contoso.com', code: 550, retryable: false }],
    });
    expect(receipt.messages).toHaveLength(2);
  });

  it('a delivery of the application’s own is tried again by the same rules', async () => {
    class Moody extends MailDelivery {
      readonly name = 'moody';
      readonly envelopes: (readonly string[])[] = [];
      async deliver(mail: ComposedMail): Promise<DeliveryOutcome> {
        this.envelopes.push(mail.envelope.to);
        if (this.envelopes.length === 1)
          throw new MailDeliveryError('EMAILCONNECT', 'not yet', { phase: 'connect', retryable: true });
        const [first = '', ...others] = mail.envelope.to;
        const rejected = others.map(address => ({ address, retryable: true as const }));
        return { status: 'queued', accepted: [first], rejected };
      }
      async verify(): Promise<void> {}
      async close(): Promise<void> {}
    }
    const delivery = new Moody();
    const app = await bench.app({ FromAddress: 'a@contoso.com' }, { ...RETRY, delivery });
    expect(await app.mail.send(MESSAGE)).toMatchObject({ status: 'queued', accepted: MESSAGE.to });
    expect(delivery.envelopes).toEqual([MESSAGE.to, MESSAGE.to, ['bob@contoso.com']]);
  });
});

describe('With the option retry and a delivery of the application’s own', () => {
  type Answer = (mail: ComposedMail) => Promise<DeliveryOutcome>;

  class Scripted extends MailDelivery {
    readonly name = 'scripted';
    readonly envelopes: (readonly string[])[] = [];
    constructor(private readonly answers: Answer[]) {
      super();
    }
    async deliver(mail: ComposedMail): Promise<DeliveryOutcome> {
      this.envelopes.push(mail.envelope.to);
      const answer = this.answers[this.envelopes.length - 1];
      if (!answer) throw new Error('asked too often');
      return answer(mail);
    }
    async verify(): Promise<void> {}
    async close(): Promise<void> {}
  }

  async function scripted(answers: Answer[], options: MailModuleOptions = RETRY, settings: object = {}) {
    const delivery = new Scripted(answers);
    const app = await bench.app({ FromAddress: 'a@contoso.com', ...settings }, { ...options, delivery });
    return { delivery, mail: app.mail };
  }

  const all: Answer = async mail => ({ status: 'queued', accepted: [...mail.envelope.to], rejected: [] });
  const half: Answer = async () => ({
    status: 'queued',
    accepted: ['ann@contoso.com'],
    rejected: [{ address: 'bob@contoso.com', retryable: true }],
  });

  it('a backoff function that throws costs neither the further try nor the receipt', async () => {
    const backoff = (): number => {
      throw new Error('no idea');
    };
    const { mail, delivery } = await scripted([half, all], { retry: { attempts: 2, backoff } });
    expect(await mail.send(MESSAGE)).toMatchObject({ accepted: MESSAGE.to, rejected: [] });
    expect(delivery.envelopes).toHaveLength(2);
  });

  it('a recipient that it names as accepted and as rejected has the mail and gets no second one', async () => {
    const { mail, delivery } = await scripted([
      async () => ({
        status: 'queued',
        accepted: MESSAGE.to,
        rejected: [{ address: 'bob@contoso.com', retryable: true }],
      }),
    ]);
    expect(await mail.send(MESSAGE)).toMatchObject({ accepted: MESSAGE.to, rejected: [] });
    expect(delivery.envelopes).toHaveLength(1);
  });

  it('a recipient that it writes in another case is tried again as the envelope has it', async () => {
    const { mail, delivery } = await scripted([
      async () => ({
        status: 'queued',
        accepted: ['ann@contoso.com'],
        rejected: [{ address: 'bob@contoso.com', retryable: true }],
      }),
      all,
    ]);
    const to = ['ann@contoso.com', 'Bob@contoso.com'];
    expect(await mail.send({ ...MESSAGE, to })).toMatchObject({ accepted: to, rejected: [] });
    expect(delivery.envelopes).toEqual([to, ['Bob@contoso.com']]);
  });

  it('a recipient that is not in the envelope is never tried', async () => {
    const { mail, delivery } = await scripted([
      async () => ({
        status: 'queued',
        accepted: MESSAGE.to,
        rejected: [{ address: 'eve@contoso.com', retryable: true }],
      }),
    ]);
    expect(await mail.send(MESSAGE)).toMatchObject({ accepted: MESSAGE.to });
    expect(delivery.envelopes).toHaveLength(1);
  });

  it('an outcome that names no recipient as taken is no delivery: it is tried again, and fails at last', async () => {
    const none: Answer = async mail => ({
      status: 'queued',
      accepted: [],
      rejected: mail.envelope.to.map(address => ({ address, retryable: true, response: 'later' })),
    });
    const better = await scripted([none, all]);
    const receipt = await better.mail.send(MESSAGE);
    expect(receipt).toMatchObject({ accepted: MESSAGE.to, rejected: [] });
    expect(receipt.messages).toBeUndefined();
    const worse = await scripted([none, none, none]);
    expect(await rejection(worse.mail.send(MESSAGE))).toMatchObject({
      code: 'EMAILENVELOPE',
      retryable: true,
      recipients: [{ address: 'ann@contoso.com' }, { address: 'bob@contoso.com' }],
    });
  });

  it('an outcome without lists of recipients stands for all of them', async () => {
    const outcome: unknown = { status: 'queued' };
    const { mail } = await scripted([async () => outcome as DeliveryOutcome]);
    expect(await mail.send(MESSAGE)).toMatchObject({ accepted: MESSAGE.to, rejected: [] });
  });

  it('no further message of a split mail is handed to it once the send was aborted', async () => {
    const abort = new AbortController();
    const { mail, delivery } = await scripted(
      [
        async sent => {
          abort.abort();
          return all(sent);
        },
        all,
      ],
      RETRY,
      { MaxRecipients: 1, MaxRecipientsOverflow: 'Split' },
    );
    const receipt = await mail.send(MESSAGE, { signal: abort.signal });
    expect(receipt).toMatchObject({
      accepted: ['ann@contoso.com'],
      rejected: [{ address: 'bob@contoso.com', retryable: true }],
    });
    expect(delivery.envelopes).toHaveLength(1);
  });

  it('a delivery that does not listen to its signal leaves an error with the Message-ID that a retry must keep', async () => {
    const { mail } = await scripted([() => new Promise(() => {})], RETRY);
    const error = await rejection(
      mail.send({ ...MESSAGE, messageId: '<one@contoso.com>' }, { timeoutMs: 100 }),
    );
    expect(error).toMatchObject({
      code: 'EMAILTIMEOUT',
      retryable: 'unknown',
      messageId: '<one@contoso.com>',
    });
  });

  it('what it throws stands in the receipt on one line and without the secrets of the mail', async () => {
    const { mail } = await (async () => {
      const delivery = new Scripted([
        all,
        async () => {
          throw new Error('cannot post\nr3set-t0ken-0123456789');
        },
      ]);
      const app = await bench.app(
        {
          MailSettings: { FromAddress: 'a@contoso.com', MaxRecipients: 1, MaxRecipientsOverflow: 'Split' },
          TwoFactorSettings: { ResetConfirmationUri: 'https://x.example/reset?t=' },
        },
        { ...RETRY, delivery },
      );
      return app;
    })();
    const { rejected } = await mail.sendResetPassword({
      to: MESSAGE.to,
      displayName: 'Ann',
      token: 'r3set-t0ken-0123456789',
    });
    expect(rejected).toEqual([
      { address: 'bob@contoso.com', response: 'Error: cannot post\\n***', retryable: false },
    ]);
  });

  it('an error after several tries names those that an earlier try has refused, also when the wait is cut', async () => {
    const refuse = (mail: ComposedMail): never => {
      throw new MailDeliveryError('EMAILENVELOPE', 'refused', {
        phase: 'envelope',
        retryable: true,
        recipients: mail.envelope.to.map(address => ({ address, retryable: !address.startsWith('ann') })),
      });
    };
    let tries = 0;
    const { mail } = await scripted([async sent => refuse(sent), async sent => refuse(sent)], {
      retry: { attempts: 5, backoff: () => (++tries === 1 ? 0 : 60_000) },
    });
    expect(await rejection(mail.send(MESSAGE, { timeoutMs: 300 }))).toMatchObject({
      code: 'EMAILTIMEOUT',
      recipients: [
        { address: 'ann@contoso.com', retryable: false },
        { address: 'bob@contoso.com', retryable: true },
      ],
    });
  });

  it('ten thousand recipients that are deferred are sorted out in no time worth naming', async () => {
    const to = Array.from({ length: 10_000 }, (_, index) => `user${index}@contoso.com`);
    const later: Answer = async mail => ({
      status: 'queued',
      accepted: mail.envelope.to.slice(0, 1),
      rejected: mail.envelope.to.slice(1).map(address => ({ address, retryable: true })),
    });
    const { mail } = await scripted(
      [later, later, later],
      { retry: { attempts: 3, backoff: 0 } },
      {
        MaxRecipients: 10_000,
      },
    );
    const begun = ownTime();
    const receipt = await mail.send({ ...MESSAGE, to });
    expect([receipt.accepted.length, receipt.rejected.length]).toEqual([3, 9997]);
    expect(ownTime() - begun).toBeLessThan(3000);
  });
});

describe('The option retry', () => {
  it.each([
    [{ attempts: 0 }, 'retry.attempts'],
    [{ attempts: 2.5 }, 'retry.attempts'],
    [{ attempts: 3, backoff: -1 }, 'retry.backoff'],
    [{ attempts: 3, backoff: Number.NaN }, 'retry.backoff'],
    [{ attempts: 3, backoff: { type: 'exponential' as const, delay: -5 } }, 'retry.backoff.delay'],
    [{ attempts: 3, backoff: { type: 'linear' as 'fixed' } }, 'retry.backoff.type'],
  ])('%j stops the start with a sentence that names what is wrong', async (retry, name) => {
    const error = await rejection(startMailApp({ Host: 'h', FromAddress: 'a@contoso.com' }, { retry }));
    expect(error).toBeInstanceOf(MailSettingsError);
    expect(error).toMatchObject({ problems: [{ key: name }] });
  });
});
