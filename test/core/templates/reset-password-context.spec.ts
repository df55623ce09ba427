import { describe, expect, it } from '@jest/globals';
import { MailMessageError } from '../../../lib/core/errors/mail-message-error.js';
import type { ResetPasswordMail } from '../../../lib/core/message/reset-password-mail.js';
import { isExposedLink, resetPasswordContext } from '../../../lib/core/message/reset-password-mail.js';
import { everythingOf } from './template-fixture.js';

const now = Date.parse('2026-11-23T10:00:00Z');
const settings = {
  applicationUri: 'https://app.test',
  resetConfirmationUri: 'https://app.test/reset?token=',
  validFor: 3600,
  cultures: ['en', 'fr'],
};
const SECRET = 'S3cr3tT0ken';
const base: ResetPasswordMail = { to: 'ann@x.test', displayName: 'Ann' };

/** The MailMessageError of a request. */
function refusal(request: object, own: typeof settings | undefined = settings): MailMessageError {
  try {
    Reflect.apply(resetPasswordContext, undefined, [{ ...base, ...request }, own, now]);
  } catch (error) {
    expect(error).toBeInstanceOf(MailMessageError);
    if (error instanceof MailMessageError) return error;
  }
  throw new Error('the request was expected to be refused');
}

describe('The context of a reset-password mail', () => {
  it('has the link of the settings and the URL-encoded token, and expires when the settings say', () => {
    const context = resetPasswordContext({ ...base, token: 'a+b/c=&d e#é?' }, settings, now);
    expect(context).toEqual({
      displayName: 'Ann',
      resetUrl: 'https://app.test/reset?token=a%2Bb%2Fc%3D%26d%20e%23%C3%A9%3F',
      expiresAt: new Date('2026-11-23T11:00:00Z'),
      applicationUri: 'https://app.test',
    });
    expect(new URL(context.resetUrl).searchParams.get('token')).toBe('a+b/c=&d e#é?');
  });

  it('cannot be led elsewhere by a token', () => {
    for (const token of ['../../evil', '@evil.test/', '//evil.test', '\r\nX: y', '?x', '#x', '\\evil']) {
      const { resetUrl } = resetPasswordContext({ ...base, token }, settings, now);
      expect(resetUrl.startsWith(settings.resetConfirmationUri)).toBe(true);
      expect(new URL(resetUrl).host).toBe('app.test');
      expect(new URL(resetUrl).searchParams.get('token')).toBe(token);
    }
  });

  it('has the whole link instead, and what else the request says', () => {
    const request = {
      ...base,
      resetUrl: 'https://other.test/r/1',
      login: 'ann',
      expiresAt: '2026-11-24T00:00:00Z',
      applicationName: 'Acme',
      applicationUri: 'https://acme.test',
    };
    expect(resetPasswordContext(request, settings, now)).toEqual({
      displayName: 'Ann',
      resetUrl: 'https://other.test/r/1',
      login: 'ann',
      expiresAt: new Date('2026-11-24T00:00:00Z'),
      applicationName: 'Acme',
      applicationUri: 'https://acme.test',
    });
  });

  it('expires three hours from now when there are no settings, and takes a Date', () => {
    const request = { ...base, resetUrl: 'https://x.test/1' };
    expect(resetPasswordContext(request, undefined, now).expiresAt).toEqual(new Date('2026-11-23T13:00:00Z'));
    const expiresAt = new Date('2026-11-23T10:00:01Z');
    expect(resetPasswordContext({ ...request, expiresAt }, undefined, now).expiresAt).toEqual(expiresAt);
  });

  it('needs exactly one of token and resetUrl', () => {
    expect(refusal({})).toMatchObject({ code: 'EMAILRESETLINK', field: 'token' });
    const both = refusal({ token: SECRET, resetUrl: `https://x.test/${SECRET}` });
    expect(both).toMatchObject({ code: 'EMAILRESETLINK', field: 'resetUrl' });
    expect(everythingOf(both)).not.toContain(SECRET);
    expect(refusal({ token: '' })).toMatchObject({ code: 'EMAILRESETLINK', field: 'token' });
  });

  it('needs the setting ResetConfirmationUri for a token', () => {
    const error = refusal({ token: SECRET }, { ...settings, resetConfirmationUri: '' });
    expect(error.code).toBe('EMAILRESETLINK');
    expect(() => resetPasswordContext({ ...base, token: SECRET }, undefined, now)).toThrow(
      /ResetConfirmationUri/,
    );
  });

  it.each([
    'javascript:S3cr3tT0ken',
    'data:text/html,S3cr3tT0ken',
    '/reset/S3cr3tT0ken',
    'reset/S3cr3tT0ken',
    '//x.test/S3cr3tT0ken',
    'mailto:S3cr3tT0ken@x.test',
    'ftp://x.test/S3cr3tT0ken',
    'https:/x.test/S3cr3tT0ken',
    'https://',
    'https://x.test/S3cr3tT0ken\r\nBcc: x',
    'https://x.test/ S3cr3tT0ken',
    ' https://x.test/S3cr3tT0ken',
    'java\nscript:S3cr3tT0ken',
    'https://x.test:99999/S3cr3tT0ken',
    '',
    7,
    null,
    {},
  ])('refuses the link %j and does not repeat it', resetUrl => {
    const error = refusal({ resetUrl });
    expect(error).toMatchObject({ code: 'EMAILRESETLINK', field: 'resetUrl' });
    expect(everythingOf(error)).not.toContain(SECRET);
  });

  it.each([
    ['expired', '2026-11-23T09:59:59Z', 'EMAILRESETLINK', /has passed/],
    ['expired this moment', new Date(now), 'EMAILRESETLINK', /has passed/],
    ['no date', 'tomorrow', 'EMAILMESSAGE', /is no date/],
    ['no valid Date', new Date(Number.NaN), 'EMAILMESSAGE', /is no date/],
  ])('refuses a link that is %s', (_how, expiresAt, code, message) => {
    const error = refusal({ token: SECRET, expiresAt });
    expect(error).toMatchObject({ code, field: 'expiresAt' });
    expect(error.message).toMatch(message);
    expect(everythingOf(error)).not.toContain(SECRET);
  });

  it('refuses a missing name and unknown fields', () => {
    expect(refusal({ token: SECRET, displayName: ' ' })).toMatchObject({ field: 'displayName' });
    expect(refusal({ token: SECRET, displayName: undefined })).toMatchObject({ field: 'displayName' });
    expect(refusal({ token: SECRET, carbon: 'x@x.test' })).toMatchObject({ field: 'carbon' });
  });

  it.each([
    ['http://app.test/x', true],
    ['http://192.168.1.1/x', true],
    ['http://localhost.evil.test/x', true],
    ['https://app.test/x', false],
    ['http://localhost:3000/x', false],
    ['http://127.0.0.1:3000/x', false],
    ['http://[::1]:3000/x', false],
  ])('tells of %s whether others can read its token: %p', (url, exposed) => {
    expect(isExposedLink(url)).toBe(exposed);
  });
});
