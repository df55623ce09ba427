import { describe, expect, it } from '@jest/globals';
import type { ResetPasswordMail } from '../../../lib/core/message/reset-password-mail.js';
import {
  isExposedLink,
  resetPasswordContext,
  resetSecrets,
} from '../../../lib/core/message/reset-password-mail.js';
import { messageErrorOf } from '../mime/composing.js';

const NOW = Date.UTC(2026, 10, 23, 12, 0, 0);
const SETTINGS = {
  applicationUri: 'https://identity.contoso.com',
  resetConfirmationUri: 'https://identity.contoso.com/reset?token=',
  validFor: 900,
  cultures: ['en'],
};
const REQUEST: ResetPasswordMail = { to: 'ann@contoso.com', displayName: 'Ann', token: 'abc' };
const SECRET = 'eyJ-secret-token';

describe('a reset-password request', () => {
  it('with a token gets a link of the settings, the URL-encoded token appended', () => {
    const context = resetPasswordContext({ ...REQUEST, token: 'a+b/c=&x ü' }, SETTINGS, NOW);
    expect(context.resetUrl).toBe('https://identity.contoso.com/reset?token=a%2Bb%2Fc%3D%26x%20%C3%BC');
  });

  it('with a whole link keeps it', () => {
    const request = { to: 'a@b.com', displayName: 'Ann', resetUrl: 'https://x.contoso.com/r/1' };
    expect(resetPasswordContext(request, undefined, NOW).resetUrl).toBe('https://x.contoso.com/r/1');
  });

  it('expires after the setting ValidFor', () => {
    expect(resetPasswordContext(REQUEST, SETTINGS, NOW).expiresAt).toEqual(new Date(NOW + 900_000));
  });

  it('expires after three hours without settings', () => {
    const request = { to: 'a@b.com', displayName: 'Ann', resetUrl: 'https://x.com/' };
    expect(resetPasswordContext(request, undefined, NOW).expiresAt).toEqual(new Date(NOW + 3 * 3_600_000));
  });

  it.each([[new Date(NOW + 1)], ['2026-11-23T12:00:01Z']])('expires when it says: %s', expiresAt => {
    expect(resetPasswordContext({ ...REQUEST, expiresAt }, SETTINGS, NOW).expiresAt).toEqual(
      new Date(expiresAt),
    );
  });

  it('has the application’s address from the settings, or its own', () => {
    expect(resetPasswordContext(REQUEST, SETTINGS, NOW).applicationUri).toBe('https://identity.contoso.com');
    const own = { ...REQUEST, applicationUri: 'https://own.com', applicationName: 'Own', login: 'ann' };
    expect(resetPasswordContext(own, SETTINGS, NOW)).toMatchObject({
      applicationUri: 'https://own.com',
      applicationName: 'Own',
      login: 'ann',
    });
  });
});

