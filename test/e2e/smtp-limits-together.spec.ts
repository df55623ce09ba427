import { describe, expect, it } from '@jest/globals';
import { createCertificateAuthority } from '../support/certificates.js';
import { useMailBench } from '../support/mail-bench.js';
import type { PolicyAnswer, PolicySmtpServer, SmtpPolicy } from '../support/policy-smtp-server.js';
import { rejection } from '../support/rejection.js';
import { sentAtOnce, takenTwice } from '../support/sent-at-once.js';
import { connectionLimit, mailLimit, recipientLimit } from '../support/smtp-policies.js';

const bench = useMailBench();
const FULL: PolicyAnswer = { say: '421 4.7.0 too many connections', end: 'close' };
const ENOUGH = '452 4.4.5 too many messages in this session';

/** All mails were taken, each once. */
function expectAll(server: PolicySmtpServer, failures: readonly string[], mails: number): void {
  expect(failures).toEqual([]);
  expect(server.messages).toHaveLength(mails);
  expect(takenTwice(server.messages)).toEqual([]);
}

describe('A server with few connections and few mails for each', () => {
  it.each([
    [1, 1],
    [1, 3],
    [2, 2],
    [2, 1],
    [3, 4],
  ])('(%i connections, %i mails) gets every mail once', async (limit, each) => {
    const connections = connectionLimit(limit, FULL);
    const server = await bench.policy(
      { ...connections.policy, ...mailLimit(each, 'MAIL', ENOUGH) },
      { delayDotMs: 10 },
    );
    const app = await bench.against(server);
    expectAll(server, (await sentAtOnce(app, 24)).failures, 24);
    expect(connections.most).toBeLessThanOrEqual(limit);
  });

  it.each([1, 2])('(%i connections) gets every mail once of two mailers', async limit => {
    const connections = connectionLimit(limit, FULL);
    const server = await bench.policy(
      { ...connections.policy, ...mailLimit(3, 'MAIL', ENOUGH) },
      { delayDotMs: 5 },
    );
    const apps = [await bench.against(server), await bench.against(server)];
    const sent = await Promise.all(apps.map(app => sentAtOnce(app, 12)));
    expectAll(
      server,
      sent.flatMap(({ failures }) => failures),
      24,
    );
  });

  it('and few recipients gets every mail once for each recipient', async () => {
    const connections = connectionLimit(2, FULL);
    const server = await bench.policy(
      {
        ...connections.policy,
        ...mailLimit(3, 'MAIL', ENOUGH),
        ...recipientLimit(2, '452 4.5.3 Too many recipients'),
      },
      { delayDotMs: 5 },
    );
    const app = await bench.against(server);
    const to = Array.from({ length: 5 }, (_, index) => `user${index}@example.com`);
    const receipts = await Promise.all(
      Array.from({ length: 8 }, () => app.mail.send({ to, subject: 's', text: 'x' })),
    );
    expect(receipts.filter(({ accepted, rejected }) => accepted.length !== 5 || rejected.length > 0)).toEqual(
      [],
    );
    expect(server.messages.flatMap(message => message.to)).toHaveLength(40);
    expect(takenTwice(server.messages)).toEqual([]);
  });
});

it.each([1, 2, 5])(
  'A mailer that replaces its connections after %i mails asks for no more than the server allows',
  async maxMessages => {
    const connections = connectionLimit(2, FULL);
    const server = await bench.policy(connections.policy, { delayDotMs: 5 });
    const app = await bench.against(server, {}, { smtp: { maxMessages } });
    expectAll(server, (await sentAtOnce(app, 25)).failures, 25);
    expect(connections.refused).toBeLessThan(25);
  },
);

it('A server that allows fewer connections while mails are sent, and more again, gets every mail once', async () => {
  let limit = 4;
  const connections = connectionLimit(() => limit, FULL);
  const server = await bench.policy(
    { ...connections.policy, ...mailLimit(2, 'MAIL', ENOUGH) },
    { delayDotMs: 5 },
  );
  const app = await bench.against(server);
  for (const now of [4, 1, 3, 2]) {
    limit = now;
    expect((await sentAtOnce(app, 10)).failures).toEqual([]);
  }
  expectAll(server, [], 40);
});

it('A server that allows more connections after a while is sent to over more', async () => {
  let limit = 1;
  const connections = connectionLimit(() => limit, FULL);
  const server = await bench.policy(connections.policy, { delayDotMs: 10 });
  const app = await bench.against(server, { MaxConnections: 3 });
  expect((await sentAtOnce(app, 10)).failures).toEqual([]);
  expect(connections.most).toBe(1);
  limit = 3;
  // It asks for one more now and then, as long as there is work.
  let mails = 10;
  for (const end = Date.now() + 40_000; connections.most < 3 && Date.now() < end; mails += 20)
    expect((await sentAtOnce(app, 20)).failures).toEqual([]);
  expect(connections.most).toBe(3);
  expectAll(server, [], mails);
});

