import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import type { MailModuleOptions, MailSettings } from 'nest-mailroom';
import { MailModule, MailService } from 'nest-mailroom';
import { LATE_MS, until } from '../support/bounded-send.js';
import { startHealthApp } from '../support/health-app.js';
import type { MailApp } from '../support/mail-app.js';
import { useMailBench } from '../support/mail-bench.js';
import { ownTime } from '../support/own-time.js';
import type { PolicyAnswer, PolicySmtpServer } from '../support/policy-smtp-server.js';
import { rejection } from '../support/rejection.js';
import { sentAtOnce, takenTwice } from '../support/sent-at-once.js';
import type { LimitMoment } from '../support/smtp-policies.js';
import { connectionLimit } from '../support/smtp-policies.js';

const bench = useMailBench();

/** The ways in which servers refuse a connection that is one too many. */
const REFUSALS: readonly [string, LimitMoment, PolicyAnswer][] = [
  ['421 and FIN instead of the greeting', 'CONNECT', { say: '421 4.3.2 too many', end: 'close' }],
  ['421 instead of the greeting and no FIN', 'CONNECT', { say: '421 4.7.0 too many', end: 'silence' }],
  ['421 and a late FIN', 'CONNECT', { say: '421 Too many connections', end: 'close', afterMs: 40 }],
  ['554 instead of the greeting', 'CONNECT', { say: '554 5.7.1 too many sessions', end: 'close' }],
  ['RST at connect', 'CONNECT', { end: 'reset' }],
  ['FIN at connect', 'CONNECT', { end: 'close' }],
  ['421 to EHLO', 'EHLO', { say: '421 4.4.5 Too many sessions', end: 'close' }],
  ['421 to EHLO and no FIN', 'EHLO', { say: '421 4.4.5 Too many sessions' }],
  ['454 to EHLO', 'EHLO', { say: '454 4.7.0 too many sessions', end: 'close' }],
  ['432 to AUTH', 'AUTH', { say: '432 4.3.2 Concurrent connections limit exceeded' }],
  ['454 to AUTH', 'AUTH', { say: '454 4.7.0 Too many login attempts' }],
  ['421 to AUTH', 'AUTH', { say: '421 4.7.0 Too many sessions', end: 'close' }],
  ['421 to MAIL', 'MAIL', { say: '421 4.3.2 too many', end: 'close' }],
  ['421 to MAIL and no FIN', 'MAIL', { say: '421 4.3.2 too many' }],
];

const mailer = (
  server: PolicySmtpServer,
  more: MailSettings = {},
  options?: MailModuleOptions,
): Promise<MailApp> => bench.against(server, { SecureSocketOption: 'None', ...more }, options);

/** The settings that make a mailer come to the command. */
function login(moment: LimitMoment): MailSettings {
  return moment === 'AUTH' ? { Username: 'ann', Password: 'right-secret' } : {};
}

describe.each(REFUSALS)(
  'A server that allows fewer connections than MaxConnections, and says so with %s,',
  (_, moment, refuse) => {
    async function limited(limit: number, delayDotMs = 30) {
      const connections = connectionLimit(limit, refuse, moment);
      const server = await bench.policy(connections.policy, {
        extensions: ['PIPELINING', 'AUTH PLAIN'],
        delayDotMs,
      });
      return { connections, server };
    }

    it.each([
      [3, 5, 30],
      [1, 5, 6],
      [2, 12, 18],
    ])('to %i of %i, takes every mail once over those', async (limit, MaxConnections, mails) => {
      const { connections, server } = await limited(limit);
      const app = await mailer(server, { MaxConnections, ...login(moment) });
      const { receipts, failures } = await sentAtOnce(app, mails);
      expect(failures).toEqual([]);
      expect(receipts.every(({ status, rejected }) => status === 'accepted' && rejected.length === 0)).toBe(
        true,
      );
      expect(server.messages).toHaveLength(mails);
      expect(takenTwice(server.messages)).toEqual([]);
      expect(connections.most).toBeLessThanOrEqual(limit);
      expect(server.openConnections).toBeLessThanOrEqual(limit);
      // A mailer that asks anew for every mail has learnt nothing.
      expect(connections.refused).toBeLessThan(mails);
    });

    it('is no reason for the fallback, for a warning of each mail, or for a retry', async () => {
      const { connections, server } = await limited(2);
      const second = await bench.policy();
      const app = await mailer(server, login(moment), {
        fallback: { Host: second.host, Port: second.port },
        retry: { attempts: 3, backoff: 1 },
      });
      const { receipts, failures } = await sentAtOnce(app, 17);
      expect(failures).toEqual([]);
      expect(receipts.filter(({ fallback }) => fallback)).toEqual([]);
      expect(second.connections).toBe(0);
      expect(server.messages).toHaveLength(17);
      expect(takenTwice(server.messages)).toEqual([]);
      expect(connections.refused).toBeGreaterThan(0);
      expect(app.logger.lines.filter(line => /fallback|cannot be used/.test(line))).toEqual([]);
      expect(app.logger.warnings.length).toBeLessThanOrEqual(1);
    });

    it('is up for verify while the allowed connections send, and while they are idle', async () => {
      const { connections, server } = await limited(1, 150);
      const app = await mailer(server, login(moment));
      const sending = app.mail.send({ subject: 's', to: 'ann@example.com', text: 'x' });
      await until(() => connections.working === 1);
      await app.mail.verify({ timeoutMs: 10_000 });
      expect((await sending).status).toBe('accepted');
      await app.mail.verify({ timeoutMs: 10_000 });
      expect((await app.mail.send({ subject: 's', to: 'bob@example.com', text: 'x' })).status).toBe(
        'accepted',
      );
    });
  },
);

