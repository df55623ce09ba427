import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import type { SmtpOptions } from 'nest-mailroom';
import { MailDelivery, resolveMailSettings } from 'nest-mailroom';
import { createSelfSignedCertificate } from '../support/certificates.js';
import { EveryLevelLogger } from '../support/every-level-logger.js';
import { rejection } from '../support/rejection.js';
import { CLIENT_ID, CLIENT_SECRET, MAILBOX, oAuth2For, useTokenBench } from '../support/token-bench.js';
import type { TokenCircumstances, TokenMail } from '../support/token-bench.js';
import type { TokenAnswer } from '../support/token-endpoint.js';

const tokens = useTokenBench();

/** A token as long as those of identity providers, without a part that repeats. */
const TOKEN = `eyJ0.${Array.from({ length: 240 }, (_, index) => (index * 7919 + 13).toString(36)).join('')}.s1g~n+a/t-u_re==`;
const REFRESH = '0.AXkA/r3fresh+t0ken~with.all-kinds_of=chars';
const certificate = createSelfSignedCertificate({ hosts: ['app'], rsaBits: 2048 });
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const xoauth2 = (token: string): string => base64(`user=${MAILBOX}\u0001auth=Bearer ${token}\u0001\u0001`);

/** Whatever could come into a log or onto a page, of each thing. */
function revealed(...things: unknown[]): string {
  return things
    .map(thing => {
      const shown = inspect(thing, {
        depth: 12,
        showHidden: true,
        maxStringLength: null,
        maxArrayLength: null,
      });
      const stack = thing instanceof Error ? thing.stack : '';
      return [String(thing), shown, JSON.stringify(thing), stack].join('\n');
    })
    .join('\n');
}

/** What of a secret must not stand anywhere: all of it in each form, and any part that would give much of it away. */
function formsOf(secret: string): string[] {
  const parts = secret.length > 100 ? [secret.slice(0, 60), secret.slice(-60), secret.slice(90, 150)] : [];
  return [secret, base64(secret), encodeURIComponent(secret), encodeURIComponent(base64(secret)), ...parts];
}

/** The text, and what stands in base64 in it: in a challenge, nobody can read what everybody can decode. */
function decoded(text: string): string {
  const runs = text.match(/[A-Za-z0-9+/]{16,}={0,2}/g) ?? [];
  return [text, ...runs.map(run => Buffer.from(run, 'base64').toString('latin1'))].join('\n');
}

function expectHidden(shown: string, ...secrets: string[]): void {
  const text = decoded(shown);
  const found = secrets.flatMap(secret => formsOf(secret).filter(form => text.includes(form)));
  expect(found).toEqual([]);
}

async function everything(mail: TokenMail, logger: EveryLevelLogger, ...more: unknown[]): Promise<string> {
  return revealed(
    ...more,
    mail.app.mail,
    mail.app.app.get(MailDelivery, { strict: false }),
    ...mail.app.logger.lines,
    ...logger.lines,
  );
}

async function start(circumstances: TokenCircumstances = {}) {
  const mail = await tokens.start(circumstances);
  const logger = new EveryLevelLogger();
  mail.app.app.useLogger(logger);
  return { mail, logger };
}

const inCode = (token = TOKEN): TokenCircumstances => ({
  oAuth2: null,
  smtp: { auth: { accessToken: async () => token } },
});
const quotes: [string, (token: string) => string][] = [
  ['as it is', token => token],
  ['in base64', token => base64(token)],
  ['as a part of a URL', token => encodeURIComponent(token)],
  ['as the response of XOAUTH2', token => xoauth2(token)],
  ['in the words of the header', token => `Bearer ${token}`],
  ['in quotes', token => `"${token}"`],
];

