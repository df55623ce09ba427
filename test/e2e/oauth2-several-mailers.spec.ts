import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { MailModule, MailService, mailServiceToken } from 'nest-mailroom';
import { until } from '../support/bounded-send.js';
import { startHealthApp } from '../support/health-app.js';
import { rejection } from '../support/rejection.js';
import { iisMail, publish, RelayApp } from '../support/relay-app.js';
import {
  CLIENT_ID,
  CLIENT_SECRET,
  MAILBOX,
  MESSAGE,
  oAuth2For,
  settingsFor,
  TRUST,
  useTokenBench,
} from '../support/token-bench.js';
import type { TokenCircumstances } from '../support/token-bench.js';
import { TokenGate } from '../support/token-gate.js';

const tokens = useTokenBench();

/** An endpoint, a server that takes its tokens, and settings that lead to both. */
async function place(circumstances: TokenCircumstances = {}) {
  const endpoint = await tokens.endpoint(circumstances.endpoint);
  const gate = new TokenGate({ accepts: token => endpoint.accepts(token), ...circumstances.gate });
  const server = await tokens.server(gate, circumstances);
  const settings = {
    ...settingsFor(server, circumstances.tls),
    OAuth2: oAuth2For(endpoint),
    ...circumstances.settings,
  };
  return { endpoint, gate, server, settings };
}

describe('Two mailers of one application', () => {
  it('have a token each, also for the same client at the same endpoint', async () => {
    const one = await place();
    const gate = new TokenGate({ accepts: token => one.endpoint.accepts(token) });
    const server = await tokens.server(gate);
    const app = await tokens.bench.appOf(
      MailModule.forRoot(one.settings, { smtp: TRUST }),
      MailModule.forRoot(
        { ...settingsFor(server), OAuth2: oAuth2For(one.endpoint) },
        { name: 'news', smtp: TRUST },
      ),
    );
    const news: MailService = app.app.get(mailServiceToken('news'), { strict: false });
    await Promise.all([app.mail.send(MESSAGE), news.send(MESSAGE), app.mail.send(MESSAGE)]);
    expect(one.endpoint.requests).toHaveLength(2);
    expect(new Set([...one.gate.tokens, ...gate.tokens])).toEqual(new Set(one.endpoint.tokens));
    expect(one.gate.tokens.some(token => gate.tokens.includes(token))).toBe(false);
  });

  it('do not hear of each other’s refusals', async () => {
    const one = await place();
    const two = await place({ gate: { accepts: () => false } });
    const app = await tokens.bench.appOf(
      MailModule.forRoot(one.settings, { smtp: TRUST }),
      MailModule.forRoot(two.settings, { name: 'news', smtp: TRUST }),
    );
    const news: MailService = app.app.get(mailServiceToken('news'), { strict: false });
    await app.mail.send(MESSAGE);
    await rejection(news.send(MESSAGE));
    await app.mail.send(MESSAGE);
    expect(one.endpoint.requests).toHaveLength(1);
    expect(two.endpoint.requests).toHaveLength(2);
  });
});

describe('A fallback with the setting OAuth2', () => {
  it('has a token of its own, which is asked for when it takes over', async () => {
    const first = await place();
    const second = await place();
    const app = await tokens.bench.app(first.settings, { fallback: second.settings, smtp: TRUST });
    await app.mail.send(MESSAGE);
    expect(second.endpoint.requests).toHaveLength(0);
    await first.server.close();
    expect(await app.mail.send(MESSAGE)).toMatchObject({ fallback: true });
    expect(second.gate.logins).toMatchObject([{ token: second.endpoint.tokens[0], accepted: true }]);
    expect(first.endpoint.requests).toHaveLength(1);
  });

  it('takes over when the first server refuses every token', async () => {
    const first = await place({ gate: { accepts: () => false } });
    const second = await place();
    const app = await tokens.bench.app(first.settings, { fallback: second.settings, smtp: TRUST });
    expect(await app.mail.send(MESSAGE)).toMatchObject({ fallback: true });
    expect(second.server.messages).toHaveLength(1);
  });

  it('takes over when the endpoint of the first one hangs', async () => {
    const first = await place({ settings: { ConnectionTimeout: 1 } });
    first.endpoint.always({ fault: 'silence' });
    const second = await place();
    const app = await tokens.bench.app(first.settings, { fallback: second.settings, smtp: TRUST });
    expect(await app.mail.send(MESSAGE)).toMatchObject({ fallback: true });
  });

  it('has its problems told at start under its own name', async () => {
    const first = await place();
    const second = await place();
    const error = await rejection(
      tokens.bench.app(first.settings, {
        fallback: { ...second.settings, OAuth2: { ...oAuth2For(second.endpoint), ClientId: undefined } },
        smtp: TRUST,
      }),
    );
    expect(error).toMatchObject({ problems: [{ key: 'fallback.OAuth2.ClientId' }] });
  });

  it('that fails too tells of both endpoints', async () => {
    const first = await place();
    const second = await place();
    first.endpoint.always({ status: 400, body: { error: 'invalid_grant' } });
    second.endpoint.always({ status: 401, body: { error: 'invalid_client' } });
    const app = await tokens.bench.app(first.settings, { fallback: second.settings, smtp: TRUST });
    const error = await rejection(app.mail.send(MESSAGE));
    expect((error as Error).message).toMatch(/invalid_grant.*The fallback failed too.*invalid_client/s);
    expect((error as Error).message).not.toContain(CLIENT_SECRET);
  });
});