describe('Two mailers', () => {
  it.each([
    [1, 1],
    [1, 5],
    [2, 5],
    [3, 4],
  ])(
    'that share a limit of %i, with MaxConnections %i, both send every mail once',
    async (limit, MaxConnections) => {
      const connections = connectionLimit(limit, { say: '421 4.7.0 too many', end: 'close' });
      const server = await bench.policy(connections.policy, { delayDotMs: 20 });
      // An idle connection of one keeps the other out for a share of it.
      const settings = { MaxConnections, ConnectionTimeout: 6 };
      const apps = [await mailer(server, settings), await mailer(server, settings)];
      const sent = await Promise.all(apps.map(app => sentAtOnce(app, 10)));
      expect(sent.flatMap(({ failures }) => failures)).toEqual([]);
      expect(server.messages).toHaveLength(20);
      expect(takenTwice(server.messages)).toEqual([]);
      expect(connections.most).toBeLessThanOrEqual(limit);
    },
  );
});

describe('The health of a mailer', () => {
  it.each([
    [1, 300],
    [2, 200],
  ])('is up while all of the %i allowed connections send', async (limit, delayDotMs) => {
    const connections = connectionLimit(limit, { say: '421 4.7.0 too many', end: 'close' });
    const server = await bench.policy(connections.policy, { delayDotMs });
    const app = await startHealthApp(
      MailModule.forRoot({ Host: server.host, Port: server.port, FromAddress: 'a@example.com' }),
    );
    bench.closing(app);
    const sending = sentAtOnce({ mail: app.get(MailService) }, 6);
    await until(() => connections.working === limit);
    expect(await app.indicator.isHealthy('mail')).toEqual({ mail: { status: 'up', delivery: 'smtp' } });
    expect((await sending).failures).toEqual([]);
    // Not from the cache, with the connections idle.
    expect(await app.indicator.isHealthy('again', { cacheMs: 0 })).toMatchObject({ again: { status: 'up' } });
  });
});

it('A second mailer is up for its health while the first one sends over all connections that are allowed', async () => {
  const connections = connectionLimit(1, { say: '421 4.7.0 too many', end: 'close' });
  const server = await bench.policy(connections.policy, { delayDotMs: 100 });
  const first = await mailer(server);
  const second = await startHealthApp(
    MailModule.forRoot({ Host: server.host, Port: server.port, FromAddress: 'a@example.com' }),
  );
  bench.closing(second);
  const sending = sentAtOnce(first, 10);
  await until(() => connections.refused > 0);
  expect(await second.indicator.isHealthy('mail')).toMatchObject({ mail: { status: 'up' } });
  expect((await sending).failures).toEqual([]);
});

describe('A mail that waits for one of few connections', () => {
  const SLOW_MS = 1000;
  const MESSAGE = { subject: 's', to: 'bob@example.com', text: 'x' };

  async function busy(options: MailModuleOptions = {}) {
    const connections = connectionLimit(1, { say: '421 4.7.0 too many', end: 'close' });
    const server = await bench.policy(connections.policy, { delayDotMs: SLOW_MS });
    const app = await mailer(server, {}, options);
    const first = app.mail
      .send({ subject: 's', to: 'ann@example.com', text: 'x' })
      .catch((error: unknown) => error);
    await until(() => server.commands('DATA').length === 1);
    return { app, server, first };
  }

  it('is ended by its signal', async () => {
    const { app, server } = await busy();
    const controller = new AbortController();
    const waiting = rejection(app.mail.send(MESSAGE, { signal: controller.signal }));
    await delay(100);
    const due = ownTime();
    controller.abort();
    expect(await waiting).toMatchObject({ code: 'EMAILABORTED', retryable: true });
    expect(ownTime() - due).toBeLessThan(LATE_MS);
    expect(server.commands('MAIL')).toHaveLength(1);
  });

  it('is ended by timeoutMs', async () => {
    const { app, server } = await busy();
    const due = ownTime() + 250;
    expect(await rejection(app.mail.send(MESSAGE, { timeoutMs: 250 }))).toMatchObject({
      code: 'EMAILTIMEOUT',
      retryable: true,
    });
    expect(ownTime() - due).toBeLessThan(LATE_MS);
    expect(server.commands('MAIL')).toHaveLength(1);
  });

  it('is told by close() that nothing was delivered', async () => {
    const { app, server } = await busy({ shutdownTimeoutMs: 200 });
    const waiting = rejection(app.mail.send(MESSAGE));
    await delay(100);
    const due = ownTime() + 200;
    await app.close();
    expect(await waiting).toMatchObject({ code: 'EMAILCLOSED', retryable: true });
    expect(ownTime() - due).toBeLessThan(LATE_MS);
    expect(server.commands('MAIL')).toHaveLength(1);
  });

  it('is sent by a close() that has time for it', async () => {
    const { app, server, first } = await busy({ shutdownTimeoutMs: 30_000 });
    const waiting = app.mail.send(MESSAGE);
    await app.close();
    expect([await first, await waiting]).toMatchObject([{ status: 'accepted' }, { status: 'accepted' }]);
    expect(server.messages).toHaveLength(2);
  });
});

it('A limit that was learnt is told in one line of the log', async () => {
  const connections = connectionLimit(3, { say: '421 4.3.2 only three of you', end: 'close' });
  const server = await bench.policy(connections.policy, { delayDotMs: 20 });
  const app = await mailer(server, { MaxConnections: 8 });
  expect((await sentAtOnce(app, 40)).failures).toEqual([]);
  const told = app.logger.lines.filter(line => /MaxConnections|fewer connections/.test(line));
  expect(told).toHaveLength(1);
  expect(told[0]).toMatch(/\b3\b/);
});
