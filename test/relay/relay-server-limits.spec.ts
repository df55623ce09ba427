import { describe, expect, it } from '@jest/globals';
import type { MailRelayOptions, RelayEvent } from 'nest-mailroom/relay';
import type { PolicyAnswer, PolicyVisit, SmtpPolicy } from '../support/policy-smtp-server.js';
import { PolicySmtpServer } from '../support/policy-smtp-server.js';
import type { RelayApp } from '../support/relay-app.js';
import { iisMail, publish } from '../support/relay-app.js';
import { useRelayBench } from '../support/relay-bench.js';
import { takenTwice } from '../support/sent-at-once.js';
import type { LimitMoment } from '../support/smtp-policies.js';
import { connectionLimit, mailLimit, mailLimitWithoutFin, recipientLimit } from '../support/smtp-policies.js';

// With the usual waits between two tries: whoever waits for one is not done within the time of a test.
const bench = useRelayBench();

async function start(policy: SmtpPolicy, delayDotMs = 0): Promise<PolicySmtpServer> {
  return bench.closing(
    await PolicySmtpServer.start(policy, { extensions: ['PIPELINING', 'AUTH PLAIN'], delayDotMs }),
  );
}

const RECEIVERS = ['ann', 'bob', 'cid', 'dan', 'eve'].map(name => `${name}@contoso.com`);

function relay(
  server: PolicySmtpServer,
  more: object = {},
  options: Partial<MailRelayOptions> = {},
): Promise<RelayApp> {
  return bench.relay({ unconfirmed: 5, ...options }, { Host: server.host, Port: server.port, ...more });
}

function publishMany(mails: number, to?: readonly string[]): void {
  for (let index = 0; index < mails; index++)
    publish(bench.folder.path, `${index}.eml`, iisMail(`mail-${index}`, to));
}

/** Whether the relay tells that the server allows fewer connections than it was set to. */
function tellsLimit(event: RelayEvent): boolean {
  return event.type === 'problem' && event.reason.includes('MaxConnections');
}

/** Every mail was sent, and nothing else happened. */
async function expectAllSent(app: RelayApp, server: PolicySmtpServer, mails: number): Promise<void> {
  await app.until('sent', mails);
  expect(app.events.filter(event => event.type !== 'sent' && !tellsLimit(event))).toEqual([]);
  // What was learnt is told once.
  expect(app.events.filter(tellsLimit).length).toBeLessThanOrEqual(1);
  expect(server.messages).toHaveLength(mails);
  expect(takenTwice(server.messages)).toEqual([]);
  expect(bench.mails()).toEqual([]);
  expect(bench.badmail()).toEqual([]);
}

describe('A relay to a server that allows fewer connections than MaxConnections', () => {
  it.each<[string, LimitMoment, PolicyAnswer]>([
    ['421 instead of the greeting', 'CONNECT', { say: '421 4.3.2 too many', end: 'close' }],
    ['554 instead of the greeting', 'CONNECT', { say: '554 5.7.1 too many', end: 'close' }],
    ['RST', 'CONNECT', { end: 'reset' }],
    ['FIN', 'CONNECT', { end: 'close' }],
    ['421 to EHLO', 'EHLO', { say: '421 4.4.5 too many', end: 'close' }],
    ['454 to AUTH', 'AUTH', { say: '454 4.7.0 too many' }],
    ['421 to MAIL', 'MAIL', { say: '421 4.3.2 too many', end: 'close' }],
  ])('and says %s, neither pauses nor defers', async (_, moment, refuse) => {
    const connections = connectionLimit(2, refuse, moment);
    const server = await start(connections.policy, 10);
    publishMany(25);
    const login =
      moment === 'AUTH' ? { Username: 'ann', Password: 'right-secret', SecureSocketOption: 'None' } : {};
    const app = await relay(server, { MaxConnections: 6, ...login });
    await expectAllSent(app, server, 25);
    expect(connections.most).toBeLessThanOrEqual(2);
  });

  it.each([1, 2, 3])('(%d) sends all mails when one of them may be unconfirmed at a time', async limit => {
    const connections = connectionLimit(limit, { say: '421 4.3.2 too many', end: 'close' });
    const server = await start(connections.policy, 5);
    publishMany(25);
    const app = await relay(server, { MaxConnections: 6 }, { unconfirmed: 1 });
    await expectAllSent(app, server, 25);
  });

  it.each([1, 2])(
    '(%d) and few recipients in one transaction lets a mail that is partly sent go first',
    async limit => {
      const connections = connectionLimit(limit, { say: '421 4.3.2 too many', end: 'close' });
      const server = await start({ ...connections.policy, ...recipientLimit(2, '452 4.5.3 Too many') }, 5);
      publishMany(10, RECEIVERS);
      const app = await relay(server, { MaxConnections: 6 }, { unconfirmed: 1 });
      await app.until('sent', 10);
      expect(app.events.filter(event => event.type !== 'sent' && !tellsLimit(event))).toEqual([]);
      expect(server.messages).toHaveLength(30);
      expect(takenTwice(server.messages)).toEqual([]);
    },
  );

  it('from some moment on gets the mails whose connections it has cut over the one that is left', async () => {
    let limit = 5;
    const connections = connectionLimit(() => limit, { say: '421 4.3.2 too many', end: 'close' });
    const DOT = ({ mails }: PolicyVisit): PolicyAnswer | undefined => {
      if (limit === 1 || mails < 2) return undefined;
      limit = 1;
      server.cutConnections();
      return { end: 'silence' };
    };
    const server = await start({ ...connections.policy, DOT }, 5);
    publishMany(40);
    const app = await relay(
      server,
      { MaxConnections: 5 },
      { unconfirmed: 1, retry: { firstMs: 50, maxMs: 100 } },
    );
    await app.until('sent', 40);
    expect(app.of('rejected')).toEqual([]);
    expect(takenTwice(server.messages)).toEqual([]);
    expect(server.messages).toHaveLength(40);
  });

  it('pauses when not one connection is allowed, and goes on when one is', async () => {
    let limit = 0;
    const connections = connectionLimit(() => limit, { say: '421 4.3.2 full house', end: 'close' });
    const server = await start(connections.policy);
    publishMany(5);
    const app = await bench.relay(
      { retry: { firstMs: 100, maxMs: 200 } },
      { Host: server.host, Port: server.port, ConnectionTimeout: 1 },
    );
    await app.until('paused');
    expect(app.of('paused')[0]?.reason).toContain('421 4.3.2 full house');
    limit = 1;
    await app.until('sent', 5);
    expect(app.of('deferred')).toEqual([]);
    expect(app.of('resumed')).toHaveLength(1);
    expect(takenTwice(server.messages)).toEqual([]);
  });
});

