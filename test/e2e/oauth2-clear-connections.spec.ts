import { describe, expect, it } from '@jest/globals';
import type { SmtpOptions } from 'nest-mailroom';
import { rejection } from '../support/rejection.js';
import { MAILBOX, useTokenBench } from '../support/token-bench.js';

const tokens = useTokenBench();

/** Ways to a token in code; each counts how often it was asked. */
function inCode(counter: { asked: number }, refreshUrl: string): [string, SmtpOptions['auth']][] {
  return [
    [
      'accessToken',
      {
        accessToken: async () => {
          counter.asked++;
          return 'tok';
        },
      },
    ],
    ['a token that is there', { type: 'OAuth2', user: MAILBOX, accessToken: 'tok' }],
    [
      'a refresh token',
      {
        type: 'OAuth2',
        user: MAILBOX,
        clientId: 'c',
        clientSecret: 's',
        refreshToken: 'r',
        accessUrl: refreshUrl,
      },
    ],
    [
      'provisionCallback',
      {
        type: 'OAuth2',
        user: MAILBOX,
        provisionCallback: (_user, _renew, callback) => {
          counter.asked++;
          callback(null, 'tok', Date.now() + 3_600_000);
        },
      },
    ],
  ];
}

describe('Over a connection in clear, to this very machine too,', () => {
  it.each(['Auto', 'StartTlsWhenAvailable'])(
    'no token is asked for and none is sent with %s',
    async option => {
      const mail = await tokens.start({ tls: 'none', settings: { SecureSocketOption: option } });
      for (const error of [await rejection(mail.send()), await rejection(mail.app.mail.verify())])
        expect(error).toMatchObject({
          code: 'EMAILTLS',
          phase: 'tls',
          retryable: false,
          message: expect.stringMatching(/token/),
        });
      expect(mail.endpoint.requests).toHaveLength(0);
      expect(mail.gate.logins).toEqual([]);
      expect(mail.server.commands('AUTH')).toEqual([]);
      expect(mail.server.commands('MAIL')).toEqual([]);
    },
  );

  it('no token is asked for and none is sent with StartTls', async () => {
    const mail = await tokens.start({ tls: 'none', settings: { SecureSocketOption: 'StartTls' } });
    expect(await rejection(mail.send())).toMatchObject({ code: 'EMAILTLS', phase: 'tls' });
    expect(mail.endpoint.requests).toHaveLength(0);
    expect(mail.server.commands('AUTH')).toEqual([]);
  });

  it.each([0, 1, 2, 3])(
    'no token of the application’s own is asked for and none is sent (way %i)',
    async way => {
      const counter = { asked: 0 };
      const endpoint = await tokens.endpoint({ clients: { c: { secret: 's' } }, refreshTokens: { r: 'c' } });
      const [, auth] = inCode(counter, endpoint.url)[way] ?? [];
      const mail = await tokens.start({
        tls: 'none',
        settings: { SecureSocketOption: 'Auto' },
        oAuth2: null,
        smtp: { auth },
        gate: { accepts: () => true },
      });
      expect(await rejection(mail.send())).toMatchObject({ code: 'EMAILTLS', phase: 'tls' });
      expect(counter.asked).toBe(0);
      expect(endpoint.requests).toHaveLength(0);
      expect(mail.server.commands('AUTH')).toEqual([]);
    },
  );

  it.each([0, 1, 2, 3])('a token of the application’s own is sent with None (way %i)', async way => {
    const counter = { asked: 0 };
    const endpoint = await tokens.endpoint({ clients: { c: { secret: 's' } }, refreshTokens: { r: 'c' } });
    const [, auth] = inCode(counter, endpoint.url)[way] ?? [];
    const mail = await tokens.start({
      tls: 'none',
      oAuth2: null,
      smtp: { auth },
      gate: { accepts: () => true },
    });
    expect(await mail.send()).toMatchObject({ status: 'accepted' });
    expect(mail.gate.logins).toMatchObject([{ user: MAILBOX, secure: false }]);
  });

  it('a token is sent with None, which is warned of at start', async () => {
    const mail = await tokens.start({ tls: 'none' });
    expect(await mail.send()).toMatchObject({ status: 'accepted' });
    expect(mail.gate.logins).toMatchObject([{ secure: false, accepted: true }]);
    expect(mail.app.logger.warnings.filter(line => line.includes('None'))).not.toEqual([]);
  });
});

describe('Over TLS', () => {
  it.each([
    ['implicit', 'SslOnConnect'],
    ['starttls', 'StartTls'],
    ['starttls', 'Auto'],
    ['starttls', 'StartTlsWhenAvailable'],
  ] as const)('(%s, %s) a token is sent, and only then', async (tls, SecureSocketOption) => {
    const mail = await tokens.start({ tls, settings: { SecureSocketOption } });
    expect(await mail.send()).toMatchObject({ status: 'accepted' });
    expect(mail.gate.logins).toMatchObject([{ secure: true, accepted: true }]);
    expect(mail.endpoint.requests).toHaveLength(1);
  });

  it('that cannot be trusted no token is asked for', async () => {
    const mail = await tokens.start({ smtp: { tls: {} } });
    expect(await rejection(mail.send())).toMatchObject({ code: 'EMAILTLS', phase: 'tls' });
    expect(mail.endpoint.requests).toHaveLength(0);
    expect(mail.gate.logins).toEqual([]);
  });
});
