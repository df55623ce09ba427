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

  it.each([
    ['plain', 'p~a"b\\c d/>>>'],
    ['in a form', 'p%7Ea%22b%5Cc+d%2F%3E%3E%3E'],
    ['in a form in small letters', 'p%7ea%22b%5cc+d%2f%3e%3e%3e'],
    ['in a URL', 'p~a%22b%5Cc%20d%2F%3E%3E%3E'],
    ['in a URL in small letters', 'p~a%22b%5cc%20d%2f%3e%3e%3e'],
    ['in JSON', 'p~a\\"b\\\\c d/>>>'],
    ['in base64', base64('p~a"b\\c d/>>>')],
    ['in base64 for URLs', Buffer.from('p~a"b\\c d/>>>').toString('base64url')],
  ])('removes a secret of many characters %s', (_, form) => {
    const removed = createRedactor(undefined, ['p~a"b\\c d/>>>'])(`got ${form} here`);
    expect(removed).toBe('got *** here');
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
