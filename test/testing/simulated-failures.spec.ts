import { describe, expect, it } from '@jest/globals';
import { MailDeliveryError } from 'nest-mailroom';
import type { SimulatedFailure } from 'nest-mailroom/testing';
import { Mailbox } from 'nest-mailroom/testing';
import { useMailBench } from '../support/mail-bench.js';
import { rejection } from '../support/rejection.js';
import type { Script } from '../support/scripted-smtp-server.js';
import { GREETED, TO_DATA } from '../support/smtp-scripts.js';
import { startMailboxApp } from './mailbox-app.js';

const MESSAGE = { to: ['ann@contoso.com', 'bob@contoso.com'], subject: 'Outcome', text: 'text' };

const bench = useMailBench();
async function mailboxApp(...given: Parameters<typeof startMailboxApp>): ReturnType<typeof startMailboxApp> {
  const app = await startMailboxApp(...given);
  bench.closing(app);
  return app;
}

/** What an application can tell of an error, apart from the name of the server and the conversation. */
function facts(error: unknown): object {
  if (!(error instanceof MailDeliveryError)) throw new Error(`${String(error)} is no MailDeliveryError`);
  const { code, phase, retryable, responseCode, enhancedCode, response, recipients } = error;
  const headline = error.message.replace(/: .*/, '').replace(/\S+:\d+$/, '');
  return { code, phase, retryable, responseCode, enhancedCode, response, recipients, headline };
}

function refusing(code: number, words: string): Script {
  const rcpt = { expect: /^RCPT/, send: `${code} ${words}\r\n` };
  return [...GREETED, { expect: /^MAIL/, send: '250 ok\r\n' }, rcpt, rcpt];
}

