import { setTimeout as delay } from 'node:timers/promises';
import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import type { SmtpOptions } from 'nest-mailroom';
import { closedGate } from '../support/gate.js';
import { rejection } from '../support/rejection.js';
import { CLIENT_ID, CLIENT_SECRET, MAILBOX, useTokenBench } from '../support/token-bench.js';

const tokens = useTokenBench();

/** Everything that can be seen of an error. */
const shown = (error: unknown): string =>
  inspect(error, { depth: 10, showHidden: true, maxStringLength: null });

describe('A token endpoint that quotes', () => {
  const SECRET = 'a~b"c\\d e/f+ü>>>?';

  it.each<[string, (secret: string) => string]>([
    ['the form as it came', secret => new URLSearchParams({ client_secret: secret }).toString()],
    ['the secret of the form in small letters', secret => encodeURIComponent(secret).toLowerCase()],
    ['it in JSON', secret => JSON.stringify({ client_secret: secret })],
    ['it in base64 for URLs', secret => Buffer.from(secret).toString('base64url')],
  ])('%s shows no secret', async (_, quote) => {
    const mail = await tokens.start({ oAuth2: { ClientSecret: SECRET } });
    mail.endpoint.always({
      status: 400,
      body: { error: 'invalid_request', error_description: `<${quote(SECRET)}> was sent` },
    });
    const error = await rejection(mail.send());
    expect(error).toMatchObject({ message: expect.stringMatching(/<\S*\*\*\*\S*> was sent/) });
    expect(mail.endpoint.requests[0]?.form.get('client_secret')).toBe(SECRET);
  });

  it('a field of the header that code has added does not show it', async () => {
    const endpoint = await tokens.endpoint();
    const credentials = Buffer.from(`${CLIENT_ID}:${CLIENT_SECRET}`).toString('base64');
    const auth: SmtpOptions['auth'] = {
      type: 'OAuth2',
      user: MAILBOX,
      refreshToken: 'a-refresh-token',
      accessUrl: endpoint.url,
      customHeaders: { Authorization: `Basic ${credentials}`, 'X-Api-Key': 'a key with blanks' },
    };
    const mail = await tokens.start({ oAuth2: null, smtp: { auth } });
    const words = `${credentials} and a key with blanks`;
    endpoint.next(
      { status: 400, body: { error: 'invalid_request', error_description: words } },
      { status: 400, headers: { 'Content-Type': `text/plain; words="${words}"` }, body: words },
    );
    for (const _ of [1, 2]) {
      const text = shown(await rejection(mail.send()));
      expect(text).not.toContain(credentials);
      expect(text).not.toContain('a key with blanks');
    }
  });
});

describe('A function of the application that fails', () => {
  it('and quotes the token that it gave last does not show it', async () => {
    let calls = 0;
    const accessToken = async (): Promise<string> => {
      if (++calls > 1) throw new Error('the token short-token is not good\nsecond line \u001b[31m');
      return 'short-token';
    };
    const mail = await tokens.start({ oAuth2: null, smtp: { auth: { accessToken } } });
    const error = await rejection(mail.send());
    expect(calls).toBe(2);
    expect(error).toMatchObject({ message: expect.stringContaining('the token *** is not good') });
    expect(shown(error)).not.toContain('short-token');
    for (const unwanted of ['short-token', '\u001b'])
      expect(mail.app.logger.lines.join('\n')).not.toContain(unwanted);
  });

  it('as it gives what an identity library gives is told what it should give', async () => {
    const given: unknown = { accessToken: 'short-token', expiresOn: new Date() };
    const accessToken = async (): Promise<string> => given as string;
    const mail = await tokens.start({ oAuth2: null, smtp: { auth: { accessToken } } });
    expect(await rejection(mail.send())).toMatchObject({
      message: expect.stringContaining(
        'smtp.auth.accessToken gave no access token, but an object; it gives a text, or { token, expiresAt }',
      ),
    });
  });
});

describe('A mail server that quotes the token of its connection', () => {
  it('shows none of many that are good for one sign-in each', async () => {
    const all = closedGate();
    let count = 0;
    const accessToken = async (): Promise<{ token: string; expiresAt: Date }> => ({
      token: `one-time-token-${++count}`,
      expiresAt: new Date(Date.now() + 1),
    });
    const heard: string[] = [];
    const mail = await tokens.start({
      oAuth2: null,
      settings: { MaxConnections: 10 },
      smtp: { auth: { accessToken } },
      gate: {
        refusal: 'at-once',
        reply: token => `535 5.7.3 ${token} is not good`,
        hold: ({ token = '' }) => {
          heard.push(token);
          if (heard.length >= 10) all.open();
          return Promise.race([all.opened, delay(2000, undefined, { ref: false })]);
        },
      },
    });
    const ends = await mail.sendMany(10);
    expect(new Set(heard).size).toBeGreaterThan(5);
    expect(ends.filter(({ status }) => status === 'rejected')).toHaveLength(10);
    expect(shown(ends)).toContain('*** is not good');
    expect(shown(ends)).not.toContain('one-time-token');
  });
});

describe('A refresh token', () => {
  it.each<[string, Record<string, string>]>([
    ['that is no bearer token', { access_token: 'good', token_type: 'mac' }],
    ['that cannot be sent', { access_token: 'not good', token_type: 'Bearer' }],
  ])('that comes with an access token %s is used from then on', async (_, answer) => {
    const heard: string[] = [];
    const mail = await tokens.start({
      oAuth2: { ClientSecret: undefined, RefreshToken: 'first-refresh-token' },
      smtp: { onRefreshToken: token => void heard.push(token) },
    });
    mail.endpoint.next({ body: { ...answer, refresh_token: 'second-refresh-token' } });
    await rejection(mail.send());
    await rejection(mail.send());
    expect(heard).toEqual(['second-refresh-token']);
    expect(mail.endpoint.requests.map(({ form }) => form.get('refresh_token'))).toEqual([
      'first-refresh-token',
      'second-refresh-token',
    ]);
  });
});