describe('A server that talks TLS from the first octet and allows few connections', () => {
  const authority = createCertificateAuthority();
  const certificate = authority.issue({ hosts: ['localhost', '127.0.0.1'] });

  it.each<[string, 'ACCEPT' | 'CONNECT' | 'EHLO', PolicyAnswer]>([
    ['RST before TLS', 'ACCEPT', { end: 'reset' }],
    ['FIN before TLS', 'ACCEPT', { end: 'close' }],
    ['421 instead of the greeting', 'CONNECT', FULL],
    ['FIN instead of the greeting', 'CONNECT', { end: 'close' }],
    ['421 to EHLO', 'EHLO', FULL],
  ])('and says so with %s, gets every mail once', async (_, moment, refuse) => {
    const connections = connectionLimit(2, refuse, moment);
    const server = await bench.policy(connections.policy, { delayDotMs: 20, certificate });
    const second = await bench.policy();
    const app = await bench.against(
      server,
      { SecureSocketOption: 'SslOnConnect' },
      { smtp: { tls: { ca: authority.cert } }, fallback: { Host: second.host, Port: second.port } },
    );
    expectAll(server, (await sentAtOnce(app, 20)).failures, 20);
    expect(second.connections).toBe(0);
    expect(connections.most).toBeLessThanOrEqual(2);
  });
});

it('A limit and MaxMessagesPerSecond are kept together', async () => {
  const connections = connectionLimit(1, FULL);
  const server = await bench.policy(connections.policy);
  const app = await bench.against(server, { MaxMessagesPerSecond: 40 });
  expectAll(server, (await sentAtOnce(app, 20)).failures, 20);
});

describe('A server that is full and lets a further connection wait without a word', () => {
  const SILENT: PolicyAnswer = { end: 'silence' };

  it.each<[string, 'ACCEPT' | 'CONNECT' | 'EHLO', number]>([
    ['instead of the greeting', 'CONNECT', 2],
    ['instead of the greeting', 'CONNECT', 1],
    ['in answer to EHLO', 'EHLO', 3],
  ])('%s, gets every mail once over those that work', async (_, moment, limit) => {
    const connections = connectionLimit(limit, SILENT, moment);
    const server = await bench.policy(connections.policy, { delayDotMs: 10 });
    const second = await bench.policy();
    const app = await bench.against(
      server,
      { ConnectionTimeout: 3 },
      { fallback: { Host: second.host, Port: second.port } },
    );
    expectAll(server, (await sentAtOnce(app, 30)).failures, 30);
    expect(second.connections).toBe(0);
    expect(connections.most).toBeLessThanOrEqual(limit);
  });
});

describe('A server that takes none of a mail with too many recipients', () => {
  /** Refuses DATA, too, as Exim does with `recipients_max_reject`. */
  const rejecting = (most: number, rcpt: string, data: string): SmtpPolicy => ({
    RCPT: visit => (visit.recipients.length >= most ? rcpt : undefined),
    DATA: ({ lines }) => {
      const transaction = lines.slice(lines.findLastIndex(line => line.startsWith('MAIL')));
      return transaction.filter(line => line.startsWith('RCPT')).length > most ? data : undefined;
    },
  });
  const to = Array.from({ length: 8 }, (_, index) => `user${index}@example.com`);

  it.each([
    ['552 too many recipients', '554 Too many recipients'],
    ['452 4.5.3 too many', '451 4.3.0 not that many'],
    ['550 5.5.3 too many', '503 5.5.1 no'],
  ])('(%s, then %s) gets it in parts that it takes', async (rcpt, data) => {
    const server = await bench.policy(rejecting(3, rcpt, data));
    const app = await bench.against(server);
    const receipt = await app.mail.send({ to, subject: 's', text: 'x' });
    expect(receipt).toMatchObject({ status: 'accepted', accepted: to, rejected: [] });
    expect(receipt.messages?.map(({ accepted }) => accepted.length)).toEqual([3, 3, 2]);
    expect(server.messages.flatMap(message => message.to)).toEqual(to);
    expect(takenTwice(server.messages)).toEqual([]);
  });

  it('and refuses every part, makes one error that names every recipient', async () => {
    const server = await bench.policy({
      RCPT: visit => (visit.recipients.length >= 2 ? '552 too many recipients' : undefined),
      DATA: () => '554 5.7.1 never',
    });
    const app = await bench.against(server);
    const error = await rejection(app.mail.send({ to: to.slice(0, 3), subject: 's', text: 'x' }));
    expect(error).toMatchObject({ code: 'EMAILDATA', phase: 'data', retryable: false, responseCode: 554 });
    expect(server.messages).toEqual([]);
  });
});