describe('A relay with the setting OAuth2', () => {
  async function startRelay(circumstances: TokenCircumstances = {}) {
    const folder = tokens.bench.folder();
    const found = await place(circumstances);
    const relay = await RelayApp.start({
      settings: { ...found.settings, PickupDirectory: folder.path },
      smtp: TRUST,
      retry: { firstMs: 100, maxMs: 200 },
    });
    tokens.bench.closing(relay);
    return { ...found, folder, relay };
  }

  it('sends what lies there with one token', async () => {
    const { folder, server, endpoint, relay } = await startRelay();
    for (let index = 0; index < 5; index++) publish(folder.path, `${index}.eml`, iisMail(`mail-${index}`));
    await relay.until('sent', 5);
    expect(server.messages).toHaveLength(5);
    expect(endpoint.requests).toHaveLength(1);
  });

  it('replaces a token that is refused, and keeps the mail', async () => {
    const { folder, endpoint, gate, server, relay } = await startRelay({ gate: {} });
    publish(folder.path, '1.eml', iisMail('one'));
    await relay.until('sent');
    endpoint.revokeAll();
    server.cutConnections();
    await until(() => server.openConnections === 0);
    await delay(20);
    publish(folder.path, '2.eml', iisMail('two'));
    await relay.until('sent', 2);
    expect(endpoint.requests).toHaveLength(2);
    expect(gate.logins.at(-1)).toMatchObject({ token: endpoint.tokens[1], accepted: true });
  });

  it('waits with the mails while the endpoint refuses, and goes on when it gives tokens', async () => {
    const { folder, endpoint, server, relay } = await startRelay();
    endpoint.always({ status: 503 });
    publish(folder.path, '1.eml', iisMail('one'));
    await until(() => endpoint.requests.length > 0);
    endpoint.always(undefined);
    await relay.until('sent');
    expect(server.messages).toHaveLength(1);
    expect(relay.of('rejected')).toEqual([]);
  });

  it('has no mail in the badmail folder because of a wrong secret', async () => {
    const { folder, endpoint, server, relay } = await startRelay();
    endpoint.always({ status: 401, body: { error: 'invalid_client' } });
    publish(folder.path, '1.eml', iisMail('one'));
    await until(() => endpoint.requests.length > 0);
    await delay(300);
    expect(relay.of('rejected')).toEqual([]);
    expect(server.messages).toEqual([]);
    expect(JSON.stringify(relay.events)).not.toContain(CLIENT_SECRET);
  });

  it('takes the function of an application', async () => {
    const folder = tokens.bench.folder();
    const gate = new TokenGate({ accepts: (token, user) => token === 'good' && user === MAILBOX });
    const server = await tokens.server(gate);
    const relay = await RelayApp.start({
      settings: { ...settingsFor(server), PickupDirectory: folder.path },
      smtp: { ...TRUST, auth: { accessToken: async () => 'good' } },
    });
    tokens.bench.closing(relay);
    publish(folder.path, '1.eml', iisMail('one'));
    await relay.until('sent');
    expect(gate.logins).toMatchObject([{ user: MAILBOX, accepted: true }]);
  });
});

describe('The health of a mailer with the setting OAuth2', () => {
  async function startHealth(circumstances: TokenCircumstances = {}) {
    const found = await place(circumstances);
    const app = tokens.bench.closing(
      await startHealthApp(MailModule.forRoot(found.settings, { smtp: TRUST })),
    );
    const health = async (timeoutMs = 5000): Promise<Record<string, unknown>> =>
      (await app.indicator.isHealthy('mail', { cacheMs: 0, timeoutMs })).mail;
    return { ...found, health, mail: app.get(MailService) };
  }

  it('is up with a token, which mails then use', async () => {
    const { health, mail, endpoint } = await startHealth();
    for (let look = 0; look < 3; look++) expect(await health()).toMatchObject({ status: 'up' });
    await mail.send(MESSAGE);
    expect(endpoint.requests).toHaveLength(1);
  });

  it('is down without one, and tells neither secret nor description', async () => {
    const { health, endpoint } = await startHealth();
    endpoint.always({
      status: 401,
      body: { error: 'invalid_client', error_description: `not ${CLIENT_SECRET} of ${CLIENT_ID}` },
    });
    const told = await health();
    expect(told).toMatchObject({ status: 'down', code: 'EMAILAUTH' });
    expect(JSON.stringify(told)).not.toContain(CLIENT_SECRET);
  });

  it('is told in time although the endpoint hangs', async () => {
    const { health, endpoint } = await startHealth({ settings: { ConnectionTimeout: 30 } });
    endpoint.always({ fault: 'silence' });
    expect(await health(500)).toMatchObject({ status: 'down' });
  });
});
