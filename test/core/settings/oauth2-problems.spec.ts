import { describe, expect, it } from '@jest/globals';
import { rsaKey } from '../../support/dkim-keys.js';
import { oAuth2Problems, SECRET, TENANT, TOKEN, withOAuth2 } from './oauth2-inputs.js';
import { problemsOf, SMTP } from './settings-problems.js';

const { pem: KEY } = rsaKey();
const PLAIN = { TokenEndpoint: TOKEN, ClientId: 'app', ClientSecret: SECRET };
const REFRESH = { TokenEndpoint: TOKEN, ClientId: 'app', RefreshToken: 'first' };
const JWT = { TokenEndpoint: TOKEN, ClientId: 'app', PrivateKey: KEY, Scope: 'mail' };

describe('a problem with OAuth2 names its key as it was written and what to do:', () => {
  it.each<[string, unknown, [key: string, message: RegExp][]]>([
    ['a text', SECRET, [['OAuth2', /^must be an object with TenantId or TokenEndpoint, ClientId/]]],
    ['a list', [TENANT], [['OAuth2', /^must be an object/]]],
    ['true', true, [['OAuth2', /^must be an object/]]],
    [
      'nothing in it',
      {},
      [
        ['OAuth2.ClientId', /^is missing; set the application \(client\) id/],
        ['OAuth2.TokenEndpoint', /^is missing; set TenantId for Microsoft Entra, else/],
        ['OAuth2.ClientSecret', /^is missing; .*ClientSecretFile, or set CertificateFile and PrivateKeyFile/],
      ],
    ],
    ['no client', { ...TENANT, ClientId: '' }, [['OAuth2.ClientId', /^is missing/]]],
    ['a blank for a client', { ...TENANT, ClientId: ' ' }, [['OAuth2.ClientId', /^must be the id/]]],
    ['no secret', { ...TENANT, ClientSecret: null }, [['OAuth2.ClientSecret', /^is missing/]]],
    ['no endpoint', { ...TENANT, TenantId: '' }, [['OAuth2.TokenEndpoint', /^is missing/]]],
    [
      'a grant of another name',
      { ...TENANT, GrantType: 'client_credentials' },
      [
        [
          'OAuth2.GrantType',
          /^must be one of ClientCredentials, RefreshToken, JwtBearer, but is "client_credentials"$/,
        ],
      ],
    ],
    ['another mechanism', { ...TENANT, Mechanism: 'PLAIN' }, [['OAuth2.Mechanism', /XOAUTH2, OAUTHBEARER$/]]],
    [
      'a grant without the token that it needs',
      { ...TENANT, GrantType: 'RefreshToken' },
      [['OAuth2.RefreshToken', /^is missing; .* RefreshTokenFile/]],
    ],
    [
      'a refresh token with another grant',
      { ...PLAIN, grantType: 'clientcredentials', RefreshToken: 'x' },
      [['OAuth2.RefreshToken', /^is not used with GrantType ClientCredentials; leave it out/]],
    ],
    [
      'a refresh token without a client',
      { TokenEndpoint: TOKEN, RefreshToken: 'x' },
      [['OAuth2.ClientId', /^is missing/]],
    ],
    [
      'secrets that a service account does not use',
      { ...JWT, GrantType: 'JwtBearer', ClientSecret: SECRET, RefreshToken: 'x' },
      [
        ['OAuth2.ClientSecret', /^is not used with GrantType JwtBearer/],
        ['OAuth2.RefreshToken', /^is not used with GrantType JwtBearer/],
      ],
    ],
    [
      'a service account without scope and client',
      { TokenEndpoint: TOKEN, PrivateKey: KEY },
      [
        ['OAuth2.ClientId', /^is missing; set the service account/],
        ['OAuth2.Scope', /^is missing; .*https:\/\/mail\.google\.com\//],
      ],
    ],
    [
      'a service account without a key',
      { ...PLAIN, ClientSecret: undefined, Scope: 'mail', GrantType: 'JwtBearer' },
      [['OAuth2.PrivateKey', /^is missing; set PrivateKeyFile/]],
    ],
    [
      'a private key alone with Microsoft Entra',
      { ...TENANT, ClientSecret: undefined, PrivateKey: KEY, Scope: 'mail' },
      [['OAuth2.TenantId', /^does not go with a private key alone.*set CertificateFile/]],
    ],
    ['a key beside a secret', { ...PLAIN, PrivateKey: KEY }, [['OAuth2.PrivateKey', /^is set beside Clie/]]],
    [
      'a key without a certificate',
      { ...REFRESH, privatekey: KEY },
      [['OAuth2.privatekey', /^is set without Certificate; set CertificateFile/]],
    ],
    [
      'a secret in two ways',
      { ...PLAIN, ClientSecretFile: '/nowhere' },
      [['OAuth2.ClientSecretFile', /^is set beside ClientSecret/]],
    ],
    [
      'a refresh token in two ways',
      { ...REFRESH, RefreshTokenFile: '/nowhere' },
      [['OAuth2.RefreshTokenFile', /^is set beside RefreshToken/]],
    ],
    [
      'a key in two ways',
      { ...JWT, PrivateKeyFile: '/nowhere' },
      [['OAuth2.PrivateKeyFile', /^is set beside PrivateKey/]],
    ],
    [
      'a file that is not there',
      { ...PLAIN, ClientSecret: undefined, clientsecretfile: '/nowhere/secret' },
      [['OAuth2.clientsecretfile', /\/nowhere\/secret does not exist/]],
    ],
    ['a typing error', { ...TENANT, ClientSekret: 'x' }, [['OAuth2.ClientSekret', /mean ClientSecret\?/]]],
    ['the name that others have', { ...TENANT, authority: 'x' }, [['OAuth2.authority', /TokenEndpoint\?/]]],
    ['a user', { ...TENANT, Username: 'x' }, [['OAuth2.Username', /the mailbox is the setting Username/]]],
    ['something unknown', { ...TENANT, Zzz: 1 }, [['OAuth2.Zzz', /known are GrantType, TenantId, /]]],
    ['a list by the environment', { ...TENANT, 0: {} }, [['OAuth2.0', /OAuth2 is one object/]]],
    [
      'a key that differs only in case',
      { ...TENANT, clientid: 'other' },
      [['OAuth2.clientid', /written twice/]],
    ],
    ['a number for a secret is its digits', { ...PLAIN, ClientSecret: 12_345 }, []],
    [
      'a list for a secret',
      { ...PLAIN, ClientSecret: [SECRET] },
      [['OAuth2.ClientSecret', /must be a text, but is a list/]],
    ],
    ['a scope of two lines', { ...PLAIN, Scope: 'a\nb' }, [['OAuth2.Scope', /names of ASCII characters/]]],
  ])('%s', (_, OAuth2, expected) => {
    const problems = oAuth2Problems(withOAuth2(OAuth2));
    expect(problems).toEqual(expected.map(([key, message]) => [key, expect.stringMatching(message)]));
  });

  it('all at once, with those of other settings', () => {
    const problems = problemsOf({
      ...SMTP,
      Port: 'x',
      oauth2: { tenantid: 'x y', GrantType: '1', ClientSecret: 'a\nb', Mechanism: 'x', Scope: 'ä' },
    });
    expect(problems.map(({ key }) => key)).toEqual([
      'Port',
      'oauth2.GrantType',
      'oauth2.tenantid',
      'oauth2.Scope',
      'oauth2.ClientSecret',
      'oauth2.Mechanism',
      'oauth2.ClientId',
      'Username',
    ]);
  });
});

describe('TenantId', () => {
  it.each(['common', 'organizations', 'Consumers'])('cannot be %s where no user signs in', TenantId => {
    expect(oAuth2Problems(withOAuth2({ ...TENANT, TenantId }))).toEqual([
      ['OAuth2.TenantId', expect.stringMatching(/^cannot be \w+ with GrantType ClientCredentials/)],
    ]);
  });

  it.each([
    'contoso',
    '{11111111-2222-3333-4444-555555555555}',
    'https://login.microsoftonline.com/contoso.com',
    'contoso.com/oauth2',
    '../common',
    'con toso.com',
    '192.0.2.1',
    'a_b.contoso.com',
    true,
  ])('cannot be %j', TenantId => {
    expect(oAuth2Problems(withOAuth2({ ...TENANT, TenantId }))).toEqual([
      ['OAuth2.TenantId', expect.stringMatching(/^must be (?:the directory \(tenant\) id|a text)/)],
    ]);
  });
});

describe('TokenEndpoint', () => {
  it.each([
    'https://login.contoso.com/oauth2/token?tenant=1',
    'HTTPS://LOGIN.contoso.com',
    'https://192.0.2.1:8443/token',
    'http://localhost:8080/token',
    'http://login.localhost/token',
    'http://127.0.0.1/token',
    'http://127.8.9.10:1/token',
    'http://[::1]:1/token',
  ])('may be %s', TokenEndpoint => {
    expect(oAuth2Problems(withOAuth2({ ...PLAIN, TokenEndpoint }))).toEqual([]);
  });

  it.each([
    ['http://login.contoso.com/token', /^must begin with https:/],
    ['http://localhost.contoso.com/token', /^must begin with https:/],
    ['http://128.0.0.1/token', /^must begin with https:/],
    ['http://[::2]/token', /^must begin with https:/],
    ['http://0.0.0.0/token', /^must begin with https:/],
    ['http://127.0.0.1@evil.com/token', /^must not hold a login/],
    ['https://app:secret@login.contoso.com/token', /^must not hold a login/],
    ['https://@login.contoso.com/token', /^must not hold a login/],
    ['https://login.contoso.com/token#part', /^must not hold a fragment/],
    ['https://login.contoso.com/token#', /^must not hold a fragment/],
    ['login.contoso.com/token', /^must be an absolute https address/],
    ['/oauth2/token', /^must be an absolute https address/],
    ['https:login.contoso.com', /^must be an absolute https address/],
    ['https:\\\\login.contoso.com', /^must be an absolute https address/],
    ['https://login.contoso.com/to ken', /^must be an absolute https address/],
    ['https://login.contoso.com/\ntoken', /^must be an absolute https address/],
    ['https://login\u200b.contoso.com/token', /^must be an absolute https address/],
    ['ftp://login.contoso.com/token', /^must be an absolute https address/],
    ['https://', /^must be an absolute https address/],
    [5, /^must be an absolute https address/],
  ])('cannot be %j', (TokenEndpoint, message) => {
    expect(oAuth2Problems(withOAuth2({ ...PLAIN, TokenEndpoint }))).toEqual([
      ['OAuth2.TokenEndpoint', expect.stringMatching(message)],
    ]);
  });
});

describe('a secret', () => {
  it.each([
    ['a line break', 'hunter2\ngeheim', /^holds a line break \(U\+000A\) as character 8/],
    [
      'a line break of Windows at its end',
      'hunter2\r\n',
      /^holds a line break \(U\+000D U\+000A\) at its end/,
    ],
    ['a NUL', 'hunter2\0geheim', /a control character \(U\+0000\)/],
    ['a word joiner', 'hunter2\u2060geheim', /an invisible character/],
    ['a zero-width space', 'hunter2\u200bgeheim', /an invisible character/],
    ['a soft hyphen', 'hunter2\u00adgeheim', /an invisible character/],
    ['a no-break space', 'hunter2\u00a0geheim', /an invisible character/],
    ['a Hangul filler', 'hunter2\u3164geheim', /an invisible character/],
    ['a tabulator', 'hunter2\tgeheim', /a control character \(U\+0009\)/],
    ['a blank at its end', 'hunter2-geheim ', /a blank at its beginning or end/],
    ['nothing but blanks', '  ', /a blank at its beginning or end/],
  ])('with %s is a problem that does not show it', (_, secret, message) => {
    const cases = [
      ['ClientSecret', { ...PLAIN, ClientSecret: secret }],
      ['RefreshToken', { ...REFRESH, RefreshToken: secret }],
    ] as const;
    for (const [name, OAuth2] of cases) {
      const problems = oAuth2Problems(withOAuth2(OAuth2));
      expect(problems).toEqual([[`OAuth2.${name}`, expect.stringMatching(message)]]);
      expect(JSON.stringify(problems)).not.toMatch(/hunter2|geheim/);
    }
  });
});
