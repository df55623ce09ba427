import { describe, expect, it } from '@jest/globals';
import type { MailApp } from '../support/mail-app.js';
import { useMailBench } from '../support/mail-bench.js';
import type { MailSinkOptions } from '../support/mail-sink.js';
import { MailSink } from '../support/mail-sink.js';
import { rejection } from '../support/rejection.js';
import type { Script } from '../support/scripted-smtp-server.js';
import { ScriptedSmtpServer } from '../support/scripted-smtp-server.js';

const bench = useMailBench();

async function against(server: { host: string; port: number; close(): Promise<void> }): Promise<MailApp> {
  bench.closing(server);
  return bench.app({
    Host: server.host,
    Port: server.port,
    FromAddress: 'no-reply@contoso.com',
    MaxRecipients: 2000,
  });
}

const THREE = { subject: 's', to: ['ann@contoso.com', 'bob@contoso.com', 'cid@contoso.com'], text: 't' };
const GONE = { address: 'ann@contoso.com', code: 550, enhancedCode: '5.1.1', retryable: false };

describe.each([
  ['one by one', false],
  ['with PIPELINING', true],
])('What is known of each recipient, %s,', (_, pipelining) => {
  /** A server that has read the whole envelope before it says anything, and then says all of it at once. */
  function atOnce(replies: string, ...then: Script): Script {
    return [
      { send: '220 hi\r\n' },
      { expect: /^EHLO/, send: pipelining ? '250-hi\r\n250 PIPELINING\r\n' : '250 hi\r\n' },
      { expect: /^MAIL/ },
      { send: `250 ok\r\n${replies}` },
      ...then,
    ];
  }
  /** The same, one reply after the other. */
  function inTurn(replies: readonly string[], ...then: Script): Script {
    return [...atOnce(''), ...replies.map(reply => ({ expect: /^RCPT/, send: `${reply}\r\n` })), ...then];
  }
  const answering = (replies: readonly string[], ...then: Script): Script =>
    pipelining ? atOnce(`${replies.join('\r\n')}\r\n`, ...then) : inTurn(replies, ...then);

  it.each([
    ['closes', { close: true }],
    ['resets', { reset: true }],
  ] as const)('stays known when the server %s the connection with 421', async (__, end) => {
    const server = await ScriptedSmtpServer.start(
      answering(['550 5.1.1 gone', '421 4.3.2 shutting down'], { waitMs: 20 }, end),
    );
    const app = await against(server);
    expect(await rejection(app.mail.send(THREE))).toMatchObject({
      code: 'EMAILENVELOPE',
      phase: 'envelope',
      retryable: true,
      responseCode: 421,
      enhancedCode: '4.3.2',
      recipients: [GONE, { address: 'bob@contoso.com', code: 421, retryable: true }],
    });
  });

  it('stays known when the server only goes away', async () => {
    const server = await ScriptedSmtpServer.start(
      answering(['550 5.1.1 gone', '250 ok'], { waitMs: 20 }, { close: true }),
    );
    const app = await against(server);
    const error = await rejection(app.mail.send(THREE));
    expect(error).toMatchObject({ phase: 'envelope', retryable: true, recipients: [GONE] });
    expect(error).toHaveProperty('responseCode', undefined);
  });

  it('stays known when the server refuses half of it without a line end', async () => {
    const server = await ScriptedSmtpServer.start([
      ...answering(['250 ok']),
      ...(pipelining ? [] : [{ expect: /^RCPT/ }]),
      { send: '550 5.1.1 gone' },
      { close: true },
    ]);
    const app = await against(server);
    expect(await rejection(app.mail.send(THREE))).toMatchObject({
      phase: 'envelope',
      retryable: true,
      recipients: [{ ...GONE, address: 'bob@contoso.com' }],
    });
  });

  it('makes a retry pointless when all were refused for good before the server went away', async () => {
    const server = await ScriptedSmtpServer.start(
      answering(['550 5.1.1 gone', '550 5.1.1 gone', '553 5.1.3 bad'], { waitMs: 20 }, { reset: true }),
    );
    const app = await against(server);
    expect(await rejection(app.mail.send(THREE))).toMatchObject({
      phase: 'envelope',
      retryable: false,
      recipients: [GONE, { retryable: false }, { address: 'cid@contoso.com', code: 553, retryable: false }],
    });
  });

  it('stays known when the message is refused', async () => {
    const server = await ScriptedSmtpServer.start(
      answering(
        ['550 5.1.1 gone', '250 ok', '452 4.2.2 full'],
        ...(pipelining ? [{ send: '354 go\r\n' }] : [{ expect: 'DATA', send: '354 go\r\n' }]),
        { expectData: true, send: '451 4.3.0 later\r\n' },
      ),
    );
    const app = await against(server);
    expect(await rejection(app.mail.send(THREE))).toMatchObject({
      code: 'EMAILDATA',
      retryable: true,
      responseCode: 451,
      recipients: [GONE, { address: 'cid@contoso.com', code: 452, enhancedCode: '4.2.2', retryable: true }],
    });
  });
});

