import { setTimeout as delay } from 'node:timers/promises';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';
import { until } from '../support/bounded-send.js';
import { createSelfSignedCertificate } from '../support/certificates.js';
import { closedGate } from '../support/gate.js';
import { ownTime } from '../support/own-time.js';
import { rejection } from '../support/rejection.js';
import { CLIENT_SECRET, useTokenBench } from '../support/token-bench.js';
import type { TokenAnswer } from '../support/token-endpoint.js';

const tokens = useTokenBench();

const TOKEN = { access_token: 'tok', token_type: 'Bearer', expires_in: 3600 };
/** What a send that is ended at once may need on a busy machine, in milliseconds of {@link ownTime}. */
const AT_ONCE_MS = 1000;

describe('A token endpoint that does not come to an end', () => {
  const endless: [string, TokenAnswer][] = [
    ['says nothing', { fault: 'silence' }],
    ['says its answer one octet at a time', { dripMs: 100, body: { ...TOKEN, more: 'x'.repeat(1000) } }],
    ['redirects only after a long while', { delayMs: 30_000, status: 302, headers: { Location: '/token' } }],
  ];

  it.each(endless)('and %s is left after ConnectionTimeout, with words that name it', async (_, answer) => {
    const mail = await tokens.start({ settings: { ConnectionTimeout: 1 } });
    mail.endpoint.always(answer);
    const begun = ownTime();
    const error = await rejection(mail.send());
    const took = ownTime() - begun;
    expect(error).toMatchObject({
      phase: 'auth',
      retryable: true,
      message: expect.stringContaining(`127.0.0.1:${mail.endpoint.port}`),
    });
    expect((error as Error).message).toMatch(/ConnectionTimeout|within|1 s/);
    expect(took).toBeLessThan(4000);
    expect(mail.server.commands('AUTH')).toEqual([]);
    await until(() => mail.endpoint.requests.every(({ abandoned }) => abandoned));
  });

  it('holds nobody up for longer when a crowd waits for it', async () => {
    const mail = await tokens.start({ settings: { ConnectionTimeout: 1 } });
    mail.endpoint.always({ fault: 'silence' });
    const begun = ownTime();
    const ends = await mail.sendMany(10);
    expect(ends.filter(({ status }) => status === 'fulfilled')).toEqual([]);
    expect(ownTime() - begun).toBeLessThan(8000);
    expect(mail.endpoint.mostAtOnce).toBe(1);
  });

  it('is asked anew by a later mail', async () => {
    const mail = await tokens.start({ settings: { ConnectionTimeout: 1 } });
    mail.endpoint.next({ fault: 'silence' });
    await rejection(mail.send());
    expect(await mail.send()).toMatchObject({ status: 'accepted' });
  });

  it.each([
    ['signal', 'EMAILABORTED'],
    ['timeoutMs', 'EMAILTIMEOUT'],
  ])('is left at once when %s ends the send', async (bound, code) => {
    const mail = await tokens.start({ settings: { ConnectionTimeout: 30 } });
    mail.endpoint.always({ fault: 'silence' });
    const controller = new AbortController();
    const options = bound === 'signal' ? { signal: controller.signal } : { timeoutMs: 300 };
    const sending = rejection(mail.send(options));
    await until(() => mail.endpoint.requests.length === 1);
    const begun = ownTime();
    controller.abort();
    expect(await sending).toMatchObject({ code, retryable: true });
    expect(ownTime() - begun).toBeLessThan(300 + AT_ONCE_MS);
  });

  it.each(['signal', 'timeoutMs'])('is left at once when %s ends verify()', async bound => {
    const mail = await tokens.start({ settings: { ConnectionTimeout: 30 } });
    mail.endpoint.always({ fault: 'silence' });
    const controller = new AbortController();
    const options = bound === 'signal' ? { signal: controller.signal } : { timeoutMs: 300 };
    const checking = rejection(mail.app.mail.verify(options));
    await until(() => mail.endpoint.requests.length === 1);
    const begun = ownTime();
    controller.abort();
    expect(await checking).toMatchObject({ code: expect.stringMatching(/^EMAIL(?:ABORTED|TIMEOUT)$/) });
    expect(ownTime() - begun).toBeLessThan(300 + AT_ONCE_MS);
  });

  it('is waited for by the others when the send that asked is ended', async () => {
    const mail = await tokens.start({ gate: { accepts: token => token === 'tok' } });
    const gate = closedGate();
    mail.endpoint.always({ after: gate.opened, body: TOKEN });
    const controller = new AbortController();
    const first = rejection(mail.send({ signal: controller.signal }));
    await until(() => mail.endpoint.requests.length === 1);
    const others = mail.sendMany(8);
    await delay(50);
    controller.abort();
    expect(await first).toMatchObject({ code: 'EMAILABORTED' });
    gate.open();
    expect((await others).filter(({ status }) => status === 'rejected')).toEqual([]);
    expect(mail.endpoint.mostAtOnce).toBe(1);
  });

  it('is cut at shutdown, and the mail is told so', async () => {
    const mail = await tokens.start({
      settings: { ConnectionTimeout: 30 },
      options: { shutdownTimeoutMs: 200 },
    });
    mail.endpoint.always({ fault: 'silence' });
    const sending = rejection(mail.send());
    await until(() => mail.endpoint.requests.length === 1);
    const begun = ownTime();
    await mail.app.close();
    expect(ownTime() - begun).toBeLessThan(200 + 2 * AT_ONCE_MS);
    expect(await sending).toMatchObject({ code: 'EMAILCLOSED', retryable: true });
    await until(() => mail.endpoint.requests.every(({ abandoned }) => abandoned));
  });

  it('is cut at shutdown when only a check waits for it', async () => {
    const mail = await tokens.start({
      settings: { ConnectionTimeout: 30 },
      options: { shutdownTimeoutMs: 200 },
    });
    mail.endpoint.always({ fault: 'silence' });
    const checking = rejection(mail.app.mail.verify());
    await until(() => mail.endpoint.requests.length === 1);
    const begun = ownTime();
    await mail.app.close();
    expect(ownTime() - begun).toBeLessThan(200 + 2 * AT_ONCE_MS);
    expect(await checking).toMatchObject({ code: expect.stringMatching(/^EMAIL/) });
    await until(() => mail.endpoint.requests.every(({ abandoned }) => abandoned));
  });
});