describe('An access token', () => {
  it('is nowhere when all goes well', async () => {
    const { mail, logger } = await start({ ...inCode(), gate: { accepts: () => true } });
    const receipt = await mail.send();
    const text = await everything(mail, logger, receipt);
    expect(text).toContain('verbose');
    expectHidden(text, TOKEN, xoauth2(TOKEN));
  });

  it.each(quotes)('that the server quotes %s when it refuses it is nowhere', async (_, quoted) => {
    for (const refusal of ['challenge', 'at-once'] as const) {
      const { mail, logger } = await start({
        ...inCode(),
        gate: {
          refusal,
          reply: token => `535 5.7.3 not ${quoted(token)}`,
          challenge: token => JSON.stringify({ status: `401 ${quoted(token)}`, token: quoted(token) }),
        },
      });
      const error = await rejection(mail.send());
      const text = await everything(mail, logger, error, (error as Error).cause);
      expect(error).toMatchObject({ code: 'EMAILAUTH', message: expect.stringContaining('***') });
      expectHidden(text, TOKEN, xoauth2(TOKEN));
    }
  });

  it.each(quotes)(
    'that the server quotes %s in a challenge that is no JSON is nowhere',
    async (_, quoted) => {
      const { mail, logger } = await start({
        ...inCode(),
        gate: { challenge: token => `no: ${quoted(token)}` },
      });
      const error = await rejection(mail.send());
      expectHidden(await everything(mail, logger, error), TOKEN, xoauth2(TOKEN));
    },
  );

  it.each(quotes)('that the server quotes %s later is nowhere', async (_, quoted) => {
    const { mail, logger } = await start({
      ...inCode(),
      gate: { accepts: () => true },
      policy: { RCPT: () => `550 5.7.60 ${MAILBOX} may not send with ${quoted(TOKEN)}` },
    });
    const error = await rejection(mail.send());
    expect(error).toMatchObject({ responseCode: 550 });
    expectHidden(await everything(mail, logger, error), TOKEN, xoauth2(TOKEN));
  });

  it('that was replaced is nowhere either, when the server quotes it', async () => {
    const given = [TOKEN, 'good'];
    const { mail, logger } = await start({
      oAuth2: null,
      smtp: { auth: { accessToken: async () => given.shift() ?? 'good' } },
      gate: { accepts: token => token === 'good' },
      policy: { MAIL: () => `550 5.1.0 you had ${TOKEN} (${base64(TOKEN)})` },
    });
    const error = await rejection(mail.send());
    expectHidden(await everything(mail, logger, error), TOKEN);
  });

  it('by OAUTHBEARER that the server quotes is nowhere', async () => {
    const sent = { line: '' };
    const { mail, logger } = await start({
      ...inCode(),
      offered: 'OAUTHBEARER',
      gate: {
        refusal: 'at-once',
        // A server that quotes what came to it.
        hold: login => {
          sent.line = base64(login.response);
          return undefined;
        },
        reply: () => `535 5.7.8 what is ${sent.line}?`,
      },
    });
    const error = await rejection(mail.send());
    expect(sent.line).not.toBe('');
    expectHidden(await everything(mail, logger, error), TOKEN, sent.line);
  });

  it('with characters that no token has is not in the error about it', async () => {
    const odd = 'odd t0ken with blanks and a l0ng tail';
    const { mail, logger } = await start(inCode(odd));
    const error = await rejection(mail.send());
    expectHidden(await everything(mail, logger, error, (error as Error).cause), odd);
  });

  it('that a function of the application tells in its error is nowhere', async () => {
    const { mail, logger } = await start({
      oAuth2: null,
      smtp: {
        auth: {
          accessToken: async () => {
            throw Object.assign(
              new Error(`cannot renew ${TOKEN}, see https://login.example/x?code=${REFRESH}`),
              {
                token: TOKEN,
              },
            );
          },
        },
      },
    });
    const error = await rejection(mail.send());
    expectHidden(await everything(mail, logger, error, (error as Error).cause), TOKEN, REFRESH);
  });
});

