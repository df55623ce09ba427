import { describe, expect, it } from '@jest/globals';
import { smtpOptions } from '../../../../lib/core/delivery/smtp/smtp-option-table.js';
import type { SmtpOptions } from '../../../../lib/core/delivery/smtp/smtp-options.js';
import { smtpStartProblems } from '../../../../lib/core/delivery/smtp/smtp-start-problems.js';
import { readOptions } from '../../../../lib/core/settings/options/read-options.js';
import { useMailBench } from '../../../support/mail-bench.js';
import { rejection } from '../../../support/rejection.js';

const bench = useMailBench();
const MISSING = 'is missing or empty; a login needs a user and a password';

/** What is wrong, and what is missing where something is connected to. */
async function problemsOf(smtp: object): Promise<string[]> {
  const { options, problems } = readOptions<SmtpOptions>(smtp, smtpOptions, 'smtp');
  const missing = await smtpStartProblems(options);
  return [...missing, ...problems].map(({ key, message }) => `${key}: ${message}`);
}

describe('The option smtp.auth is refused at start', () => {
  it.each<[string, object, readonly string[]]>([
    ['when it is empty', {}, [`smtp.auth.user: ${MISSING}`, `smtp.auth.pass: ${MISSING}`]],
    ['without a password', { user: 'u' }, [`smtp.auth.pass: ${MISSING}`]],
    ['with an empty password', { user: 'u', pass: '' }, [`smtp.auth.pass: ${MISSING}`]],
    [
      'with the password under another name',
      { user: 'u', password: 's3cret' },
      [`smtp.auth.pass: ${MISSING}`, 'smtp.auth.password: is not known; did you mean pass?'],
    ],
    [
      'with the user under another name',
      { username: 'u', pass: 's3cret' },
      [`smtp.auth.user: ${MISSING}`, 'smtp.auth.username: is not known; did you mean user?'],
    ],
    ['with empty credentials', { credentials: { user: 'u' } }, [`smtp.auth.pass: ${MISSING}`]],
    [
      'with a mistyped method beside user and password',
      { user: 'u', pass: 's3cret', metod: 'LOGIN' },
      ['smtp.auth.metod: is not known; did you mean method?'],
    ],
    [
      'with a type that means OAuth2',
      { type: 'OAuth', user: 'u', accessToken: 's3cret' },
      ['smtp.auth.type: must be "OAuth2" for a login by an access token'],
    ],
    [
      'with a mechanism as the type',
      { type: 'xoauth2', user: 'u', accessToken: 's3cret' },
      ['smtp.auth.type: must be "OAuth2" for a login by an access token'],
    ],
    [
      'with a token and no type',
      { user: 'u', accessToken: 's3cret' },
      ['smtp.auth.type: must be "OAuth2" for a login by an access token'],
    ],
    [
      'with OAuth2 and nothing that leads to a token',
      { type: 'OAuth2', user: 'u', clientId: 'c', clientSecret: 's3cret' },
      [
        'smtp.auth: has neither an accessToken nor a refreshToken nor a serviceClient nor a provisionCallback; one of them must lead to a token',
      ],
    ],
    [
      'with a service client and no key',
      { type: 'OAuth2', user: 'u', serviceClient: 'c' },
      ['smtp.auth.privateKey: is missing or empty; a login by serviceClient needs it'],
    ],
    [
      'with OAuth2 by another mechanism',
      { type: 'OAuth2', user: 'u', accessToken: 's3cret', method: 'PLAIN' },
      ['smtp.auth.method: must be "XOAUTH2" or "OAUTHBEARER", but is a text'],
    ],
    [
      'with a mistyped mechanism',
      { user: 'u', pass: 's3cret', method: 'PLIAN' },
      ['smtp.auth.method: is not known; did you mean PLAIN?'],
    ],
    [
      'with a number as the mechanism',
      { user: 'u', pass: 's3cret', method: 5 },
      ['smtp.auth.method: is not known; known are PLAIN, LOGIN, CRAM-MD5, XOAUTH2, OAUTHBEARER'],
    ],
    [
      'with further header fields that cannot be sent',
      {
        type: 'OAuth2',
        user: 'u',
        refreshToken: 'r',
        customHeaders: {
          'X-Key': 's3cret\nx',
          'X Key': 's3cret',
          'X-Sum': 's3cret €',
          'X-Good': 's3cret',
          'X-Count': 5,
        },
      },
      [
        'smtp.auth.customHeaders.X-Key: has characters that no header field has',
        'smtp.auth.customHeaders.X Key: has characters that no header field has',
        'smtp.auth.customHeaders.X-Sum: has characters that no header field has',
      ],
    ],
    ['with null as the password', { user: 'u', pass: null }, ['smtp.auth.pass: must be a text, but is null']],
  ])('%s', async (_, auth, expected) => {
    const problems = await problemsOf({ auth });
    expect(problems).toEqual(expected);
    expect(JSON.stringify(problems)).not.toContain('s3cret');
  });

  it('with a handler of customAuth that is no function, or a method without its handler', async () => {
    expect(await problemsOf({ auth: { method: 'X' }, customAuth: { X: 'no' } })).toEqual([
      'smtp.customAuth.X: must be a function, but is a text',
    ]);
    expect(
      await problemsOf({ auth: { method: 'Y', user: 'u', pass: 'p' }, customAuth: { XX: () => {} } }),
    ).toEqual([expect.stringMatching(/^smtp\.auth\.method: is not known/)]);
  });

  it('by an application, before it connects', async () => {
    const settings = { Host: '127.0.0.1', Port: 1, FromAddress: 'a@example.com' };
    expect(await rejection(bench.app(settings, { smtp: { auth: { user: 'u' } } }))).toMatchObject({
      code: 'EMAILSETTINGS',
      problems: [{ key: 'smtp.auth.pass' }],
    });
  });
});

