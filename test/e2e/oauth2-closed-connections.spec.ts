import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { until } from '../support/bounded-send.js';
import type { PolicyAnswer, PolicyVisit } from '../support/policy-smtp-server.js';
import { rejection } from '../support/rejection.js';
import { useTokenBench } from '../support/token-bench.js';
import type { TokenMail } from '../support/token-bench.js';

const tokens = useTokenBench();

type Answer = PolicyAnswer | string;

const REFUSED = '535 5.7.3 Authentication unsuccessful';
const ENOUGH = '421 4.7.0 Too many errors on this connection';

/** What a server says to the first and to the second login over one connection. */
const SERVERS: [string, Answer, Answer][] = [
  ['closes the connection with the refusal', { say: REFUSED, end: 'close' }, REFUSED],
  ['closes the connection a moment later', { say: REFUSED, end: 'close', afterMs: 50 }, { end: 'close' }],
  ['answers no second login', REFUSED, { end: 'close' }],
  ['resets the connection at the second login', REFUSED, { end: 'reset' }],
  ['ends the session at the second login', REFUSED, { say: ENOUGH, end: 'close' }],
  ['ends the session behind the refusal', { say: `${REFUSED}\r\n${ENOUGH}`, end: 'close' }, { end: 'close' }],
];

/** Starts with a server that refuses all tokens but those that are good, and takes one login over a connection. */
async function startWith(
  first: Answer,
  second: Answer,
  isGood: (index: number) => boolean,
): Promise<TokenMail> {
  const tries = new Map<PolicyVisit, number>();
  const judge = (visit: PolicyVisit, encoded: string): Answer => {
    const count = (tries.get(visit) ?? 0) + 1;
    tries.set(visit, count);
    if (count > 1) return second;
    const [, token = ''] = /Bearer ([\w.-]+)/.exec(Buffer.from(encoded, 'base64').toString()) ?? [];
    return isGood(mail.endpoint.tokens.indexOf(token)) ? '235 2.7.0 welcome' : first;
  };
  const mail: TokenMail = await tokens.start({
    policy: {
      AUTH: (visit, line) => {
        const [, , response] = line.split(' ');
        return response === undefined ? '334 ' : judge(visit, response);
      },
      RESPONSE: judge,
    },
  });
  return mail;
}

/** Sends a mail with the first token, and ends its connection. */
async function used(mail: TokenMail): Promise<void> {
  await mail.send();
  mail.server.cutConnections();
  await until(() => mail.server.openConnections === 0);
  await delay(20);
}

describe.each(SERVERS)('Where a server that refuses a token %s', (_, first, second) => {
  it('the new one is tried over a new connection', async () => {
    const good = new Set([0]);
    const mail = await startWith(first, second, index => good.has(index));
    await used(mail);
    good.delete(0);
    good.add(1);
    expect(await mail.send()).toMatchObject({ status: 'accepted' });
    expect(mail.endpoint.requests).toHaveLength(2);
    expect(mail.server.connections).toBe(3);
  });

  it('the new one is tried over a new connection when the refused one was the first', async () => {
    const mail = await startWith(first, second, index => index === 1);
    expect(await mail.send()).toMatchObject({ status: 'accepted' });
    expect(mail.endpoint.requests).toHaveLength(2);
    expect(mail.server.connections).toBe(2);
  });

  it('no third one is tried for the mail, which fails for good with the refusal', async () => {
    const good = new Set([0]);
    const mail = await startWith(first, second, index => good.has(index));
    await used(mail);
    good.delete(0);
    expect(await rejection(mail.send())).toMatchObject({
      code: 'EMAILAUTH',
      phase: 'auth',
      retryable: false,
      responseCode: 535,
      message: expect.stringContaining(REFUSED),
    });
    expect(mail.endpoint.requests.length).toBeLessThanOrEqual(3);
    expect(mail.server.connections).toBe(3);
  });

  it('a token that is refused after it was good for a while is replaced each time', async () => {
    const good = new Set([0]);
    const mail = await startWith(first, second, index => good.has(index));
    for (const index of [0, 1, 2]) {
      good.clear();
      good.add(index);
      await used(mail);
    }
    expect(mail.server.messages).toHaveLength(3);
    expect(mail.endpoint.requests).toHaveLength(3);
  });
});

describe('A token of which a server says in a challenge that it is refused', () => {
  it('is not used again, also when the connection ends in place of a reply', async () => {
    const mail = await tokens.start({
      gate: { accepts: token => token === mail.endpoint.tokens[1], reply: { end: 'close' } },
    });
    await mail.send().catch(() => undefined);
    expect(await mail.send()).toMatchObject({ status: 'accepted' });
    expect(mail.gate.tokens).toEqual(mail.endpoint.tokens);
    expect(mail.endpoint.requests).toHaveLength(2);
  });
});
