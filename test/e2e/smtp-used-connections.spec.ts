import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import type { MailModuleOptions, MailSettings } from 'nest-mailroom';
import { until } from '../support/bounded-send.js';
import type { MailApp } from '../support/mail-app.js';
import { useMailBench } from '../support/mail-bench.js';
import type { PolicySmtpServer, PolicyVisit, SmtpPolicy } from '../support/policy-smtp-server.js';
import { rejection } from '../support/rejection.js';
import { sentAtOnce, takenTwice } from '../support/sent-at-once.js';
import { mailLimit, mailLimitWithoutFin } from '../support/smtp-policies.js';

const bench = useMailBench();
const MESSAGE = { to: 'ann@example.com', subject: 's', text: 'x' };

const mailer = (
  server: PolicySmtpServer,
  more: MailSettings = {},
  options?: MailModuleOptions,
): Promise<MailApp> => bench.against(server, { MaxConnections: 1, ...more }, options);

/** A server that has had enough of a connection after so many mails, and whether it leaves the goodbye to the client. */
const HAD_ENOUGH: readonly [string, (mails: number) => SmtpPolicy, boolean][] = [
  [
    '452 4.4.5 to MAIL',
    mails => mailLimit(mails, 'MAIL', '452 4.4.5 Maximum number of messages per session exceeded.'),
    true,
  ],
  ['451 to MAIL', mails => mailLimit(mails, 'MAIL', '451 4.7.1 too many messages'), true],
  ['450 to MAIL', mails => mailLimit(mails, 'MAIL', '450 4.7.1 too much mail in this session'), true],
  ['451 4.7.1 to RCPT', mails => mailLimit(mails, 'RCPT', '451 4.7.1 try again in a new session'), true],
  ['450 to RCPT', mails => mailLimit(mails, 'RCPT', '450 4.7.0 too many recipients in this session'), true],
  ['452 to RCPT', mails => mailLimit(mails, 'RCPT', '452 4.5.3 too many in this session'), true],
  ['451 to DATA', mails => mailLimit(mails, 'DATA', '451 4.7.1 too many messages'), true],
  ['452 to DATA', mails => mailLimit(mails, 'DATA', '452 4.4.5 too many messages'), true],
  ['503 to MAIL', mails => mailLimit(mails, 'MAIL', '503 5.5.1 Error: nested MAIL command'), true],
  ['503 to RCPT', mails => mailLimit(mails, 'RCPT', '503 5.5.1 need MAIL first'), true],
  ['503 to DATA', mails => mailLimit(mails, 'DATA', '503 5.5.1 need RCPT first'), true],
  [
    '421 to MAIL, then 503s and no FIN',
    mails => mailLimitWithoutFin(mails, '421 4.7.0 too many messages'),
    false,
  ],
  ['452 to MAIL, then 503s', mails => mailLimitWithoutFin(mails, '452 4.7.0 too many errors'), true],
  [
    '421 to MAIL and FIN',
    mails => mailLimit(mails, 'MAIL', { say: '421 4.7.0 too many errors', end: 'close' }),
    false,
  ],
  [
    '421 to MAIL and RST',
    mails => mailLimit(mails, 'MAIL', { say: '421 4.7.0 bye', end: 'reset', afterMs: 20 }),
    false,
  ],
  ['421 to RCPT and FIN', mails => mailLimit(mails, 'RCPT', { say: '421 4.7.0 bye', end: 'close' }), false],
  ['421 to RCPT and no FIN', mails => mailLimit(mails, 'RCPT', '421 4.7.0 bye'), false],
  ['421 to DATA and FIN', mails => mailLimit(mails, 'DATA', { say: '421 4.7.0 bye', end: 'close' }), false],
  ['421 to DATA and no FIN', mails => mailLimit(mails, 'DATA', '421 4.7.0 bye'), false],
  ['FIN to MAIL', mails => mailLimit(mails, 'MAIL', { end: 'close' }), false],
];

