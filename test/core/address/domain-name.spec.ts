import { describe, expect, it } from '@jest/globals';
import { isAscii, normalizeDomain } from '../../../lib/core/address/domain-name.js';
import { domainOf } from '../../../lib/core/address/mailbox.js';

describe('normalizeDomain', () => {
  it.each([
    ['Contoso.COM', 'contoso.com'],
    ['localhost', 'localhost'],
    ['a.b.c.d', 'a.b.c.d'],
    ['1and1.com', '1and1.com'],
    ['_dmarc.contoso.com', '_dmarc.contoso.com'],
    ['MÜNCHEN.de', 'xn--mnchen-3ya.de'],
    ['münchen.de', 'xn--mnchen-3ya.de'],
    ['XN--MNCHEN-3YA.de', 'xn--mnchen-3ya.de'],
    ['почта.рф', 'xn--80a1acny.xn--p1ai'],
  ])('brings %s into its one form %s', (written, normalized) => {
    expect(normalizeDomain(written)).toBe(normalized);
    expect(normalizeDomain(normalized)).toBe(normalized);
  });

  it.each([
    [''],
    ['.'],
    ['a..b'],
    ['-a.com'],
    ['a-.com'],
    ['10.0.0.1'],
    ['1'],
    ['0x7f.1'],
    ['0ｘ7f.1'],
    ['a b'],
    ['a/b'],
    ['a:1'],
    ['*.a.com'],
    ['a@b.com'],
    ['a\u200b.com'],
    ['xn--\u00fc.com'],
    ['a'.repeat(254)],
    ['ü'.repeat(250)],
  ])('takes %j for no domain', written => {
    expect(normalizeDomain(written)).toBeUndefined();
  });
});

describe('parts of addresses', () => {
  it('have the domain behind the last at', () => {
    expect(domainOf('ann@contoso.com')).toBe('contoso.com');
  });

  it('are ASCII or not', () => {
    expect([isAscii(''), isAscii('a\u007f'), isAscii('a\u0080'), isAscii('é')]).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });
});
