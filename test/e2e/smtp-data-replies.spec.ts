import { describe, expect, it } from '@jest/globals';
import { until } from '../support/bounded-send.js';
import type { MailApp } from '../support/mail-app.js';
import { useMailBench } from '../support/mail-bench.js';
import type { PolicySmtpServer, SmtpPolicy } from '../support/policy-smtp-server.js';
import { rejection } from '../support/rejection.js';

const bench = useMailBench();
const MESSAGE = { to: ['ann@example.com', 'bob@example.com'], subject: 's', text: 'x' };

const mailer = (server: PolicySmtpServer): Promise<MailApp> =>
  bench.against(server, { MaxConnections: 1, SocketTimeout: 5 });

describe.each([
  ['one by one', [] as string[]],
  ['with PIPELINING', ['PIPELINING']],
])('A reply to DATA, %s,', (_, extensions) => {
  /** A server that answers DATA so on its first connection. */
  function first(policy: SmtpPolicy): Promise<PolicySmtpServer> {
    const wrapped = Object.entries(policy).map(([moment, rule]) => [
      moment,
      (...args: Parameters<typeof rule>) => (args[0].index === 0 ? rule(...args) : undefined),
    ]);
    return bench.policy(Object.fromEntries(wrapped) as SmtpPolicy, { extensions });
  }

  it.each([
    '250 2.0.0 ok',
    '200 fine',
    '211 status',
    '220 hi',
    '235 welcome',
    '251 forwarded',
    '300 more',
    '334 ',
    '334 VXNlcm5hbWU6',
    '350 more',
    '353 almost',
    '355 almost',
    '399 more',
    '250-several\r\n250 lines',
  ])('%j opens no message: it ends the connection, and the mail can be sent again', async reply => {
    const server = await first({ DATA: () => reply });
    const app = await mailer(server);
    expect(await rejection(app.mail.send(MESSAGE))).toMatchObject({
      code: 'EMAILDATA',
      phase: 'data',
      retryable: true,
      recipients: undefined,
    });
    await until(() => server.visits[0]?.ended === true);
    expect(server.visits[0]).toMatchObject({ mails: 0, messageLines: 0 });
    // Nothing of the message was taken for a command.
    expect(server.visits[0]?.lines.filter(line => !/^(?:EHLO|MAIL|RCPT|DATA|QUIT)/.test(line))).toEqual([]);
    expect((await app.mail.send(MESSAGE)).status).toBe('accepted');
    expect(server.connections).toBe(2);
    expect(server.messages).toHaveLength(1);
  });

  it.each([
    ['450 4.7.1 later', true],
    ['451 4.3.0 later', true],
    ['452 4.3.1 no room', true],
    ['500 5.5.2 what', false],
    ['502 5.5.1 not here', false],
    ['503 5.5.1 out of order', true],
    ['550 5.7.1 no', false],
    ['554 5.7.1 <DATA>: Data command rejected: Access denied', false],
  ])('“%s” opens no message either', async (reply, retryable) => {
    const server = await first({ DATA: () => reply });
    const app = await mailer(server);
    expect(await rejection(app.mail.send(MESSAGE))).toMatchObject({
      code: expect.stringMatching(/^EMAIL(?:DATA|ENVELOPE)$/),
      retryable,
      responseCode: Number(reply.slice(0, 3)),
      response: reply,
    });
    expect(server.visits[0]).toMatchObject({ mails: 0, messageLines: 0 });
    expect((await app.mail.send(MESSAGE)).status).toBe('accepted');
    expect(server.messages).toHaveLength(1);
  });

  it.each([
    ['451 4.3.0 later', true],
    ['554 5.7.1 no', false],
    ['250 ok', true],
  ])('“%s” with a close behind it sends no message twice', async (reply, retryable) => {
    const server = await first({ DATA: () => ({ say: reply, end: 'close' }) });
    const app = await mailer(server);
    expect(await rejection(app.mail.send(MESSAGE))).toHaveProperty('retryable', retryable);
    expect((await app.mail.send(MESSAGE)).status).toBe('accepted');
    expect(server.messages).toHaveLength(1);
  });
});