describe.each([
  ['one by one', [] as string[]],
  ['with PIPELINING', ['PIPELINING']],
])('A connection that the server has had enough of, %s,', (_, extensions) => {
  describe.each(HAD_ENOUGH)('and says so with %s,', (__, limit, goodbye) => {
    it.each([
      [3, 10],
      [1, 4],
      [4, 9],
    ])('after every %i mails, costs none of %i mails', async (each, mails) => {
      const server = await bench.policy(limit(each), { extensions });
      const app = await mailer(server);
      const { failures } = await sentAtOnce(app, mails);
      expect(failures).toEqual([]);
      expect(server.messages).toHaveLength(mails);
      expect(takenTwice(server.messages)).toEqual([]);
      expect(server.connections).toBe(Math.ceil(mails / each));
      const left = server.visits.slice(0, -1);
      const saidGoodbye = left.filter(({ lines }) => lines.includes('QUIT'));
      if (goodbye) expect(saidGoodbye).toHaveLength(left.length);
      await until(() => left.every(({ ended }) => ended));
    });

    it('costs no mail when several connections meet it', async () => {
      const server = await bench.policy(limit(2), { extensions, delayDotMs: 5 });
      const app = await mailer(server, { MaxConnections: 4 });
      const { failures } = await sentAtOnce(app, 23);
      expect(failures).toEqual([]);
      expect(server.messages).toHaveLength(23);
      expect(takenTwice(server.messages)).toEqual([]);
    });

    it('is no reason for the fallback', async () => {
      const server = await bench.policy(limit(1), { extensions });
      const second = await bench.policy();
      const app = await mailer(server, {}, { fallback: { Host: second.host, Port: second.port } });
      const { receipts, failures } = await sentAtOnce(app, 5);
      expect(failures).toEqual([]);
      expect(receipts.filter(({ fallback }) => fallback)).toEqual([]);
      expect(second.connections).toBe(0);
      expect(app.logger.warnings).toEqual([]);
    });
  });

  it.each(['MAIL', 'RCPT', 'DATA'] as const)(
    'hands its mail over once: a refusal of %s on the fresh connection too is the outcome',
    async at => {
      const server = await bench.policy(
        {
          [at]: (visit: PolicyVisit) =>
            visit.index > 0 ? '451 4.7.9 not here either' : visit.mails > 0 ? '452 4.4.5 enough' : undefined,
        },
        { extensions },
      );
      const app = await mailer(server);
      await app.mail.send(MESSAGE);
      expect(await rejection(app.mail.send(MESSAGE))).toMatchObject({
        responseCode: 451,
        enhancedCode: '4.7.9',
        retryable: true,
      });
      expect(server.connections).toBe(2);
      expect(server.commands('MAIL')).toHaveLength(3);
      expect(server.messages).toHaveLength(1);
    },
  );

  it.each([
    ['MAIL', '550 5.7.1 not you'],
    ['MAIL', '552 5.2.2 full'],
    ['RCPT', '550 5.1.1 gone'],
    ['RCPT', '553 5.1.3 bad'],
    ['DATA', '554 5.7.1 no'],
  ] as const)('is not left for a refusal for good: %s → %s', async (at, reply) => {
    const server = await bench.policy(mailLimit(1, at, reply), { extensions });
    const app = await mailer(server);
    await app.mail.send(MESSAGE);
    expect(await rejection(app.mail.send(MESSAGE))).toMatchObject({
      responseCode: Number(reply.slice(0, 3)),
      retryable: false,
    });
    expect(server.commands('MAIL')).toHaveLength(2);
  });

  it('is not left for a refusal after the dot', async () => {
    const server = await bench.policy(
      { DOT: ({ mails }) => (mails > 0 ? '451 4.3.0 later' : undefined) },
      { extensions },
    );
    const app = await mailer(server);
    await app.mail.send(MESSAGE);
    expect(await rejection(app.mail.send(MESSAGE))).toMatchObject({
      code: 'EMAILDATA',
      responseCode: 451,
      retryable: true,
    });
    expect(server.commands('MAIL')).toHaveLength(2);
  });

  it('is left for the recipients of one mail together, of whom none was taken', async () => {
    const server = await bench.policy(mailLimit(2, 'RCPT', '451 4.7.1 new session please'), { extensions });
    const app = await mailer(server);
    const to = ['ann@example.com', 'bob@example.com', 'cid@example.com'];
    for (let mail = 0; mail < 5; mail++)
      expect(await app.mail.send({ ...MESSAGE, to })).toMatchObject({ accepted: to, rejected: [] });
    expect(server.connections).toBe(3);
    expect(server.messages.map(message => message.to)).toEqual(Array.from({ length: 5 }, () => to));
  });
});

