import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import { resolveMailSettings } from 'nest-mailroom';
import { until } from '../support/bounded-send.js';
import { closedGate } from '../support/gate.js';
import { useMailBench } from '../support/mail-bench.js';
import { rejection } from '../support/rejection.js';
import type { Script } from '../support/scripted-smtp-server.js';
import { MAILBOX, MESSAGE, settingsFor, useTokenBench } from '../support/token-bench.js';
import type { TokenLogin } from '../support/token-gate.js';

const tokens = useTokenBench();
const bench = useMailBench();

const TOKEN = { access_token: 'tok', token_type: 'Bearer', expires_in: 3600 };
const MAIL: Script = [
  { expect: /^MAIL/, send: '250 ok\r\n' },
  { expect: /^RCPT/, send: '250 ok\r\n' },
  { expect: 'DATA', send: '354 go\r\n' },
  { expectData: true, send: '250 taken\r\n' },
];
const onlyTok = { accepts: (token: string): boolean => token === 'tok' };

describe('While a token is waited for', () => {
  it.each([
    // Who says that there is no room is asked once more, over another connection.
    ['says goodbye', 'accepted', [{ send: '421 4.4.2 idle for too long\r\n' }, { close: true as const }]],
    ['closes the connection', 'failed', [{ close: true as const }]],
    ['cuts the connection', 'failed', [{ reset: true as const }]],
  ])(
    'a server that %s costs no token: that mail has %s, and the next one goes out with it',
    async (_, first, end) => {
      const endpoint = await tokens.endpoint();
      const asked = closedGate();
      endpoint.always({ after: asked.opened, body: TOKEN });
      const server = await bench.server(index =>
        index === 0
          ? [
              { send: '220 hi\r\n' },
              { expect: /^EHLO/, send: '250-hi\r\n250 AUTH XOAUTH2\r\n' },
              { waitFor: until(() => endpoint.requests.length > 0) },
              ...end,
            ]
          : [
              { send: '220 hi\r\n' },
              { expect: /^EHLO/, send: '250-hi\r\n250 AUTH XOAUTH2\r\n' },
              { expect: /^AUTH XOAUTH2 /, send: '235 ok\r\n' },
              ...(first === 'accepted' ? [...MAIL, ...MAIL] : MAIL),
              { expect: 'QUIT', send: '221 bye\r\n' },
            ],
      );
      const app = await bench.app({
        ...settingsFor(server, 'none'),
        OAuth2: { TokenEndpoint: endpoint.url, ClientId: 'app', ClientSecret: 's3cret' },
      });
      const sending = app.mail.send(MESSAGE).catch((error: unknown) => error);
      await until(() => endpoint.requests.length > 0);
      await delay(100);
      asked.open();
      expect(await sending).toMatchObject(
        first === 'accepted' ? { status: 'accepted' } : { phase: 'auth', retryable: true },
      );
      expect(await app.mail.send(MESSAGE)).toMatchObject({ status: 'accepted' });
      expect(endpoint.requests).toHaveLength(1);
    },
  );

  it('mails that are given up do not keep those from going out that come later', async () => {
    const mail = await tokens.start({ gate: onlyTok });
    const asked = closedGate();
    mail.endpoint.always({ after: asked.opened, body: TOKEN });
    const given = await Promise.all(
      Array.from({ length: 8 }, () => rejection(mail.send({ timeoutMs: 200 }))),
    );
    expect(given).toEqual(Array(8).fill(expect.objectContaining({ code: 'EMAILTIMEOUT' })));
    const later = mail.sendMany(8);
    asked.open();
    expect((await later).filter(({ status }) => status === 'rejected')).toEqual([]);
    expect(mail.endpoint.mostAtOnce).toBe(1);
  });
});

describe('A connection that is cut within the login', () => {
  it('costs no token', async () => {
    const state = { cut: true };
    const mail = await tokens.start({
      gate: { mechanism: () => (state.cut ? { end: 'reset' } : undefined) },
      settings: { ConnectionTimeout: 1 },
    });
    expect(await rejection(mail.send())).toMatchObject({ retryable: true });
    state.cut = false;
    expect(await mail.send()).toMatchObject({ status: 'accepted' });
    expect(mail.endpoint.requests).toHaveLength(1);
  });
});

