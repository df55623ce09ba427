import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import type { MailApp } from '../support/mail-app.js';
import { useMailBench } from '../support/mail-bench.js';
import type { PolicySmtpServer, SmtpPolicy } from '../support/policy-smtp-server.js';
import { rejection } from '../support/rejection.js';
import { takenTwice } from '../support/sent-at-once.js';
import { recipientLimit } from '../support/smtp-policies.js';

const bench = useMailBench();

const mailer = (server: PolicySmtpServer): Promise<MailApp> => bench.against(server, { MaxRecipients: 2000 });

const people = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `user${index}@example.com`);
const to = (count: number) => ({ to: people(count), subject: 's', text: 'x' });

/** In groups of so many. */
function groups(addresses: readonly string[], size: number): string[][] {
  return Array.from({ length: Math.ceil(addresses.length / size) }, (_, index) =>
    addresses.slice(index * size, (index + 1) * size),
  );
}

describe.each([
  ['one by one', [] as string[]],
  ['with PIPELINING', ['PIPELINING']],
])('A server that takes few recipients in one transaction, %s,', (_, extensions) => {
  const start = (policy: SmtpPolicy): Promise<PolicySmtpServer> => bench.policy(policy, { extensions });

  describe.each([
    '552 5.5.3 Too many recipients',
    '552 Too many recipients',
    '550 5.5.3 Too many recipients',
    '554 5.5.3 Too many recipients for this transaction',
    '452 4.5.3 Too many recipients',
    '452 Too many recipients received this time',
    '451 4.5.3 Error: too many recipients',
  ])('and says %s', reply => {
    it.each([
      [2, 5],
      [1, 4],
      [3, 6],
      [4, 13],
    ])('(%i of %i) gets the rest in further messages at once', async (limit, count) => {
      const server = await start(recipientLimit(limit, reply));
      const app = await mailer(server);
      const receipt = await app.mail.send(to(count));
      expect(receipt).toMatchObject({ status: 'accepted', accepted: people(count), rejected: [] });
      expect(server.messages.map(message => message.to)).toEqual(groups(people(count), limit));
      expect(takenTwice(server.messages)).toEqual([]);
      expect(new Set(server.messages.map(({ id }) => id))).toEqual(new Set([receipt.messageId]));
      expect(new Set(server.messages.map(({ lines }) => lines.join('\n'))).size).toBe(1);
    });
  });

  it('refuses only those whom it refuses for another reason', async () => {
    const server = await start({
      RCPT: ({ recipients }, line) => {
        if (line.includes('user1@')) return '550 5.1.1 no such user';
        if (line.includes('user4@')) return '550 5.7.1 not for you';
        return recipients.length >= 2 ? '552 5.5.3 Too many recipients' : undefined;
      },
    });
    const app = await mailer(server);
    expect(await app.mail.send(to(7))).toMatchObject({
      accepted: people(7).filter(address => !/user[14]@/.test(address)),
      rejected: [
        { address: 'user1@example.com', code: 550, enhancedCode: '5.1.1', retryable: false },
        { address: 'user4@example.com', code: 550, enhancedCode: '5.7.1', retryable: false },
      ],
    });
    expect(takenTwice(server.messages)).toEqual([]);
  });

  it.each([
    ['552 5.2.2 mailbox full', '5.2.2'],
    ['550 5.5.0 no', '5.5.0'],
    ['554 5.7.1 no', '5.7.1'],
  ])('and refuses one for good with %s is asked once about that one', async (reply, enhancedCode) => {
    const server = await start({ RCPT: (__, line) => (line.includes('user1@') ? reply : undefined) });
    const app = await mailer(server);
    expect(await app.mail.send(to(3))).toMatchObject({
      accepted: ['user0@example.com', 'user2@example.com'],
      rejected: [
        { address: 'user1@example.com', code: Number(reply.slice(0, 3)), enhancedCode, retryable: false },
      ],
    });
    expect(server.commands('RCPT TO:<user1@')).toHaveLength(1);
    expect(server.messages).toHaveLength(1);
  });

  it.each([
    ['552 5.5.3 Too many recipients', 552, false],
    ['552 no room', 552, false],
    ['550 5.5.3 Too many recipients', 550, false],
    ['452 4.5.3 Too many recipients', 452, true],
  ])('and takes none at all, saying %s, has refused them', async (reply, code, retryable) => {
    const server = await start(recipientLimit(0, reply));
    const app = await mailer(server);
    expect(await rejection(app.mail.send(to(3)))).toMatchObject({
      code: 'EMAILENVELOPE',
      responseCode: code,
      retryable,
      recipients: people(3).map(address => ({ address, code, retryable })),
    });
    expect(server.commands('RCPT')).toHaveLength(3);
  });

  it.each([
    ['MAIL', 'EMAILENVELOPE'],
    ['DOT', 'EMAILDATA'],
  ] as const)('has refused the mail when it says 552 to %s', async (at, code) => {
    const server = await start({ [at]: () => '552 5.3.4 too big' });
    const app = await mailer(server);
    expect(await rejection(app.mail.send(to(3)))).toMatchObject({
      code,
      responseCode: 552,
      retryable: false,
    });
    expect(server.commands('MAIL')).toHaveLength(1);
  });

  it.each(['552 5.5.3 Too many recipients', '452 4.5.3 Too many recipients'])(
    'and changes its mind is not asked for ever: %s',
    async reply => {
      const taken = ['user0@example.com', 'user1@example.com'];
      const server = await start({
        RCPT: ({ recipients }) => (recipients.length >= 2 || hasOne() ? reply : undefined),
      });
      const hasOne = (): boolean => server.messages.length > 0;
      const app = await mailer(server);
      const receipt = await app.mail.send(to(5));
      expect(receipt).toMatchObject({
        status: 'accepted',
        accepted: taken,
        rejected: people(5)
          .slice(2)
          .map(address => ({ address, code: Number(reply.slice(0, 3)) })),
      });
      expect(server.messages.map(message => message.to)).toEqual([taken]);
      expect(server.commands('MAIL').length).toBeLessThanOrEqual(3);
    },
  );

  it('and refuses the second message has the first', async () => {
    const server = await start({
      ...recipientLimit(2, '552 5.5.3 Too many recipients'),
      DOT: ({ mails }) => (mails > 0 ? '554 5.7.1 spam' : undefined),
    });
    const app = await mailer(server);
    const receipt = await app.mail.send(to(4));
    expect(receipt).toMatchObject({
      status: 'accepted',
      accepted: ['user0@example.com', 'user1@example.com'],
      rejected: [
        { address: 'user2@example.com', code: 554, retryable: false },
        { address: 'user3@example.com', code: 554, retryable: false },
      ],
    });
  });

  it('and loses the second message after the dot leaves those of it in doubt', async () => {
    const server = await start({
      ...recipientLimit(2, '552 5.5.3 Too many recipients'),
      DOT: ({ mails }) => (mails > 0 ? { end: 'reset' } : undefined),
    });
    const app = await mailer(server);
    expect(await app.mail.send(to(3))).toMatchObject({
      status: 'accepted',
      accepted: ['user0@example.com', 'user1@example.com'],
      rejected: [{ address: 'user2@example.com', retryable: 'unknown' }],
    });
    expect(server.commands('MAIL')).toHaveLength(2);
  });

  it('and takes one message for each connection gets the rest over further ones', async () => {
    const server = await start({
      ...recipientLimit(2, '452 4.5.3 Too many recipients'),
      MAIL: ({ mails }) => (mails > 0 ? '452 4.4.5 one message for each session' : undefined),
    });
    const app = await mailer(server);
    expect(await app.mail.send(to(6))).toMatchObject({ accepted: people(6), rejected: [] });
    expect(server.messages.map(message => message.to)).toEqual(groups(people(6), 2));
    expect(server.connections).toBe(3);
  });

  it('and is sent a stream, which can be read once, says of the rest that it can be tried again', async () => {
    const server = await start(recipientLimit(2, '452 4.5.3 Too many recipients'));
    const app = await mailer(server);
    const content = Readable.from([Buffer.from('first '), Buffer.from('second')]);
    const receipt = await app.mail.send({ ...to(3), attachments: [{ filename: 'a.txt', content }] });
    const whole = server.messages.every(({ lines }) =>
      lines.includes(Buffer.from('first second').toString('base64')),
    );
    expect(whole).toBe(true);
    expect([...receipt.accepted, ...receipt.rejected.map(({ address }) => address)]).toEqual(people(3));
    expect(receipt.rejected.map(({ code, retryable }) => [code, retryable])).toEqual(
      receipt.rejected.map(() => [452, true]),
    );
  });

  it('gets the groups of MaxRecipientsOverflow = Split in further messages too', async () => {
    const server = await start(recipientLimit(2, '552 5.5.3 Too many recipients'));
    const app = await bench.app({
      Host: server.host,
      Port: server.port,
      FromAddress: 'a@example.com',
      MaxRecipients: 3,
      MaxRecipientsOverflow: 'Split',
    });
    expect(await app.mail.send(to(7))).toMatchObject({ accepted: people(7), rejected: [] });
    expect(server.messages.flatMap(message => message.to)).toEqual(people(7));
    expect(server.messages.every(message => message.to.length <= 2)).toBe(true);
  });
});
