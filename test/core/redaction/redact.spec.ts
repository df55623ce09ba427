import { describe, expect, it } from '@jest/globals';
import { createRedactor } from '../../../lib/core/redaction/redact.js';

const base64 = (text: string): string => Buffer.from(text).toString('base64');

describe('A redactor', () => {
  const redact = createRedactor('ann', ['s3cret+word', undefined]);

  it.each([
    ['plain', 's3cret+word'],
    ['in base64, as AUTH LOGIN carries it', base64('s3cret+word')],
    ['with the user name, as AUTH PLAIN carries it', base64('\0ann\0s3cret+word')],
    ['URL-encoded', 's3cret%2Bword'],
  ])('removes a secret %s', (_, form) => {
    expect(redact(`535 I do not like ${form} at all`)).toBe('535 I do not like *** at all');
  });

  it('leaves of a URL only what names its server', () => {
    expect(redact('554 spam: https://identity.contoso.com/reset?token=abc#x in it')).toBe(
      '554 spam: https://identity.contoso.com/*** in it',
    );
  });

  it('leaves everything else as it is', () => {
    expect(redact('250 2.1.5 Ok <ann@contoso.com>')).toBe('250 2.1.5 Ok <ann@contoso.com>');
  });
});
