import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from '@jest/globals';
import type { MailModuleOptions, MailSettings } from 'nest-mailroom';
import type { MailApp } from '../support/mail-app.js';
import { useMailBench } from '../support/mail-bench.js';
import type { PolicyAnswer, PolicySmtpServer } from '../support/policy-smtp-server.js';
import { rejection } from '../support/rejection.js';
import { sentAtOnce } from '../support/sent-at-once.js';
import type { LimitMoment } from '../support/smtp-policies.js';
import { connectionLimit } from '../support/smtp-policies.js';

const bench = useMailBench();

const mailer = (
  server: PolicySmtpServer,
  more: MailSettings = {},
  options?: MailModuleOptions,
): Promise<MailApp> => bench.against(server, { SecureSocketOption: 'None', ...more }, options);

it.each<[LimitMoment, PolicyAnswer]>([
  ['EHLO', { end: 'reset' }],
  ['RCPT' as LimitMoment, { say: '421 4.3.2 too many', end: 'close' }],
  ['DATA' as LimitMoment, { say: '421 4.3.2 too many', end: 'close' }],
  ['MAIL', { say: '432 4.3.2 Concurrent connections limit exceeded', end: 'close' }],
])(
  'A connection too many is refused at %s while two others work: no fallback, no failure',
  async (at, refuse) => {
    const limit = connectionLimit(2, refuse, at);
    const server = await bench.policy(limit.policy, {
      delayDotMs: 30,
      extensions: ['PIPELINING', 'AUTH PLAIN'],
    });
    const second = await bench.policy();
    const app = await mailer(
      server,
      { MaxConnections: 5, Username: 'ann', Password: 'right-secret' },
      { fallback: { Host: second.host, Port: second.port } },
    );
    const { failures, receipts } = await sentAtOnce(app, 20);
    expect(failures).toEqual([]);
    expect(receipts.filter(({ fallback }) => fallback)).toEqual([]);
  },
);

it('A server that was down is not said to give one connection only', async () => {
  let refusing = true;
  const server = await bench.policy({ ACCEPT: () => (refusing ? { end: 'reset' } : undefined) });
  const app = await mailer(server, { MaxConnections: 5, ConnectionTimeout: 1 });
  await sentAtOnce(app, 5);
  refusing = false;
  expect((await sentAtOnce(app, 5)).failures).toEqual([]);
  expect(app.logger.warnings.filter(line => /MaxConnections/.test(line))).toEqual([]);
});

it('Mails that fail for the same reason have the same retryable, however long each has waited', async () => {
  const server = await bench.policy({
    CONNECT: ({ index }) => (index > 0 ? { say: '554 5.7.1 too many sessions', end: 'close' } : undefined),
  });
  const app = await mailer(server, { MaxConnections: 3, ConnectionTimeout: 1 }, { smtp: { maxMessages: 1 } });
  await app.mail.send({ subject: 's', to: 'ann@example.com', text: 'x' });
  const { failures } = await sentAtOnce(app, 6);
  expect(new Set(failures.map(line => /retryable: (\w+)/.exec(line)?.[1])).size).toBe(1);
});

it('What the server has said is told when timeoutMs ends the wait for a connection', async () => {
  const server = await bench.policy({ CONNECT: () => ({ say: '421 4.3.2 no room', end: 'close' }) });
  const app = await mailer(server);
  const sending = app.mail.send({ subject: 's', to: 'ann@example.com', text: 'x' }, { timeoutMs: 500 });
  expect(await rejection(sending)).toMatchObject({ code: 'EMAILTIMEOUT', responseCode: 421 });
});

it('What the server has said is told when a check meets mails that wait', async () => {
  const server = await bench.policy({ CONNECT: () => ({ say: '421 4.3.2 no room', end: 'close' }) });
  const app = await mailer(server, { ConnectionTimeout: 8 });
  const sending = sentAtOnce(app, 2);
  await delay(200);
  expect(String(await rejection(app.mail.verify({ timeoutMs: 5000 })))).toContain('421');
  await sending;
});

it('A receipt does not condemn those who were too many for one transaction of a stream', async () => {
  const { Readable } = await import('node:stream');
  const server = await bench.policy({
    RCPT: ({ recipients }) => (recipients.length >= 2 ? '552 5.5.3 Too many recipients' : undefined),
  });
  const app = await mailer(server);
  const receipt = await app.mail.send({
    subject: 's',
    to: ['a@x.yy', 'b@x.yy', 'c@x.yy'],
    text: 'x',
    attachments: [{ filename: 'a.txt', content: Readable.from([Buffer.from('hi')]) }],
  });
  expect(receipt.rejected).toMatchObject([{ address: 'c@x.yy', retryable: true }]);
});

it('A server that takes one recipient at a time is not offered all the others again and again', async () => {
  const server = await bench.policy({
    RCPT: ({ recipients }) => (recipients.length >= 1 ? '452 4.5.3 Too many recipients' : undefined),
  });
  const app = await mailer(server);
  const to = Array.from({ length: 20 }, (_, index) => `u${index}@x.yy`);
  expect((await app.mail.send({ subject: 's', to, text: 'x' })).accepted).toHaveLength(20);
  expect(server.commands('RCPT')).toHaveLength(39);
});

it('Recipients of one mail that are refused with 530 and 550 are judged alike in either order', async () => {
  const outcomes = [];
  for (const replies of [
    ['530 5.7.0 login', '550 5.1.1 gone'],
    ['550 5.1.1 gone', '530 5.7.0 login'],
  ]) {
    const server = await bench.policy({ RCPT: (_, line) => replies[line.includes('one@') ? 0 : 1] });
    const second = await bench.policy();
    const app = await mailer(server, {}, { fallback: { Host: second.host, Port: second.port } });
    const sending = app.mail.send({ subject: 's', to: ['one@x.yy', 'two@x.yy'], text: 'x' });
    outcomes.push(
      await sending.then(
        ({ fallback }) => `fallback ${fallback}`,
        () => 'failed',
      ),
    );
  }
  expect(outcomes[0]).toBe(outcomes[1]);
});