it('The option smtp.auth may lack its secrets where nothing is connected to', async () => {
  const smtp = { auth: { user: 'u', pass: '' } };
  const app = await bench.app({ Enabled: false }, { smtp });
  expect(app.mail.via).toBe('none');
  const folder = bench.folder();
  const settings = {
    UseSpecifiedPickupDirectory: true,
    PickupDirectory: folder.path,
    FromAddress: 'a@example.com',
  };
  const pickup = await bench.app(settings, { smtp });
  expect(pickup.mail.via).toBe('pickup');
});

describe('The option smtp.auth is taken', () => {
  const renewed = {
    user: 'u',
    get pass(): string {
      return '';
    },
  };
  it.each<[string, object]>([
    ['with user and password', { auth: { user: 'u', pass: 'p' } }],
    ['with the types of nodemailer', { auth: { type: 'login', user: 'u', pass: 'p' } }],
    ['with a type of no meaning', { auth: { type: 'PLAIN', user: 'u', pass: 'p' } }],
    ['with a mechanism in any case', { auth: { user: 'u', pass: 'p', method: ' cram-md5 ' } }],
    ['without a mechanism', { auth: { user: 'u', pass: 'p', method: false } }],
    ['with undefined values', { auth: { user: 'u', pass: 'p', passwd: undefined } }],
    ['with options that a token would need', { auth: { user: 'u', pass: 'p', clientId: 'c' } }],
    ['with credentials', { auth: { credentials: { user: 'u', pass: 'p' } } }],
    ['with a getter that may give the password later', { auth: renewed }],
    ['with a token', { auth: { type: 'OAuth2', user: 'u', accessToken: 't' } }],
    [
      'with a token and its mechanism',
      { auth: { type: 'OAuth2', user: 'u', accessToken: 't', method: 'XOAUTH2' } },
    ],
    ['with what renews a token', { auth: { type: 'oauth2', user: 'u', refreshToken: 't', clientId: 'c' } }],
    ['with a source of tokens', { auth: { type: 'OAUTH2', user: 'u', provisionCallback: () => {} } }],
    ['with a source of tokens of the application', { auth: { user: 'u', oauth2: {} } }],
    [
      'with a mechanism of the application',
      { auth: { method: 'x', secret: 1 }, customAuth: { X: () => {} } },
    ],
    ['with mechanisms of the application to choose from', { auth: {}, customAuth: { X: () => {} } }],
    ['with mechanisms that nobody uses', { auth: { user: 'u', pass: 'p', method: 'LOGIN' }, customAuth: {} }],
  ])('%s', async (_, smtp) => {
    expect(await problemsOf(smtp)).toEqual([]);
  });
});