describe('A relay with hundreds of mails', () => {
  it.each<[string, SmtpPolicy]>([
    ['allows two connections', connectionLimit(2, { say: '421 4.3.2 too many', end: 'close' }).policy],
    ['allows one connection', connectionLimit(1, { say: '421 4.7.0 too many', end: 'close' }, 'MAIL').policy],
    ['ends sessions by 421 to MAIL and goes on talking', mailLimit(7, 'MAIL', '421 4.7.0 too many messages')],
    ['ends sessions by 421 to MAIL and refuses all behind it', mailLimitWithoutFin(7, '421 4.7.0 bye')],
    ['ends sessions by 421 to RCPT', mailLimit(7, 'RCPT', { say: '421 4.7.0 bye', end: 'close' })],
  ])('to a server that %s sends them all, and neither pauses nor defers', async (_, policy) => {
    const server = await start(policy);
    publishMany(300);
    const app = await relay(server, {}, { unconfirmed: 1 });
    await expectAllSent(app, server, 300);
  });
});

describe('A relay whose connections the server has had enough of', () => {
  it.each<[string, SmtpPolicy]>([
    ['452 4.4.5 to MAIL', mailLimit(3, 'MAIL', '452 4.4.5 Maximum number of messages per session exceeded.')],
    ['451 to RCPT', mailLimit(3, 'RCPT', '451 4.7.1 new session please')],
    ['450 to DATA', mailLimit(4, 'DATA', '450 4.7.1 new session please')],
    ['503 to MAIL', mailLimit(3, 'MAIL', '503 5.5.1 nested MAIL')],
    ['421 to MAIL and FIN', mailLimit(3, 'MAIL', { say: '421 4.7.0 bye', end: 'close' })],
    ['421 to MAIL, then 503s and no FIN', mailLimitWithoutFin(3, '421 4.7.0 too many messages')],
    ['421 to the second MAIL, then 503s and no FIN', mailLimitWithoutFin(1, '421 4.7.0 too many messages')],
  ])('and says so with %s, sends all at once', async (_, policy) => {
    const server = await start(policy);
    publishMany(40);
    const app = await relay(server, { MaxConnections: 2 });
    await expectAllSent(app, server, 40);
  });
});

describe('A relay to a server that takes few recipients in one transaction', () => {
  it.each([
    '452 4.5.3 Too many recipients',
    '452 too many recipients',
    '552 5.5.3 Too many recipients',
    '550 5.5.3 Too many recipients',
  ])('and says %s, sends to the others at once', async reply => {
    const server = await start(recipientLimit(2, reply));
    publishMany(1, RECEIVERS);
    const app = await relay(server);
    await app.until('sent');
    expect(app.of('sent')[0]?.recipients).toBe(5);
    expect(app.events).toHaveLength(1);
    expect(server.messages.map(({ to }) => to)).toEqual([
      RECEIVERS.slice(0, 2),
      RECEIVERS.slice(2, 4),
      RECEIVERS.slice(4),
    ]);
    expect(takenTwice(server.messages)).toEqual([]);
  });
});