describe.each([
  ['one by one', [] as string[]],
  ['with PIPELINING', ['PIPELINING']],
])('A mail that moves to a fresh connection, %s,', (_, extensions) => {
  const to = ['ann@example.com', 'bob@example.com', 'cid@example.com'];

  it.each([
    ['421 4.7.0 enough', undefined],
    ['421 4.7.0 enough', 'close'],
    ['421 4.7.0 enough', 'reset'],
  ] as const)(
    'because its second recipient got “%s” (then: %s), is sent once to all of them',
    async (say, end) => {
      const server = await bench.policy(
        {
          RCPT: ({ mails }, line) =>
            mails > 0 && line.includes('bob@') ? { say, ...(end && { end, afterMs: 10 }) } : undefined,
        },
        { extensions },
      );
      const app = await mailer(server);
      for (let mail = 0; mail < 3; mail++)
        expect(await app.mail.send({ ...MESSAGE, to })).toMatchObject({ accepted: to, rejected: [] });
      expect(server.messages.map(message => message.to)).toEqual([to, to, to]);
      expect(server.connections).toBe(3);
    },
  );

  it.each(['MAIL', 'RCPT', 'DATA'] as const)('because of %s, carries its stream whole', async at => {
    const server = await bench.policy(mailLimit(1, at, '451 4.7.1 enough'), { extensions });
    const app = await mailer(server);
    const content = (): Readable => Readable.from([Buffer.from('first '), Buffer.from('second')]);
    for (let mail = 0; mail < 3; mail++)
      await app.mail.send({ ...MESSAGE, attachments: [{ filename: 'a.txt', content: content() }] });
    const encoded = Buffer.from('first second').toString('base64');
    expect(server.messages.map(({ lines }) => lines.includes(encoded))).toEqual([true, true, true]);
    expect(server.connections).toBe(3);
  });
});

describe.each(['MAIL', 'RCPT', 'DATA'] as const)('A temporary refusal of %s on a fresh connection', at => {
  it.each([
    ['451 4.7.1 greylisted', 451],
    ['452 4.4.5 Maximum number of messages per session exceeded.', 452],
    ['450 4.2.0 later', 450],
  ])('is the outcome, and nothing is tried again: %s', async (reply, code) => {
    const server = await bench.policy({ [at]: () => reply });
    const app = await mailer(server);
    expect(await rejection(app.mail.send(MESSAGE))).toMatchObject({ responseCode: code, retryable: true });
    expect(server.commands('MAIL')).toHaveLength(1);
    expect(server.connections).toBe(1);
  });
});

it.each(['421 4.4.2 idle for too long', '451 4.4.2 timeout'])(
  'An idle connection that says %s before it is asked anything costs no mail',
  async reply => {
    const server = await bench.policy({
      DOT: ({ index }) => (index === 0 ? `250 2.0.0 taken\r\n${reply}` : undefined),
    });
    const app = await mailer(server);
    await app.mail.send(MESSAGE);
    await delay(50);
    expect((await app.mail.send(MESSAGE)).status).toBe('accepted');
    expect(server.messages).toHaveLength(2);
    expect(takenTwice(server.messages)).toEqual([]);
    expect(server.connections).toBe(2);
  },
);
