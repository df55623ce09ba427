import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { until } from '../support/bounded-send.js';
import { closedGate } from '../support/gate.js';
import { ownTime } from '../support/own-time.js';
import { rejection } from '../support/rejection.js';
import { useTokenBench } from '../support/token-bench.js';
import type { TokenMail } from '../support/token-bench.js';

const tokens = useTokenBench();

/** Starts with a refresh token, and a function that is told of each new one. */
function startWith(onRefreshToken: (token: string) => unknown): Promise<TokenMail> {
  return tokens.start({
    oAuth2: { ClientSecret: undefined, RefreshToken: 'first-refresh-token' },
    gate: { accepts: () => true },
    smtp: { onRefreshToken },
  });
}

const REPLACED = { access_token: 'good', token_type: 'Bearer', refresh_token: 'second-refresh-token' };

describe('A shutdown', () => {
  it('waits for the application that stores a new refresh token', async () => {
    const stored: string[] = [];
    const mail = await startWith(async token => {
      await delay(300);
      stored.push(token);
    });
    mail.endpoint.next({ body: REPLACED });
    await mail.send();
    await mail.app.close();
    expect(stored).toEqual(['second-refresh-token']);
  });

  it('waits for a request that may bring a new refresh token, though nobody waits for its access token', async () => {
    const stored: string[] = [];
    const mail = await startWith(token => stored.push(token));
    const gate = closedGate();
    mail.endpoint.next({ body: REPLACED, after: gate.opened });
    const controller = new AbortController();
    const sending = rejection(mail.send({ signal: controller.signal }));
    await until(() => mail.endpoint.requests.length === 1);
    controller.abort();
    expect(await sending).toMatchObject({ code: 'EMAILABORTED' });
    const closing = mail.app.close();
    await delay(50);
    gate.open();
    await closing;
    expect(stored).toEqual(['second-refresh-token']);
    expect(mail.endpoint.requests[0]).toMatchObject({ abandoned: false });
  });

  it.each<[string, (mail: TokenMail) => void]>([
    ['a request', mail => mail.endpoint.always({ fault: 'silence' })],
    ['an application that stores', mail => mail.endpoint.always({ body: REPLACED })],
  ])('waits no longer than a second for %s', async (_, prepare) => {
    const mail = await startWith(() => new Promise(() => {}));
    prepare(mail);
    const controller = new AbortController();
    const sending = mail.send({ signal: controller.signal }).catch(() => undefined);
    await until(() => mail.endpoint.requests.length === 1);
    await delay(100);
    controller.abort();
    await sending;
    const begun = ownTime();
    await mail.app.close();
    expect(ownTime() - begun).toBeLessThan(3000);
  });
});
