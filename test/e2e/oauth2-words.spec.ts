import { describe, expect, it } from '@jest/globals';
import { rejection } from '../support/rejection.js';
import { CLIENT_ID, CLIENT_SECRET, useTokenBench } from '../support/token-bench.js';
import type { TokenCircumstances } from '../support/token-bench.js';
import type { TokenAnswer } from '../support/token-endpoint.js';

const tokens = useTokenBench();

/** The message of the error that a mail fails with. */
async function messageOf(circumstances: TokenCircumstances, answer?: TokenAnswer): Promise<string> {
  const mail = await tokens.start(circumstances);
  mail.endpoint.always(answer);
  return String(await rejection(mail.send()));
}

describe('A sign-in that fails is told in words', () => {
  it('which say once that a new token was refused as the first one was', async () => {
    const message = await messageOf({ gate: { accepts: () => false } });
    expect(message).toContain('A new access token was refused in the same way');
    expect(message.match(/535 5\.7\.3 Authentication unsuccessful/g)).toHaveLength(1);
  });

  it('which tell a mechanism that was run with two tokens from two mechanisms', async () => {
    const replies = ['535 5.7.8 Expired', '535 5.7.9 Revoked'];
    const reply = (): string => replies.shift() ?? '';
    expect(await messageOf({ gate: { accepts: () => false, refusal: 'at-once', reply } })).toContain(
      'Refused one after the other: XOAUTH2 (535 5.7.8 Expired), XOAUTH2 with a new access token (535 5.7.9 Revoked)',
    );
  });

  it.each<[string, TokenCircumstances, string]>([
    [
      'a password',
      { offered: 'PLAIN LOGIN' },
      'Check Host and Port, let the server offer one of them, or sign in by something else than the setting OAuth2',
    ],
    [
      'another mechanism than the one that is set',
      { offered: 'XOAUTH2', oAuth2: { Mechanism: 'OAUTHBEARER' } },
      'no token was asked for. Remove Mechanism of the setting OAuth2',
    ],
    [
      'nothing',
      { offered: '' },
      'a sign-in by an access token is set; nothing is sent unauthenticated. Remove OAuth2',
    ],
  ])('which say what to do where the server offers %s', async (_, circumstances, words) => {
    expect(await messageOf(circumstances)).toContain(words);
  });

  it.each<[string, TokenAnswer, string]>([
    [
      'a page',
      { body: '<html>' },
      '(HTTP 200). Check TenantId or TokenEndpoint of the setting OAuth2, and whether a proxy or a sign-in page answers in its place',
    ],
    [
      'JSON without a token',
      { body: { message: 'Hello' } },
      'without an access token (HTTP 200). Check TenantId or TokenEndpoint of the setting OAuth2',
    ],
    ['a pause', { status: 429, headers: { 'Retry-After': '30' } }, 'It wants to be asked again after 30 s'],
    [
      'a wrong secret',
      { status: 401, body: { error: 'invalid_client' } },
      'Check ClientId and ClientSecret of the setting OAuth2',
    ],
    [
      'a clock',
      {
        status: 401,
        headers: { Date: new Date(Date.now() - 3_600_000).toUTCString() },
        body: { error: 'invalid_client' },
      },
      'The clock of this machine is 60 min ahead of that of the endpoint; set it right',
    ],
  ])('which say what to do where the endpoint answers with %s', async (_, answer, words) => {
    expect(await messageOf({}, answer)).toContain(words);
  });
});

describe('A sign-in in code that fails is told in words that name no setting', () => {
  const refresh = {
    type: 'OAuth2',
    clientId: CLIENT_ID,
    clientSecret: CLIENT_SECRET,
    refreshToken: 'r-1',
  } as const;

  it.each<[string, TokenAnswer, string]>([
    [
      'a wrong secret',
      { status: 401, body: { error: 'invalid_client' } },
      'Check clientId and clientSecret of smtp.auth',
    ],
    ['an old token', { status: 400, body: { error: 'invalid_grant' } }, 'sign in anew and set refreshToken'],
    ['another scope', { status: 400, body: { error: 'invalid_scope' } }, 'Check scope of smtp.auth'],
    ['a page', { body: '<html>' }, 'Check accessUrl of smtp.auth, and whether a proxy'],
    [
      'a redirect',
      { status: 302, headers: { Location: 'https://x.example/' } },
      'set accessUrl to the address that answers',
    ],
  ])('for %s', async (_, answer, words) => {
    const endpoint = await tokens.endpoint();
    endpoint.always(answer);
    const auth = { ...refresh, accessUrl: endpoint.url };
    const message = await messageOf({ oAuth2: null, smtp: { auth } });
    expect(message).toContain(words);
    expect(message).not.toMatch(/OAuth2|TokenEndpoint|ClientId/);
  });

  it('for a token of the application that is refused', async () => {
    const message = await messageOf({ oAuth2: null, smtp: { auth: { accessToken: () => 'a-token' } } });
    expect(message).toContain(
      'Check whether user of smtp.auth, or else the setting Username, is the mailbox',
    );
    expect(message).not.toContain('nest-mailroom check');
  });

  it('for a server that offers no sign-in', async () => {
    const smtp = { auth: { accessToken: () => 'a-token' } };
    expect(await messageOf({ oAuth2: null, smtp, offered: '' })).toContain(
      'smtp.auth is given in code; nothing is sent unauthenticated. Remove smtp.auth',
    );
    expect(await messageOf({ oAuth2: null, smtp, offered: 'PLAIN' })).toContain(
      'something else than smtp.auth',
    );
  });

  it('for a password', async () => {
    const smtp = { auth: { user: 'ann', pass: 'wrong-p4ssword' } };
    const settings = { Username: undefined };
    const policy = { AUTH: () => '535 5.7.8 no' };
    const message = await messageOf({ oAuth2: null, smtp, settings, policy, offered: 'PLAIN' });
    expect(message).toContain('Check user and pass of smtp.auth');
  });
});