describe('A server that refuses every token', () => {
  it.each(['challenge', 'at-once'] as const)(
    'costs few of them, however many mails and connections there are (%s)',
    async refusal => {
      const all = closedGate();
      let held = 0;
      const hold = (_login: TokenLogin): Promise<unknown> => {
        if (++held === 5) all.open();
        return Promise.race([all.opened, delay(300, undefined, { ref: false })]);
      };
      const mail = await tokens.start({ gate: { refusal, hold, accepts: () => false } });
      const ends = await mail.sendMany(30);
      expect(ends.filter(({ status }) => status === 'fulfilled')).toEqual([]);
      // Connections that are refused at the same time share the replacement.
      expect(mail.endpoint.requests.length).toBeLessThan(30);
      expect(mail.endpoint.mostAtOnce).toBe(1);
    },
  );
});

describe('An answer of the endpoint', () => {
  it.each([
    ['with a byte-order mark', `\uFEFF${JSON.stringify(TOKEN)}`, 'application/json'],
    ['with blanks around it', `\r\n  ${JSON.stringify(TOKEN)}\r\n`, 'application/json'],
    ['that calls itself text', JSON.stringify(TOKEN), 'text/plain'],
    ['with a parameter of its media type', JSON.stringify(TOKEN), 'Application/JSON;charset=UTF-8'],
    [
      'with keys that nobody knows',
      JSON.stringify({ ...TOKEN, ext_expires_in: 1, __proto__: 5, id_token: 'x' }),
      'application/json',
    ],
  ])('%s is read', async (_, body, type) => {
    const mail = await tokens.start({ gate: onlyTok });
    mail.endpoint.always({ headers: { 'Content-Type': type }, body });
    expect(await mail.send()).toMatchObject({ status: 'accepted' });
  });

  it.each([
    ['for good', 401, { error: 'invalid_client' }],
    ['in HTML', 200, '<html>'],
    ['by another code', 400, { error: 'slow_down' }],
  ])('(%s) that wants to be left alone is left alone', async (_, status, body) => {
    const mail = await tokens.start();
    mail.endpoint.always({ status, body, headers: { 'Retry-After': '60' } });
    await rejection(mail.send());
    await rejection(mail.send({ timeoutMs: 500 }));
    expect(mail.endpoint.requests).toHaveLength(1);
  });
});

describe('The setting OAuth2', () => {
  const oAuth2 = {
    TokenEndpoint: 'https://login.example/token',
    ClientId: 'app',
    ClientSecretFile: '/no/such/file',
  };

  it('needs nothing where nothing is connected to', () => {
    const settings = { Host: 'smtp.contoso.test', FromAddress: MAILBOX, Username: MAILBOX, OAuth2: oAuth2 };
    expect(resolveMailSettings({ ...settings, Enabled: false })).toMatchObject({ enabled: false });
    const folder = bench.folder();
    expect(
      resolveMailSettings({ ...settings, UseSpecifiedPickupDirectory: true, PickupDirectory: folder.path }),
    ).toMatchObject({ delivery: 'pickup' });
  });

  it('with a mechanism that the server does not offer asks for no token', async () => {
    const mail = await tokens.start({ offered: 'XOAUTH2 PLAIN', oAuth2: { Mechanism: 'OAUTHBEARER' } });
    expect(await rejection(mail.send())).toMatchObject({
      code: 'EMAILAUTH',
      phase: 'auth',
      retryable: false,
      message: expect.stringMatching(/OAUTHBEARER.*XOAUTH2, PLAIN/),
    });
    expect(mail.endpoint.requests).toHaveLength(0);
  });

  it('holds for each new connection of a mailer that replaces its connections', async () => {
    const mail = await tokens.start({ smtp: { maxMessages: 1 } });
    for (let sent = 0; sent < 4; sent++) await mail.send();
    expect(mail.gate.logins).toHaveLength(4);
    expect(mail.endpoint.requests).toHaveLength(1);
  });
});