describe('A token endpoint that says too much', () => {
  it.each([
    ['after a token', TOKEN],
    ['after an error', { error: 'invalid_client' }],
    ['after HTML', '<html>'],
  ])('(100 MB %s) is not listened to till the end', async (_, body) => {
    const mail = await tokens.start();
    mail.endpoint.always({ body, flood: 100 * 1024 * 1024 });
    expect(await rejection(mail.send())).toMatchObject({ code: 'EMAILAUTH', phase: 'auth' });
    await until(() => mail.endpoint.requests[0]?.abandoned === true);
    expect(mail.server.commands('AUTH')).toEqual([]);
  });

  it('in a small body that grows when it is unpacked is not listened to', async () => {
    const mail = await tokens.start();
    const packed = gzipSync(
      Buffer.concat([Buffer.from(JSON.stringify(TOKEN)), Buffer.alloc(100 * 1024 * 1024, ' ')]),
    );
    mail.endpoint.always({
      headers: { 'Content-Encoding': 'gzip', 'Content-Type': 'application/json' },
      body: packed,
    });
    expect(await rejection(mail.send())).toMatchObject({ code: 'EMAILAUTH', phase: 'auth' });
    expect(mail.server.commands('AUTH')).toEqual([]);
  });

  it('by a token of some kilobytes is listened to', async () => {
    const mail = await tokens.start({ endpoint: { audience: `https://${'x'.repeat(5000)}` } });
    expect(await mail.send()).toMatchObject({ status: 'accepted' });
  });
});

