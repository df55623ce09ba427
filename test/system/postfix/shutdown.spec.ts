import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { SendingEnd } from '../../support/sending-child.js';
import { SendingChild } from '../../support/sending-child.js';
import { eventually } from './eventually.js';
import { PrivatePostfix } from './private-postfix.js';

const COUNT = 50;

const started: PrivatePostfix[] = [];
async function start(parameters: Readonly<Record<string, string>> = {}): Promise<PrivatePostfix> {
  const postfix = await PrivatePostfix.start({ parameters });
  started.push(postfix);
  return postfix;
}
afterEach(async () => {
  for (const postfix of started.splice(0)) await postfix.stop();
});

/** Freezes all of Postfix, or lets it go on. */
function signalPostfix(postfix: PrivatePostfix, signal: 'SIGSTOP' | 'SIGCONT'): void {
  for (const pid of postfix.processIds()) process.kill(pid, signal);
}

/** Begins 50 sends, from within requests to a web server when there is one. */
function begin(
  postfix: PrivatePostfix,
  shutdownTimeoutMs: number,
  more: { web?: object } = {},
): Promise<SendingChild> {
  const settings = {
    Host: postfix.host,
    Port: postfix.ports.plain,
    FromAddress: 'no-reply@contoso.test',
    MaxConnections: 2,
  };
  return SendingChild.start({ settings, options: { shutdownTimeoutMs }, count: COUNT, ...more });
}

/** The ids in the Maildir, sorted; each stands there once. */
async function arrived(postfix: PrivatePostfix): Promise<string[]> {
  await postfix.idle();
  const copies = await postfix.countById(/mail-\d+/);
  expect([...copies.values()].filter(copiesOfOne => copiesOfOne !== 1)).toEqual([]);
  return [...copies.keys()].toSorted();
}

const idsWith = ({ sends }: SendingEnd, retryable: boolean | 'unknown'): string[] =>
  sends.filter(send => send.retryable === retryable).map(({ id }) => id);

function expectAllTold(end: SendingEnd): void {
  expect(end).toMatchObject({ signal: 'SIGTERM', stderr: '' });
  expect(end.sends).toHaveLength(COUNT);
  const failed = end.sends.filter(({ status }) => status === undefined);
  expect(failed.filter(({ code }) => code !== 'EMAILCLOSED')).toEqual([]);
}

describe('SIGTERM with 50 sends pending at a real Postfix', () => {
  it('that works ends with all of them resolved, and they are what the Maildir holds', async () => {
    const postfix = await start();
    const end = await (await begin(postfix, 10_000)).end('SIGTERM');
    expectAllTold(end);
    expect(end.resolved).toHaveLength(COUNT);
    expect(await arrived(postfix)).toEqual(end.resolved);
  });

  it('that takes a second for every recipient resolves what it had time for, and the Maildir holds just that', async () => {
    const postfix = await start({ smtpd_recipient_restrictions: 'sleep 1, reject_unauth_destination' });
    const end = await (await begin(postfix, 3500)).end('SIGTERM');
    expectAllTold(end);
    expect(end.resolved.length).toBeGreaterThanOrEqual(2);
    expect(end.resolved.length).toBeLessThan(COUNT);
    expect(end.tookMs).toBeGreaterThan(3000);
    expect(end.tookMs).toBeLessThan(10_000);
    // Cut at a recipient, it has nothing.
    expect(idsWith(end, true)).toHaveLength(COUNT - end.resolved.length);
    expect(await arrived(postfix)).toEqual(end.resolved);
  });

  it('that takes a second after the end of every mail says of the two that it cut there that nobody knows, and these arrive', async () => {
    const postfix = await start({ smtpd_end_of_data_restrictions: 'sleep 1, permit' });
    const end = await (await begin(postfix, 3500)).end('SIGTERM');
    expectAllTold(end);
    expect(end.resolved.length).toBeGreaterThanOrEqual(2);
    const unsure = idsWith(end, 'unknown');
    expect(unsure.length).toBeGreaterThanOrEqual(1);
    expect(unsure.length).toBeLessThanOrEqual(2);
    expect(idsWith(end, true)).toHaveLength(COUNT - end.resolved.length - unsure.length);
    await eventually('Postfix has the mails that were cut', async () => {
      const ids = await arrived(postfix);
      return unsure.every(id => ids.includes(id));
    });
    expect(await arrived(postfix)).toEqual([...end.resolved, ...unsure].toSorted());
  });

  it('that is frozen rejects all of them as closed and surely undelivered; the Maildir holds none', async () => {
    const postfix = await start();
    signalPostfix(postfix, 'SIGSTOP');
    const child = await begin(postfix, 500);
    await delay(300);
    const end = await child.end('SIGTERM');
    signalPostfix(postfix, 'SIGCONT');
    expectAllTold(end);
    expect(end.resolved).toEqual([]);
    expect(idsWith(end, true)).toHaveLength(COUNT);
    expect(await arrived(postfix)).toEqual([]);
  });

  it('that freezes meanwhile resolves what the Maildir holds, but for those of which it says that nobody knows', async () => {
    const postfix = await start();
    const child = await begin(postfix, 500);
    await child.untilResolved(10);
    signalPostfix(postfix, 'SIGSTOP');
    const end = await child.end('SIGTERM');
    signalPostfix(postfix, 'SIGCONT');
    expectAllTold(end);
    expect(end.resolved.length).toBeGreaterThanOrEqual(10);
    const unsure = idsWith(end, 'unknown');
    expect(unsure.length).toBeLessThanOrEqual(2);
    expect((await arrived(postfix)).filter(id => !unsure.includes(id))).toEqual(end.resolved);
  });

  it('without any grace time resolves what the Maildir holds, but for those of which it says that nobody knows', async () => {
    const postfix = await start();
    const child = await begin(postfix, 0);
    await child.untilResolved(10);
    const end = await child.end('SIGTERM');
    expectAllTold(end);
    expect(end.resolved.length).toBeGreaterThanOrEqual(10);
    const unsure = idsWith(end, 'unknown');
    expect(unsure.length).toBeLessThanOrEqual(2);
    expect((await arrived(postfix)).filter(id => !unsure.includes(id))).toEqual(end.resolved);
  });

  it('that works ends with all of them resolved when 50 requests to a web server send them', async () => {
    const postfix = await start();
    const end = await (await begin(postfix, 10_000, { web: {} })).end('SIGTERM');
    expectAllTold(end);
    expect(end.resolved).toHaveLength(COUNT);
    expect(await arrived(postfix)).toEqual(end.resolved);
  });

  it('that is frozen rejects all of them soon after the grace time when requests to a web server send them', async () => {
    const postfix = await start();
    signalPostfix(postfix, 'SIGSTOP');
    const end = await (await begin(postfix, 500, { web: {} })).end('SIGTERM');
    signalPostfix(postfix, 'SIGCONT');
    expectAllTold(end);
    expect(idsWith(end, true)).toHaveLength(COUNT);
    expect(end.tookMs).toBeLessThan(10_000);
    expect(await arrived(postfix)).toEqual([]);
  });

  it('that freezes and goes on within the grace time ends with all of them resolved', async () => {
    const postfix = await start();
    const child = await begin(postfix, 10_000);
    await child.untilResolved(10);
    signalPostfix(postfix, 'SIGSTOP');
    const ending = child.end('SIGTERM');
    await delay(1000);
    signalPostfix(postfix, 'SIGCONT');
    const end = await ending;
    expectAllTold(end);
    expect(end.resolved).toHaveLength(COUNT);
    expect(await arrived(postfix)).toEqual(end.resolved);
  });
});