it('A 421 that came in one packet with other replies, right before a reset, is heard', async () => {
  const server = await ScriptedSmtpServer.start([
    { send: '220 hi\r\n' },
    { expect: /^EHLO/, send: '250-hi\r\n250 PIPELINING\r\n' },
    { expect: /^MAIL/ },
    { send: `250 ok\r\n550 5.1.1 gone\r\n${'250 ok\r\n'.repeat(30)}421 4.3.2 enough\r\n` },
    { waitMs: 1 },
    { reset: true },
  ]);
  const app = await against(server);
  const to = Array.from({ length: 40 }, (_, index) => `user${index}@contoso.com`);
  expect(await rejection(app.mail.send({ subject: 's', to, text: 't' }))).toMatchObject({
    phase: 'envelope',
    retryable: true,
    responseCode: 421,
    recipients: [
      { address: 'user0@contoso.com', code: 550 },
      { address: 'user31@contoso.com', code: 421 },
    ],
  });
});

describe.each([
  ['one by one', ['PIPELINING'] as const],
  ['with PIPELINING', [] as const],
])('1,001 recipients, %s,', (_, hideExtensions) => {
  const to = Array.from({ length: 1001 }, (__, index) => `user${index}@contoso.com`);
  const place = (address: string): number => Number(/\d+/.exec(address)?.[0]);

  async function receiptFrom(options: MailSinkOptions): Promise<{
    accepted: number[];
    rejected: (number | boolean | string | undefined)[][];
    delivered: number[] | undefined;
  }> {
    const sink = await MailSink.start({ ...options, hideExtensions });
    const app = await against(sink);
    const receipt = await app.mail.send({ subject: 's', to, text: 't' });
    return {
      accepted: receipt.accepted.map(place),
      rejected: receipt.rejected.map(({ address, code, retryable }) => [place(address), code, retryable]),
      delivered: sink.messages[0]?.envelope.to.map(place),
    };
  }

  it('each get the truth in their order when some are refused for good and some for now', async () => {
    const refusal = (index: number): 550 | 452 | undefined =>
      index % 3 === 0 ? 550 : index % 7 === 0 ? 452 : undefined;
    const { accepted, rejected, delivered } = await receiptFrom({
      rejectRecipient: address => {
        const code = refusal(place(address));
        return code && { code, message: 'no' };
      },
    });
    const places = to.map(place);
    const taken = places.filter(index => refusal(index) === undefined);
    expect(accepted).toEqual(taken);
    expect(delivered).toEqual(taken);
    expect(rejected).toEqual(
      places
        .filter(index => refusal(index) !== undefined)
        .map(index => [index, refusal(index), refusal(index) === 452]),
    );
  });

  it('are taken as far as the server takes them in one message; the rest can be sent later', async () => {
    const { accepted, rejected } = await receiptFrom({
      rejectRecipient: address =>
        place(address) < 100 ? undefined : { code: 452, message: '4.5.3 too many recipients' },
    });
    expect(accepted).toEqual(to.slice(0, 100).map(place));
    expect(rejected).toEqual(to.slice(100).map(address => [place(address), 452, true]));
  });
});

it('The refused are named in the order of the envelope, whoever refused them', async () => {
  const sink = await MailSink.start({
    hideExtensions: ['SMTPUTF8'],
    rejectRecipient: address =>
      address.startsWith('gone') ? { code: 550, message: '5.1.1 gone' } : undefined,
  });
  const app = await against(sink);
  const to = ['gone1@contoso.com', 'jürgen@contoso.com', 'ann@contoso.com', 'gone2@contoso.com'];
  const receipt = await app.mail.send({ subject: 's', to, text: 't' });
  expect(receipt.accepted).toEqual(['ann@contoso.com']);
  expect(receipt.rejected.map(recipient => recipient.address)).toEqual([to[0], to[1], to[3]]);
});
