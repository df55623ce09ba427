import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout as delay } from 'node:timers/promises';
import type { SendingEnd } from '../../support/sending-child.js';
import { SendingChild } from '../../support/sending-child.js';
import { PrivatePostfix } from './private-postfix.js';

const COUNT = 50;

let postfix: PrivatePostfix;
beforeAll(async () => {
  postfix = await PrivatePostfix.start();
});
afterEach(() => signalPostfix('SIGCONT'));
afterAll(async () => {
  await postfix?.stop();
});

/** Freezes all of Postfix, or lets it go on. */
function signalPostfix(signal: 'SIGSTOP' | 'SIGCONT'): void {
  for (const pid of postfix.processIds()) process.kill(pid, signal);
}

let runs = 0;
/** Begins 50 sends whose ids no other test uses, from within requests to a web server when there is one. */
function begin(shutdownTimeoutMs: number, web?: { dawdleMs?: number }) {
  const prefix = `run${++runs}-`;
  const settings = {
    Host: postfix.host,
    Port: postfix.ports.plain,
    FromAddress: 'no-reply@contoso.test',
    MaxConnections: 2,
  };
  return {
    child: SendingChild.start({
      settings,
      options: { shutdownTimeoutMs },
      count: COUNT,
      prefix,
      ...(web && { web }),
    }),
    /** The ids in the Maildir, sorted; each stands there once. */
    arrived: async (): Promise<string[]> => {
      await postfix.idle();
      const copies = await postfix.countById(new RegExp(`${prefix}mail-\\d+`));
      expect([...copies.values()].filter(copiesOfOne => copiesOfOne !== 1)).toEqual([]);
      return [...copies.keys()].toSorted();
    },
  };
}

function expectAllTold(end: SendingEnd): void {
  expect(end).toMatchObject({ signal: 'SIGTERM', stderr: '' });
  expect(end.sends).toHaveLength(COUNT);
  const failed = end.sends.filter(({ status }) => status === undefined);
  expect(failed.filter(({ code }) => code !== 'EMAILCLOSED')).toEqual([]);
}

describe('SIGTERM with 50 sends pending at a real Postfix', () => {
  it('that works ends with all of them resolved, and they are what the Maildir holds', async () => {
    const { child, arrived } = begin(10_000);
    const end = await (await child).end('SIGTERM');
    expectAllTold(end);
    expect(end.resolved).toHaveLength(COUNT);
    expect(await arrived()).toEqual(end.resolved);
  });

  it('that is frozen rejects all of them as closed and surely undelivered; the Maildir holds none', async () => {
    signalPostfix('SIGSTOP');
    const { child, arrived } = begin(500);
    const running = await child;
    await delay(300);
    const end = await running.end('SIGTERM');
    signalPostfix('SIGCONT');
    expectAllTold(end);
    expect(end.resolved).toEqual([]);
    expect(end.sends.filter(({ retryable }) => retryable !== true)).toEqual([]);
    expect(await arrived()).toEqual([]);
  });

  it('that is frozen, and goes on within the grace time, ends with all of them resolved', async () => {
    signalPostfix('SIGSTOP');
    const { child, arrived } = begin(20_000);
    const ending = (await child).end('SIGTERM');
    await delay(1000);
    signalPostfix('SIGCONT');
    const end = await ending;
    expectAllTold(end);
    expect(end.resolved).toHaveLength(COUNT);
    expect(await arrived()).toEqual(end.resolved);
  });

  it('without any grace time resolves what the Maildir holds, but for those of which it says that nobody knows', async () => {
    const { child, arrived } = begin(0);
    const running = await child;
    await running.untilResolved(10);
    const end = await running.end('SIGTERM');
    expectAllTold(end);
    expect(end.resolved.length).toBeGreaterThanOrEqual(10);
    const unsure = end.sends.filter(({ retryable }) => retryable === 'unknown').map(({ id }) => id);
    expect(unsure.length).toBeLessThanOrEqual(2);
    expect((await arrived()).filter(id => !unsure.includes(id))).toEqual(end.resolved);
  });

  it('that works ends with all of them resolved when 50 requests to a web server send them', async () => {
    const { child, arrived } = begin(10_000, {});
    const end = await (await child).end('SIGTERM');
    expectAllTold(end);
    expect(end.resolved).toHaveLength(COUNT);
    expect(await arrived()).toEqual(end.resolved);
  });

  it('that is frozen rejects all of them soon after the grace time when requests to a web server send them', async () => {
    signalPostfix('SIGSTOP');
    const { child, arrived } = begin(500, {});
    const end = await (await child).end('SIGTERM');
    signalPostfix('SIGCONT');
    expectAllTold(end);
    expect(end.resolved).toEqual([]);
    expect(end.sends.filter(({ retryable }) => retryable !== true)).toEqual([]);
    expect(end.tookMs).toBeLessThan(10_000);
    expect(await arrived()).toEqual([]);
  });

  it('that freezes meanwhile resolves what the Maildir holds, but for those of which it says that nobody knows', async () => {
    const { child, arrived } = begin(500);
    const running = await child;
    await running.untilResolved(10);
    signalPostfix('SIGSTOP');
    const end = await running.end('SIGTERM');
    signalPostfix('SIGCONT');
    expectAllTold(end);
    expect(end.resolved.length).toBeGreaterThanOrEqual(10);
    const unsure = end.sends.filter(({ retryable }) => retryable === 'unknown').map(({ id }) => id);
    expect(unsure.length).toBeLessThanOrEqual(2);
    expect((await arrived()).filter(id => !unsure.includes(id))).toEqual(end.resolved);
  });
});
