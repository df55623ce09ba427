import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { until } from '../support/bounded-send.js';
import { CLIENT_ID, MAILBOX, SCOPE, useTokenBench } from '../support/token-bench.js';
import type { TokenMail } from '../support/token-bench.js';
import type { TokenAnswer } from '../support/token-endpoint.js';

const tokens = useTokenBench();

/** Ends the connections that wait for a mail, so that the next mail signs in anew. */
async function endConnections({ server }: TokenMail): Promise<void> {
  server.cutConnections();
  await until(() => server.openConnections === 0);
  // The client has to see it, too.
  await delay(20);
}

describe('An access token', () => {
  it('is asked for with the grant, the client and the scope in the body, and signs the mailbox in', async () => {
    const mail = await tokens.start();
    expect(await mail.send()).toMatchObject({ status: 'accepted', via: 'smtp' });
    const [request] = mail.endpoint.requests;
    expect(request?.method).toBe('POST');
    expect(Object.fromEntries(request?.form ?? [])).toMatchObject({
      grant_type: 'client_credentials',
      client_id: CLIENT_ID,
      scope: SCOPE,
    });
    expect(request?.headers).toMatchObject({
      'content-type': expect.stringMatching(/^application\/x-www-form-urlencoded/),
      accept: expect.stringContaining('application/json'),
    });
    expect(request?.path).toBe('/token');
    expect(mail.gate.logins).toMatchObject([
      { user: MAILBOX, token: mail.endpoint.tokens[0], accepted: true, secure: true },
    ]);
    expect(mail.server.messages).toHaveLength(1);
  });

  it('is asked for once for a crowd of mails over five connections', async () => {
    const mail = await tokens.start({
      gate: { accepts: token => token === 'one' },
      server: { delayDotMs: 30 },
    });
    mail.endpoint.always({
      delayMs: 100,
      body: { access_token: 'one', token_type: 'Bearer', expires_in: 3600 },
    });
    const ends = await mail.sendMany(40);
    expect(ends.filter(({ status }) => status === 'rejected')).toEqual([]);
    expect(mail.server.messages).toHaveLength(40);
    expect(mail.server.connections).toBeGreaterThan(1);
    expect(mail.endpoint.requests).toHaveLength(1);
  });

  it('is asked for by nobody before the first mail', async () => {
    const { endpoint, server } = await tokens.start();
    await delay(50);
    expect(endpoint.requests).toHaveLength(0);
    expect(server.connections).toBe(0);
  });

  it('is used by later connections, and by verify(), as long as it is good', async () => {
    const mail = await tokens.start();
    await mail.app.mail.verify();
    for (let connection = 0; connection < 4; connection++) {
      await mail.send();
      await endConnections(mail);
    }
    expect(mail.gate.logins.length).toBeGreaterThanOrEqual(4);
    expect(new Set(mail.gate.tokens).size).toBe(1);
    expect(mail.endpoint.requests).toHaveLength(1);
  });

  it('is replaced when 80 % of its life are over, before it has ended', async () => {
    const mail = await tokens.start({ endpoint: { lifetime: 3 } });
    await mail.send();
    const asked = mail.endpoint.requests[0]?.at ?? 0;
    await endConnections(mail);
    await delay(asked + 2900 - performance.now());
    const [first = ''] = mail.endpoint.tokens;
    await mail.send();
    expect(mail.gate.tokens).toEqual([first, mail.endpoint.tokens[1]]);
    // Nobody had to refuse it.
    expect(mail.gate.logins.every(({ accepted }) => accepted)).toBe(true);
  });

  it.each([
    ['as a number in a text', { expires_in: '3600' }],
    ['without a life', {}],
    ['with a life of null', { expires_in: null }],
    ['with a fraction of a second more', { expires_in: 3599.5 }],
    ['with a kind in small letters', { expires_in: 3600, token_type: 'bearer' }],
  ])('is kept when it came %s', async (_, body) => {
    const mail = await tokens.start({ gate: { accepts: token => token === 'plain' } });
    mail.endpoint.always({ body: { access_token: 'plain', token_type: 'Bearer', ...body } });
    await mail.send();
    await endConnections(mail);
    await mail.send();
    expect(mail.endpoint.requests).toHaveLength(1);
  });

  it.each([0, -5, 1])('that is good for %i s lets mails through and is asked for again', async life => {
    const mail = await tokens.start({ gate: { accepts: token => token === 'short' } });
    mail.endpoint.always({ body: { access_token: 'short', token_type: 'Bearer', expires_in: life } });
    await mail.send();
    await endConnections(mail);
    await delay(1000 * Math.max(0, life));
    await mail.send();
    expect(mail.server.messages).toHaveLength(2);
    expect(mail.endpoint.requests).toHaveLength(2);
  });

  it('is good for as long as its claim says by the clock of the endpoint, when that does not say it', async () => {
    const one = async (clockAheadMs: number): Promise<void> => {
      const mail = await tokens.start({ endpoint: { lifetime: 4, hideLifetime: true, clockAheadMs } });
      await mail.send();
      await endConnections(mail);
      await mail.send();
      expect(mail.endpoint.tokens).toHaveLength(1);
      await endConnections(mail);
      await delay(3900);
      await mail.send();
      expect(mail.endpoint.tokens).toHaveLength(2);
      expect(mail.gate.logins.every(({ accepted }) => accepted)).toBe(true);
    };
    await Promise.all([0, 3_600_000, -3_600_000].map(one));
  });

  it('is kept when the clock of the endpoint is wrong by an hour', async () => {
    for (const clockAheadMs of [3_600_000, -3_600_000]) {
      const mail = await tokens.start({ endpoint: { clockAheadMs } });
      await mail.send();
      await endConnections(mail);
      await mail.send();
      expect(mail.endpoint.requests).toHaveLength(1);
    }
  });

  it('that can be used still is used when another one cannot be had early, as the endpoint is busy or hangs', async () => {
    const one = async (answer: TokenAnswer): Promise<void> => {
      const mail = await tokens.start({ endpoint: { lifetime: 7 }, settings: { ConnectionTimeout: 2 } });
      await mail.send();
      const asked = mail.endpoint.requests[0]?.at ?? 0;
      mail.endpoint.always(answer);
      await endConnections(mail);
      await delay(asked + 5900 - performance.now());
      await mail.send();
      expect(mail.server.messages).toHaveLength(2);
      expect(mail.endpoint.requests).toHaveLength(2);
    };
    await Promise.all([one({ status: 503, body: 'closed for today' }), one({ fault: 'silence' })]);
  });
});