describe('The error of a simulated failure', () => {
  it.each<[string, Script, SimulatedFailure]>([
    [
      'every recipient is refused for now',
      refusing(451, '4.7.1 try later'),
      { responseCode: 451, enhancedCode: '4.7.1', response: 'try later' },
    ],
    [
      'every recipient is refused for good',
      refusing(550, '5.1.1 no such user'),
      { responseCode: 550, enhancedCode: '5.1.1', response: 'no such user' },
    ],
    ['the session is out of step', refusing(503, 'what?'), { responseCode: 503, response: 'what?' }],
    [
      'the message is refused',
      [...TO_DATA, { expectData: true, send: '554 5.6.0 refused\r\n' }],
      { responseCode: 554, enhancedCode: '5.6.0', response: 'refused' },
    ],
    [
      'the message is refused for now',
      [...TO_DATA, { expectData: true, send: '451 busy\r\n' }],
      { responseCode: 451, response: 'busy', phase: 'data' },
    ],
    [
      'the server takes its leave',
      [...GREETED, { expect: /^MAIL/, send: '421 4.3.2 bye\r\n' }, { close: true }],
      { responseCode: 421, enhancedCode: '4.3.2', response: 'bye' },
    ],
    [
      'the greeting is a refusal',
      [{ send: '554 5.7.1 go away\r\n' }, { close: true }],
      { responseCode: 554, enhancedCode: '5.7.1', response: 'go away', phase: 'connect' },
    ],
    ['the server does not greet', [{ reset: true }], {}],
    [
      'the connection breaks in the envelope',
      [...GREETED, { expect: /^MAIL/ }, { close: true }],
      { phase: 'envelope' },
    ],
    [
      'no reply comes after the message',
      [...TO_DATA, { expectData: true }, { close: true }],
      { code: 'EMAILUNKNOWN' },
    ],
  ])('is the one of the SMTP delivery when %s', async (_, script, failure) => {
    const server = await bench.server(script);
    const real = await bench.app({
      Host: server.host,
      Port: server.port,
      FromAddress: 'no-reply@contoso.com',
      SocketTimeout: 2,
      // A connection that is refused is tried again until then.
      ConnectionTimeout: 2,
    });
    const { mail, mailbox } = await mailboxApp();
    mailbox.failNext(failure);
    const [wanted, simulated] = [
      await rejection(real.mail.send(MESSAGE)),
      await rejection(mail.send(MESSAGE)),
    ];
    expect(facts(simulated)).toEqual(facts(wanted));
  });

  it('is one of the login for 535, and names what to check', async () => {
    const { mail, mailbox } = await mailboxApp();
    mailbox.failNext({ responseCode: 535, enhancedCode: '5.7.8', response: 'bad credentials' });
    expect(await rejection(mail.send(MESSAGE))).toMatchObject({
      code: 'EMAILAUTH',
      phase: 'auth',
      retryable: false,
      response: '535 5.7.8 bad credentials',
      message: expect.stringContaining('Check the settings Username and Password'),
    });
  });

  it.each<[SimulatedFailure, object]>([
    [{ phase: 'tls' }, { code: 'EMAILTLS', phase: 'tls', retryable: true }],
    [
      { phase: 'tls', retryable: false },
      { code: 'EMAILTLS', phase: 'tls', retryable: false },
    ],
    [{ phase: 'auth' }, { code: 'EMAILAUTH', phase: 'auth', retryable: true }],
    [{ phase: 'data' }, { code: 'EMAILDATA', phase: 'data', retryable: true }],
    [{ phase: 'after-data' }, { code: 'EMAILUNKNOWN', phase: 'after-data', retryable: 'unknown' }],
    [{ phase: 'write' }, { code: 'EMAILWRITE', phase: 'write', retryable: true }],
    [
      { code: 'EMAILTIMEOUT' },
      {
        code: 'EMAILTIMEOUT',
        phase: 'connect',
        retryable: true,
        message: expect.stringContaining('longer than it may and was cut; nothing was delivered'),
      },
    ],
    [
      { code: 'EMAILABORTED', phase: 'after-data' },
      { code: 'EMAILABORTED', retryable: 'unknown' },
    ],
    [{ code: 'EMAILCLOSED' }, { code: 'EMAILCLOSED', retryable: true }],
    [{ code: 'EMAILDATA' }, { code: 'EMAILDATA', phase: 'data', retryable: true }],
  ])('of %j is %j', async (failure, error) => {
    const { mail, mailbox } = await mailboxApp();
    mailbox.failNext(failure);
    const thrown = await rejection(mail.send(MESSAGE));
    expect(thrown).toBeInstanceOf(MailDeliveryError);
    expect(thrown).toMatchObject({ ...error, messageId: expect.stringMatching(/^<.+@contoso\.com>$/) });
    expect(mailbox.failed).toMatchObject([{ error, mail: { subject: 'Outcome' } }]);
  });

  it('is the very error that was given', async () => {
    const { mail, mailbox } = await mailboxApp();
    const error = new Error('broken by the test');
    mailbox.failNext(error);
    expect(await rejection(mail.send(MESSAGE))).toBe(error);
    const typed = new MailDeliveryError('EMAILDATA', 'no', {
      phase: 'data',
      retryable: false,
      recipients: [],
    });
    mailbox.failNext(typed);
    expect(await rejection(mail.send(MESSAGE))).toBe(typed);
  });
});