describe('What tokens are got with', () => {
  const words = (...secrets: string[]): string =>
    secrets.map(secret => `${secret} ${base64(secret)} ${encodeURIComponent(secret)}`).join(' ');
  const quoting = (...secrets: string[]): [string, TokenAnswer][] => [
    [
      'in error_description',
      { status: 401, body: { error: 'invalid_client', error_description: words(...secrets) } },
    ],
    ['in error', { status: 400, body: { error: words(...secrets) } }],
    ['in HTML', { status: 400, body: `<html>${words(...secrets)}</html>` }],
    [
      'in a reply of 503',
      { status: 503, body: { error: words(...secrets), error_description: words(...secrets) } },
    ],
    [
      'in a redirect',
      {
        status: 302,
        headers: {
          Location: `https://other.example/${encodeURIComponent(secrets[0] ?? '')}?x=${encodeURIComponent(secrets[0] ?? '')}`,
        },
      },
    ],
    [
      'in the media type',
      {
        status: 200,
        headers: { 'Content-Type': `text/plain; x="${encodeURIComponent(secrets[0] ?? '')}"` },
        body: words(...secrets),
      },
    ],
    [
      'in broken JSON',
      { headers: { 'Content-Type': 'application/json' }, body: `{"access_token": ${words(...secrets)}` },
    ],
    ['in another kind of token', { body: { access_token: 'x', token_type: words(...secrets) } }],
    ['in an access token with blanks', { body: { access_token: words(...secrets), token_type: 'Bearer' } }],
  ];

  it.each(quoting(CLIENT_SECRET))('(a secret that the endpoint quotes %s) is nowhere', async (_, answer) => {
    const { mail, logger } = await start();
    mail.endpoint.always(answer);
    const error = await rejection(mail.send());
    expectHidden(await everything(mail, logger, error, (error as Error).cause), CLIENT_SECRET);
  });

  it.each(quoting(REFRESH, CLIENT_SECRET))(
    '(a refresh token that the endpoint quotes %s) is nowhere',
    async (_, answer) => {
      const { mail, logger } = await start({
        endpoint: {
          clients: { [CLIENT_ID]: { secret: CLIENT_SECRET } },
          refreshTokens: { [REFRESH]: CLIENT_ID },
        },
        oAuth2: { RefreshToken: REFRESH },
      });
      mail.endpoint.always(answer);
      const error = await rejection(mail.send());
      expectHidden(await everything(mail, logger, error, (error as Error).cause), REFRESH, CLIENT_SECRET);
    },
  );

  it('(an assertion that the endpoint quotes) is nowhere, nor is the key', async () => {
    const { mail, logger } = await start({
      endpoint: { clients: { [CLIENT_ID]: { certificate: certificate.cert } } },
      oAuth2: { ClientSecret: undefined, Certificate: certificate.cert, PrivateKey: certificate.key },
    });
    const key = certificate.key.split('\n')[3] ?? '';
    mail.endpoint.always({ fault: 'silence' });
    const controller = new AbortController();
    const first = rejection(mail.send({ signal: controller.signal }));
    while (mail.endpoint.requests.length === 0) await new Promise(resolve => setTimeout(resolve, 10));
    const assertion = mail.endpoint.requests[0]?.form.get('client_assertion') ?? '';
    expect(assertion.length).toBeGreaterThan(300);
    controller.abort();
    expectHidden(await everything(mail, logger, await first), assertion, key);
    const accounts = await tokens.start({
      endpoint: {
        clients: {
          [CLIENT_ID]: { certificate: createSelfSignedCertificate({ hosts: ['x'], rsaBits: 2048 }).cert },
        },
      },
      oAuth2: { ClientSecret: undefined, Certificate: certificate.cert, PrivateKey: certificate.key },
    });
    const error = await rejection(accounts.send());
    expectHidden(revealed(error, accounts.app.mail, ...accounts.app.logger.lines), key);
  });

  it('(a refresh token that replaces another) is nowhere, whatever happens', async () => {
    const seen: string[] = [];
    const onRefreshToken = (token: string): never => {
      seen.push(token);
      throw new Error(`cannot store ${words(token, REFRESH, CLIENT_SECRET)}`);
    };
    const { mail, logger } = await start({
      endpoint: {
        clients: { [CLIENT_ID]: { secret: CLIENT_SECRET } },
        refreshTokens: { [REFRESH]: CLIENT_ID },
        rotate: true,
      },
      oAuth2: { RefreshToken: REFRESH },
      smtp: { onRefreshToken } as SmtpOptions,
      policy: { MAIL: () => `550 5.1.0 no ${words(...seen)}` },
    });
    const error = await rejection(mail.send());
    expect(seen).toHaveLength(1);
    const text = await everything(mail, logger, error);
    expect(text).toContain('onRefreshToken');
    expectHidden(text, ...seen, REFRESH, CLIENT_SECRET, ...mail.endpoint.tokens);
  });

  it('(a key in the query of the endpoint) is nowhere, and reaches the endpoint', async () => {
    const key = 'q5ecret-k3y/of=a+function';
    const endpoint = await tokens.endpoint();
    endpoint.always({ status: 400, body: { error: 'invalid_client' } });
    const TokenEndpoint = `${endpoint.url}?code=${encodeURIComponent(key)}`;
    const { mail, logger } = await start({ oAuth2: { TokenEndpoint } });
    const error = await rejection(mail.send());
    expect(error).toMatchObject({ message: expect.stringContaining(endpoint.url) });
    expect(endpoint.requests[0]?.path).toBe(`/token?code=${encodeURIComponent(key)}`);
    expectHidden(await everything(mail, logger, error, (error as Error).cause), key);
  });

  it('is not in the settings as they are shown', async () => {
    const settings = resolveMailSettings({
      Host: 'smtp.contoso.test',
      FromAddress: MAILBOX,
      Username: MAILBOX,
      OAuth2: { ...oAuth2For({ url: 'https://login.example/token' }), RefreshToken: REFRESH },
    });
    const keyed = resolveMailSettings({
      Host: 'smtp.contoso.test',
      FromAddress: MAILBOX,
      Username: MAILBOX,
      OAuth2: {
        TokenEndpoint: 'https://login.example/token',
        ClientId: CLIENT_ID,
        Certificate: certificate.cert,
        PrivateKey: certificate.key,
      },
    });
    expectHidden(
      revealed(settings, settings.oAuth2, { ...settings }, keyed, keyed.oAuth2),
      CLIENT_SECRET,
      REFRESH,
      certificate.key.split('\n')[3] ?? '',
    );
  });

  it.each([
    ['a secret in TenantId', { TenantId: CLIENT_SECRET }],
    ['a secret in ClientId', { ClientId: CLIENT_SECRET, GrantType: 'nothing' }],
    ['a secret in GrantType', { GrantType: CLIENT_SECRET }],
    ['a secret in Mechanism', { Mechanism: CLIENT_SECRET }],
    ['a secret in TokenEndpoint', { TokenEndpoint: CLIENT_SECRET }],
    [
      'a secret in the TokenEndpoint’s user',
      { TokenEndpoint: `https://u:${encodeURIComponent(CLIENT_SECRET)}@login.example/token` },
    ],
    ['a secret twice', { ClientSecretFile: CLIENT_SECRET }],
  ])('is not in the error about settings that are wrong (%s)', async (_, oAuth2) => {
    const error = await rejection(tokens.start({ oAuth2 }));
    expect(error).toMatchObject({ name: 'MailSettingsError' });
    expectHidden(revealed(error), CLIENT_SECRET);
  });
});