describe('A token endpoint that sends elsewhere', () => {
  it.each([301, 302, 303, 307, 308])('(%i) is not followed: nobody else gets the secret', async status => {
    const other = await tokens.endpoint();
    const mail = await tokens.start();
    mail.endpoint.always({ status, headers: { Location: other.url } });
    const error = await rejection(mail.send());
    expect(error).toMatchObject({ code: 'EMAILAUTH', phase: 'auth', retryable: true });
    expect([...other.requests, ...other.others]).toEqual([]);
    expect((error as Error).message).not.toContain(CLIENT_SECRET);
  });

  it('to itself is not followed either', async () => {
    const mail = await tokens.start();
    mail.endpoint.always({ status: 307, headers: { Location: mail.endpoint.url } });
    expect(await rejection(mail.send())).toMatchObject({ code: 'EMAILAUTH', phase: 'auth' });
    expect(mail.endpoint.requests).toHaveLength(1);
  });
});

describe('A token endpoint that cannot be reached', () => {
  it('as nothing listens there fails the mail, to be tried again, with words that name it', async () => {
    const mail = await tokens.start();
    const { port } = mail.endpoint;
    await mail.endpoint.close();
    expect(await rejection(mail.send())).toMatchObject({
      code: 'EMAILAUTH',
      phase: 'auth',
      retryable: true,
      message: expect.stringMatching(
        new RegExp(`127\\.0\\.0\\.1:${port}.*ECONNREFUSED|ECONNREFUSED.*:${port}`),
      ),
    });
  });

  it('as its certificate cannot be trusted gets no secret', async () => {
    const mail = await tokens.start({ endpoint: { certificate: createSelfSignedCertificate() } });
    expect(await rejection(mail.send())).toMatchObject({
      code: 'EMAILAUTH',
      phase: 'auth',
      message: expect.stringMatching(/certificate|self-signed|SELF_SIGNED/i),
    });
    expect(mail.endpoint.requests).toEqual([]);
    expect(mail.server.commands('AUTH')).toEqual([]);
  });

  it('as it talks no TLS fails the mail', async () => {
    const mail = await tokens.start();
    const other = await tokens.start({
      oAuth2: { TokenEndpoint: mail.endpoint.url.replace('http:', 'https:') },
    });
    expect(await rejection(other.send())).toMatchObject({ code: 'EMAILAUTH', phase: 'auth' });
    expect(mail.endpoint.requests).toEqual([]);
  });

  it('makes the mail leave by the fallback', async () => {
    const sink = await tokens.bench.sink();
    const mail = await tokens.start({ options: { fallback: { Host: sink.host, Port: sink.port } } });
    await mail.endpoint.close();
    expect(await mail.send()).toMatchObject({ fallback: true });
  });
});

describe('A token endpoint in clear that is not on this machine', () => {
  it.each([
    'http://login.contoso.test/token',
    'http://192.0.2.1/token',
    'http://127.0.0.1.contoso.test/token',
    'http://localhost.contoso.test/token',
    'http://[2001:db8::1]/token',
    'HTTP://login.contoso.test/token',
  ])('(%s) is a problem at start', async TokenEndpoint => {
    const error = await rejection(tokens.start({ oAuth2: { TokenEndpoint } }));
    expect(error).toMatchObject({
      name: 'MailSettingsError',
      problems: [{ key: 'OAuth2.TokenEndpoint', message: expect.stringMatching(/https/) }],
    });
  });

  it.each(['http://127.0.0.1:1/token', 'http://[::1]:1/token', 'http://localhost:1/token'])(
    'or is (%s) lets the application start, with a warning',
    async TokenEndpoint => {
      const mail = await tokens.start({ oAuth2: { TokenEndpoint } });
      expect(mail.app.logger.warnings.join('\n')).toMatch(/TokenEndpoint|token endpoint/);
    },
  );
});