describe('Simulated failures', () => {
  it('come in the order in which they were asked for, as often as they were', async () => {
    const { mail, mailbox } = await mailboxApp();
    mailbox.failNext({ responseCode: 451, times: 2 });
    mailbox.failNext({ responseCode: 550 });
    const codes: unknown[] = [];
    for (let turn = 0; turn < 4; turn++)
      codes.push(
        await mail.send(MESSAGE).then(
          ({ status }) => status,
          (error: MailDeliveryError) => error.responseCode,
        ),
      );
    expect(codes).toEqual([451, 451, 550, 'accepted']);
    expect([mailbox.count, mailbox.failed.length]).toEqual([1, 3]);
  });

  it('are forgotten by clear()', async () => {
    const { mail, mailbox } = await mailboxApp();
    mailbox.failNext({ responseCode: 451, times: Infinity });
    await rejection(mail.send(MESSAGE));
    mailbox.clear();
    expect(mailbox.failed).toEqual([]);
    expect(await mail.send(MESSAGE)).toMatchObject({ status: 'accepted' });
  });

  it('are tried again as the option retry says', async () => {
    const { mail, mailbox } = await mailboxApp({}, { retry: { attempts: 3, backoff: 1 } });
    mailbox.failNext({ responseCode: 451, times: 2 });
    const receipt = await mail.send(MESSAGE);
    expect(mailbox.mails.map(kept => kept.receipt)).toEqual([receipt]);
    expect(mailbox.failed).toEqual([]);
    mailbox.failNext({ responseCode: 550 });
    expect(await rejection(mail.send(MESSAGE))).toMatchObject({ retryable: false });
    mailbox.failNext({ phase: 'after-data' });
    expect(await rejection(mail.send(MESSAGE))).toMatchObject({ retryable: 'unknown' });
  });

  it('of some recipients leave the mail to the others', async () => {
    const { mail, mailbox } = await mailboxApp();
    mailbox.failNext({
      responseCode: 452,
      enhancedCode: '4.2.2',
      response: 'full',
      recipients: ['bob@CONTOSO.com'],
    });
    const receipt = await mail.send(MESSAGE);
    const rejected = [
      {
        address: 'bob@contoso.com',
        code: 452,
        enhancedCode: '4.2.2',
        response: '452 4.2.2 full',
        retryable: true,
      },
    ];
    expect(receipt).toMatchObject({ accepted: ['ann@contoso.com'], rejected });
    expect(mailbox.last().receipt).toBe(receipt);
    mailbox.assertSent({ to: 'ann@contoso.com' });
    mailbox.assertNotSent({ to: 'bob@contoso.com' });
  });

  it('of some recipients wait for a mail to one of them, and fail it when nobody else is left', async () => {
    const { mail, mailbox } = await mailboxApp();
    mailbox.failNext({ recipients: ['bob@contoso.com'] });
    await mail.send({ ...MESSAGE, to: 'eve@contoso.com' });
    const error = await rejection(mail.send({ ...MESSAGE, to: 'bob@contoso.com' }));
    expect(error).toMatchObject({
      code: 'EMAILENVELOPE',
      responseCode: 550,
      recipients: [{ address: 'bob@contoso.com', retryable: false }],
    });
  });

  it('of some recipients are tried again for them alone', async () => {
    const { mail, mailbox } = await mailboxApp({}, { retry: { attempts: 2, backoff: 1 } });
    mailbox.failNext({ responseCode: 451, recipients: ['bob@contoso.com'] });
    const receipt = await mail.send(MESSAGE);
    expect(receipt).toMatchObject({ accepted: MESSAGE.to, rejected: [], messages: [{}, {}] });
    expect(mailbox.count).toBe(1);
  });

  it('can be a delivery that takes longer than the send may', async () => {
    const { mail, mailbox } = await mailboxApp();
    mailbox.delayNext(60_000);
    expect(await rejection(mail.send(MESSAGE, { timeoutMs: 20 }))).toMatchObject({ code: 'EMAILTIMEOUT' });
    mailbox.delayNext(1);
    expect(await mail.send(MESSAGE)).toMatchObject({ status: 'accepted' });
  });

  it.each<[object, string]>([
    [{ responsecode: 451 }, 'failNext: "responsecode" is not known. Did you mean "responseCode"?'],
    [{ message: 'no such user' }, 'failNext: "message" is not known.'],
    [
      { responseCode: 250 },
      'failNext: responseCode must be an SMTP reply that says no, from 400 to 599, not 250',
    ],
    [{ times: 0 }, 'failNext: times must be a whole number from 1 on, or Infinity, not 0'],
    [
      { phase: 'later' },
      'failNext: phase must be one of connect, tls, auth, envelope, data, after-data, write, not later',
    ],
    [{ code: 'EMAILWRONG' }, 'failNext: code must be one of EMAILCONNECT,'],
    [{ code: 'EMAILTLS', phase: 'data' }, 'failNext: EMAILTLS does not come up in the phase data'],
    [{ phase: 'after-data', responseCode: 451 }, 'failNext: in the phase after-data no server replies'],
    [{ response: 'no' }, 'failNext: response and enhancedCode need a responseCode'],
    [{ recipients: [] }, 'failNext: recipients must be an array of at least one address'],
    [{ recipients: 'ann@contoso.com' }, 'failNext: recipients must be an array of at least one address'],
    [{ retryable: 'maybe' }, "failNext: retryable must be true, false or 'unknown', not maybe"],
    [{ recipients: ['ann'] }, 'failNext: recipients holds ann, which has no "@"'],
    [
      { recipients: ['ann@contoso.com'], phase: 'data' },
      'failNext: with recipients the delivery itself succeeds',
    ],
  ])('that cannot be meant are refused: %j', (failure, message) => {
    expect(() => new Mailbox().failNext(failure)).toThrow(message);
  });

  it('refuse a delay that is no time', () => {
    expect(() => new Mailbox().delayNext(-1)).toThrow(
      new RangeError('delayNext: give a number of milliseconds, not -1'),
    );
  });
});