const BAD: readonly [
  why: string,
  request: object,
  settings: typeof SETTINGS | undefined,
  code: string,
  field: string,
][] = [
  ['neither token nor link', { token: undefined }, SETTINGS, 'EMAILRESETLINK', 'token'],
  [
    'both token and link',
    { token: SECRET, resetUrl: 'https://x.com' },
    SETTINGS,
    'EMAILRESETLINK',
    'resetUrl',
  ],
  [
    'an address of the application that runs code',
    { applicationUri: 'javascript:alert(1)' },
    SETTINGS,
    'EMAILMESSAGE',
    'applicationUri',
  ],
  [
    'an address of the application with a user',
    { applicationUri: 'https://contoso.com@evil.example' },
    SETTINGS,
    'EMAILMESSAGE',
    'applicationUri',
  ],
  ['an empty token', { token: '' }, SETTINGS, 'EMAILRESETLINK', 'token'],
  ['a token that is no text', { token: 5 }, SETTINGS, 'EMAILRESETLINK', 'token'],
  ['a token without the setting', { token: SECRET }, undefined, 'EMAILRESETLINK', 'token'],
  [
    'a javascript link',
    { token: undefined, resetUrl: `javascript:${SECRET}` },
    SETTINGS,
    'EMAILRESETLINK',
    'resetUrl',
  ],
  [
    'a relative link',
    { token: undefined, resetUrl: `/reset?${SECRET}` },
    SETTINGS,
    'EMAILRESETLINK',
    'resetUrl',
  ],
  [
    'a link without a scheme',
    { token: undefined, resetUrl: `x.com/${SECRET}` },
    SETTINGS,
    'EMAILRESETLINK',
    'resetUrl',
  ],
  [
    'a link with CRLF',
    { token: undefined, resetUrl: `https://x.com/\r\n${SECRET}` },
    SETTINGS,
    'EMAILRESETLINK',
    'resetUrl',
  ],
  [
    'a link with a space',
    { token: undefined, resetUrl: `https://x.com/ ${SECRET}` },
    SETTINGS,
    'EMAILRESETLINK',
    'resetUrl',
  ],
  [
    'an expiry that has passed',
    { token: SECRET, expiresAt: new Date(NOW) },
    SETTINGS,
    'EMAILRESETLINK',
    'expiresAt',
  ],
  ['an expiry that is no date', { token: SECRET, expiresAt: 'soon' }, SETTINGS, 'EMAILMESSAGE', 'expiresAt'],
  ['no name', { token: SECRET, displayName: ' ' }, SETTINGS, 'EMAILMESSAGE', 'displayName'],
  ['a mistyped field', { token: SECRET, expires: NOW }, SETTINGS, 'EMAILMESSAGE', 'expires'],
  [
    'a base address in the request',
    { token: SECRET, resetConfirmationUri: 'https://evil' },
    SETTINGS,
    'EMAILMESSAGE',
    'resetConfirmationUri',
  ],
];

describe('a reset-password request is refused', () => {
  it.each(BAD)('with %s, and without a word of its secret', async (_why, request, settings, code, field) => {
    const whole: ResetPasswordMail = { ...REQUEST, ...request };
    const error = await messageErrorOf(() => resetPasswordContext(whole, settings, NOW));
    expect([error.code, error.field]).toEqual([code, field]);
    expect(error.message + String(error.stack) + String(error.value)).not.toContain(SECRET);
  });
});

describe('isExposedLink', () => {
  it.each([
    ['http://contoso.com/r', true],
    ['https://contoso.com/r', false],
    ['http://localhost:3000/r', false],
    ['http://127.0.0.1/r', false],
    ['http://[::1]:3000/r', false],
  ])('%s: %s', (link, exposed) => {
    expect(isExposedLink(link)).toBe(exposed);
  });
});

describe('What of a link is a secret', () => {
  it.each([
    ['in a query', 'https://x.example/r?lang=fr&token=r3set%2Ft0ken%2B0123456789', 'r3set/t0ken+0123456789'],
    [
      'in a query, not encoded',
      'https://x.example/r?token=r3set/t0ken+0123456789==',
      'r3set/t0ken+0123456789==',
    ],
    [
      'in a query, encoded in small letters',
      'https://x.example/r?token=r3set%2ft0ken0123456789',
      'r3set%2ft0ken0123456789',
    ],
    ['as the last part of the path', 'https://x.example/r/r3set-t0ken-0123456789', 'r3set-t0ken-0123456789'],
    ['amid the path', 'https://x.example/r/r3set-t0ken-0123456789/confirm', 'r3set-t0ken-0123456789'],
    ['encoded in the path', 'https://x.example/r/r3set%2Bt0ken0123456789', 'r3set+t0ken0123456789'],
    ['behind a "#"', 'https://x.example/#r3set-t0ken-0123456789', 'r3set-t0ken-0123456789'],
    [
      'in a route behind a "#"',
      'https://x.example/#/reset?token=r3set-t0ken-0123456789',
      'r3set-t0ken-0123456789',
    ],
  ])('is its token %s', (_where, link, token) => {
    expect(resetSecrets({}, link)).toEqual(expect.arrayContaining([link, token]));
  });

  it('is no short word of it', () => {
    const secrets = resetSecrets({}, 'https://x.example/en/reset?lang=fr&token=r3set-t0ken-0123456789');
    expect(secrets).not.toEqual(expect.arrayContaining([expect.stringMatching(/^(?:en|reset|fr|)$/)]));
  });

  it('is found also where a "%" encodes nothing', () => {
    expect(resetSecrets({}, 'https://x.example/r/100%-r3set-t0ken-0123456789')).toContain(
      '100%-r3set-t0ken-0123456789',
    );
  });
});
